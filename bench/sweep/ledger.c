/* SPDX-License-Identifier: GPL-2.0-only */
/* See ledger.h. */
#include "sweep/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sweep/cells.h"

void ledger_close(struct ledger *l)
{
	if (l->path[0] && l->file.fd >= 0)
		close(l->file.fd);
	if (l->head)
		fclose(l->head);
	free(l->head_text);
	free(l->text);
	free(l->conf);
	free(l->log);
	free(l->session);
	memset(l, 0, sizeof(*l));
}

int ledger_lock(struct ledger *l, struct error *err)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET}, holder = lock;

	if (!fcntl(l->file.fd, F_SETLK, &lock) || (errno != EACCES && errno != EAGAIN))
		return 0; /* a file system without locks is no reason to refuse */
	if (fcntl(l->file.fd, F_GETLK, &holder) || holder.l_type == F_UNLCK || holder.l_pid <= 0)
		return error_set(err, EBUSY, "%s: a process on another machine works on this sweep",
				 l->path);
	return error_set(err, EBUSY, "%s: another process (pid %d) works on this sweep", l->path,
			 (int)holder.l_pid);
}

int ledger_remember_session(struct ledger *l, const struct ledger_session *session)
{
	struct ledger_session *more = realloc(l->session, (l->sessions + 1) * sizeof(*l->session));

	if (!more)
		return -ENOMEM;
	l->session = more;
	more[l->sessions++] = *session;
	return 0;
}

int ledger_size(struct ledger *l, unsigned cells, struct error *err)
{
	if (!cells || cells > CELLS_MAX || l->log)
		return error_set(err, EINVAL, "%s: %u cells", l->path, cells);
	l->log = calloc(cells, sizeof(*l->log));
	if (!l->log)
		return error_set(err, ENOMEM, "no memory for the log of %u cells", cells);
	l->cells = cells;
	return 0;
}

const char *ledger_fact(const struct ledger *l, const char *key)
{
	for (unsigned i = l->facts; i-- > 0;) {
		if (!strcmp(l->fact[i].key, key))
			return l->fact[i].value;
	}
	return NULL;
}

FILE *ledger_conf(const struct ledger *l, char **text)
{
	size_t len = 0;
	FILE *out = open_memstream(text, &len);

	for (unsigned i = 0; out && i < l->conf_lines; i++)
		fprintf(out, "%s\n", l->conf[i]);
	if (!out || fclose(out))
		return NULL;
	return len ? fmemopen(*text, len, "r") : NULL;
}
