/* SPDX-License-Identifier: GPL-2.0-only */
/* See ledger_write.h. */
#include "sweep/ledger_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "sweep/ledger_line.h"

#define JOURNAL_NEW JOURNAL_NAME ".new"
#define LINE_BYTES  1024

PRINTF_LIKE(3, 4)
static int add(struct sweep_journal *j, struct error *err, const char *fmt, ...)
{
	char line[LINE_BYTES], *body = line + JOURNAL_SUM_DIGITS + 1;
	va_list ap;
	int n, ret;

	va_start(ap, fmt);
	n = vsnprintf(body, sizeof(line) - JOURNAL_SUM_DIGITS - 2, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(line) - JOURNAL_SUM_DIGITS - 2)
		return error_set(err, EMSGSIZE, "%s: a line of %d bytes is too long", j->path, n);
	for (char *c = body; *c; c++) {
		if (*c == '\n')
			*c = ' ';
	}
	journal_put_sum(body, (size_t)n);
	body[n] = '\n';
	if (j->head)
		return fwrite(line, JOURNAL_SUM_DIGITS + 1 + (size_t)n + 1, 1, j->head) == 1
			       ? 0
			       : error_set(err, ENOMEM, "no memory for the journal");
	ret = append_line(&j->file, line, JOURNAL_SUM_DIGITS + 1 + (size_t)n + 1);
	if (ret)
		return error_errno(err, -ret, "cannot write the sweep's journal %s", j->path);
	return 0;
}

int sweep_journal_create(struct sweep_journal *j, int dirfd, const char *dir, struct error *err)
{
	int ret;

	memset(j, 0, sizeof(*j));
	snprintf(j->path, sizeof(j->path), "%s/" JOURNAL_NAME, dir);
	j->file.fd = file_new(dirfd, JOURNAL_NEW, O_RDWR);
	if (j->file.fd < 0)
		return error_errno(err, -j->file.fd, "cannot make the sweep's journal %s", j->path);
	j->head = open_memstream(&j->head_text, &j->head_length);
	ret = j->head ? add(j, err, "thpstorm-sweep\t%d", SWEEP_FORMAT)
		      : error_set(err, ENOMEM, "no memory for the journal");
	if (ret)
		sweep_journal_close(j);
	return ret;
}

int sweep_journal_begin(struct sweep_journal *j, int dirfd, struct error *err)
{
	int ret = fclose(j->head);

	j->head = NULL;
	if (!ret)
		ret = append_line(&j->file, j->head_text, j->head_length);
	if (ret)
		return error_errno(err, ret < 0 ? -ret : ENOMEM,
				   "cannot write the sweep's journal %s", j->path);
	if (renameat(dirfd, JOURNAL_NEW, dirfd, JOURNAL_NAME) || (fsync(dirfd) && errno != EINVAL))
		return error_errno(err, errno, "cannot sync the sweep's journal %s to disk",
				   j->path);
	return journal_lock(j, err);
}

int sweep_journal_fact_add(struct sweep_journal *j, const char *key, const char *value,
			   struct error *err)
{
	return add(j, err, "is\t%s\t%s", key, value);
}

int sweep_journal_conf_add(struct sweep_journal *j, const char *line, struct error *err)
{
	return add(j, err, "conf\t%s", line);
}

int sweep_journal_session(struct sweep_journal *j, const char *boot, struct error *err)
{
	struct sweep_session now = {.pid = (int)getpid(), .when = (long long)time(NULL)};

	journal_copy(now.boot, sizeof(now.boot), boot);
	if (journal_add_session(j, &now))
		return error_set(err, ENOMEM, "no memory for the journal");
	return add(j, err, "session\t%s\t%d\t%lld", now.boot, now.pid, now.when);
}

int sweep_journal_start(struct sweep_journal *j, unsigned cell, struct error *err)
{
	struct cell_log *log = &j->log[cell - 1];

	log->state = CELL_STARTED;
	log->stopped = false;
	log->tries++;
	log->session = j->sessions;
	return add(j, err, "start\t%u\t%u", cell, log->tries);
}

/* A text as the last field of a line. */
static void one_field(char *to, size_t size, const char *text)
{
	journal_copy(to, size, text);
	for (; *to; to++) {
		if (*to == '\t' || *to == '\n')
			*to = ' ';
	}
}

int sweep_journal_seal(struct sweep_journal *j, unsigned cell, const struct cell_log *log,
		       struct error *err)
{
	struct cell_log *mine = &j->log[cell - 1];
	char reason[SWEEP_REASON_MAX];
	int ret;

	one_field(reason, sizeof(reason), log->reason);
	ret = add(j, err, "seal\t%u\t%u\t%d\t%u\t%u\t%llu\t%s", cell, mine->tries, log->code,
		  log->run_ms, log->gap_ms, (unsigned long long)log->size, reason);
	if (ret)
		return ret;
	mine->given_up = mine->state != CELL_STARTED;
	mine->state = CELL_SEALED;
	mine->code = log->code;
	mine->run_ms = log->run_ms;
	mine->gap_ms = log->gap_ms;
	mine->size = log->size;
	journal_copy(mine->reason, sizeof(mine->reason), reason);
	return 0;
}

int sweep_journal_stop(struct sweep_journal *j, unsigned cell, const char *why, struct error *err)
{
	j->log[cell - 1].state = CELL_OPEN;
	j->log[cell - 1].stopped = true;
	return add(j, err, "stop\t%u\t%u\t%s", cell, j->log[cell - 1].tries, why);
}

int sweep_journal_lost(struct sweep_journal *j, unsigned cell, const char *text, struct error *err)
{
	struct cell_log *log = &j->log[cell - 1];

	log->state = CELL_OPEN;
	log->lost++;
	one_field(log->lost_text, sizeof(log->lost_text), text);
	return add(j, err, "lost\t%u\t%u\t%s\t%s", cell, log->tries,
		   j->session[log->session - 1].boot, log->lost_text);
}

int sweep_journal_adopt(struct sweep_journal *j, unsigned cell, const struct cell_log *log,
			struct error *err)
{
	struct cell_log *mine = &j->log[cell - 1];
	int ret = 0;

	*mine = (struct cell_log){.tries = log->tries - log->lost, .session = j->sessions};
	for (unsigned i = 0; i < log->lost && !ret; i++) {
		ret = mine->tries < log->tries ? sweep_journal_start(j, cell, err) : 0;
		if (!ret)
			ret = sweep_journal_lost(j, cell, log->lost_text, err);
	}
	if (ret || log->state != CELL_SEALED)
		return ret;
	if (!log->given_up) {
		mine->tries = log->tries - 1;
		ret = sweep_journal_start(j, cell, err);
	}
	return ret ? ret : sweep_journal_seal(j, cell, log, err);
}

int sweep_journal_end(struct sweep_journal *j, struct error *err)
{
	j->ended = true;
	return add(j, err, "end");
}
