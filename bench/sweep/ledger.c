/* SPDX-License-Identifier: GPL-2.0-only */
/* See ledger.h. */
#include "sweep/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sweep/cells.h"

void sweep_journal_close(struct sweep_journal *j)
{
	if (j->path[0] && j->file.fd >= 0)
		close(j->file.fd);
	if (j->head)
		fclose(j->head);
	free(j->head_text);
	free(j->text);
	free(j->conf);
	free(j->log);
	free(j->session);
	memset(j, 0, sizeof(*j));
}

int journal_lock(struct sweep_journal *j, struct error *err)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET}, holder = lock;

	if (!fcntl(j->file.fd, F_SETLK, &lock) || (errno != EACCES && errno != EAGAIN))
		return 0; /* a file system without locks is no reason to refuse */
	if (fcntl(j->file.fd, F_GETLK, &holder) || holder.l_type == F_UNLCK || holder.l_pid <= 0)
		return error_set(err, EBUSY, "%s: a process on another machine works on this sweep",
				 j->path);
	return error_set(err, EBUSY, "%s: another process (pid %d) works on this sweep", j->path,
			 (int)holder.l_pid);
}

int journal_add_session(struct sweep_journal *j, const struct sweep_session *session)
{
	struct sweep_session *more = realloc(j->session, (j->sessions + 1) * sizeof(*j->session));

	if (!more)
		return -ENOMEM;
	j->session = more;
	more[j->sessions++] = *session;
	return 0;
}

int sweep_journal_size(struct sweep_journal *j, unsigned cells, struct error *err)
{
	if (!cells || cells > CELLS_MAX || j->log)
		return error_set(err, EINVAL, "%s: %u cells", j->path, cells);
	j->log = calloc(cells, sizeof(*j->log));
	if (!j->log)
		return error_set(err, ENOMEM, "no memory for the log of %u cells", cells);
	j->cells = cells;
	return 0;
}

const char *sweep_journal_fact(const struct sweep_journal *j, const char *key)
{
	for (unsigned i = j->facts; i-- > 0;) {
		if (!strcmp(j->fact[i].key, key))
			return j->fact[i].value;
	}
	return NULL;
}

FILE *sweep_journal_conf(const struct sweep_journal *j, char **text)
{
	size_t len = 0;
	FILE *out = open_memstream(text, &len);

	for (unsigned i = 0; out && i < j->conf_lines; i++)
		fprintf(out, "%s\n", j->conf[i]);
	if (!out || fclose(out))
		return NULL;
	return len ? fmemopen(*text, len, "r") : NULL;
}
