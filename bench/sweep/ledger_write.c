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
#include "words/ini_line.h"

#define LEDGER_NEW LEDGER_NAME ".new"
#define LINE_BYTES (INI_LINE_MAX + 256) /* the longest is a line of the plan */

PRINTF_LIKE(3, 4)
static int add(struct ledger *l, struct error *err, const char *fmt, ...)
{
	char line[LINE_BYTES], *body = line + LEDGER_SUM_DIGITS + 1;
	va_list ap;
	int n, ret;

	va_start(ap, fmt);
	n = vsnprintf(body, sizeof(line) - LEDGER_SUM_DIGITS - 2, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(line) - LEDGER_SUM_DIGITS - 2)
		return error_set(err, EMSGSIZE, "%s: a line of %d bytes is too long", l->path, n);
	for (char *c = body; *c; c++) {
		if (*c == '\n')
			*c = ' ';
	}
	ledger_put_sum(body, (size_t)n);
	body[n] = '\n';
	if (l->head)
		return fwrite(line, LEDGER_SUM_DIGITS + 1 + (size_t)n + 1, 1, l->head) == 1
			       ? 0
			       : error_set(err, ENOMEM, "no memory for the ledger");
	ret = append_line(&l->file, line, LEDGER_SUM_DIGITS + 1 + (size_t)n + 1);
	if (ret)
		return error_errno(err, -ret, "cannot write the sweep's ledger %s", l->path);
	return 0;
}

int ledger_create(struct ledger *l, int dirfd, const char *dir, struct error *err)
{
	int ret;

	memset(l, 0, sizeof(*l));
	snprintf(l->path, sizeof(l->path), "%s/" LEDGER_NAME, dir);
	l->file.fd = file_new(dirfd, LEDGER_NEW, O_RDWR);
	if (l->file.fd < 0)
		return error_errno(err, -l->file.fd, "cannot make the sweep's ledger %s", l->path);
	l->head = open_memstream(&l->head_text, &l->head_length);
	ret = l->head ? add(l, err, "thpstorm-sweep\t%d", SWEEP_FORMAT)
		      : error_set(err, ENOMEM, "no memory for the ledger");
	if (ret)
		ledger_close(l);
	return ret;
}

int ledger_begin(struct ledger *l, int dirfd, struct error *err)
{
	int ret = fclose(l->head);

	l->head = NULL;
	if (!ret)
		ret = append_line(&l->file, l->head_text, l->head_length);
	if (ret)
		return error_errno(err, ret < 0 ? -ret : ENOMEM,
				   "cannot write the sweep's ledger %s", l->path);
	if (renameat(dirfd, LEDGER_NEW, dirfd, LEDGER_NAME) || (fsync(dirfd) && errno != EINVAL))
		return error_errno(err, errno, "cannot sync the sweep's ledger %s to disk",
				   l->path);
	return ledger_lock(l, err);
}

int ledger_fact_add(struct ledger *l, const char *key, const char *value, struct error *err)
{
	return add(l, err, "is\t%s\t%s", key, value);
}

int ledger_conf_add(struct ledger *l, const char *line, struct error *err)
{
	return add(l, err, "conf\t%s", line);
}

int ledger_session_add(struct ledger *l, const char *boot, struct error *err)
{
	struct ledger_session now = {.pid = (int)getpid(), .when = (long long)time(NULL)};

	ledger_copy(now.boot, sizeof(now.boot), boot);
	if (ledger_remember_session(l, &now))
		return error_set(err, ENOMEM, "no memory for the ledger");
	return add(l, err, "session\t%s\t%d\t%lld", now.boot, now.pid, now.when);
}

int ledger_start(struct ledger *l, unsigned cell, struct error *err)
{
	struct cell_log *log = &l->log[cell - 1];

	log->state = CELL_STARTED;
	log->stopped = false;
	log->tries++;
	log->session = l->sessions;
	return add(l, err, "start\t%u\t%u", cell, log->tries);
}

/* A text as the last field of a line. */
static void one_field(char *to, size_t size, const char *text)
{
	ledger_copy(to, size, text);
	for (; *to; to++) {
		if (*to == '\t' || *to == '\n')
			*to = ' ';
	}
}

int ledger_seal(struct ledger *l, unsigned cell, const struct cell_log *log, struct error *err)
{
	struct cell_log *mine = &l->log[cell - 1];
	char reason[SWEEP_REASON_MAX];
	int ret;

	one_field(reason, sizeof(reason), log->reason);
	ret = add(l, err, "seal\t%u\t%u\t%d\t%u\t%u\t%llu\t%s", cell, mine->tries, log->code,
		  log->run_ms, log->gap_ms, (unsigned long long)log->size, reason);
	if (ret)
		return ret;
	mine->given_up = mine->state != CELL_STARTED;
	mine->state = CELL_SEALED;
	mine->code = log->code;
	mine->run_ms = log->run_ms;
	mine->gap_ms = log->gap_ms;
	mine->size = log->size;
	ledger_copy(mine->reason, sizeof(mine->reason), reason);
	return 0;
}

int ledger_stop(struct ledger *l, unsigned cell, const char *why, struct error *err)
{
	l->log[cell - 1].state = CELL_OPEN;
	l->log[cell - 1].stopped = true;
	return add(l, err, "stop\t%u\t%u\t%s", cell, l->log[cell - 1].tries, why);
}

int ledger_lost(struct ledger *l, unsigned cell, const char *text, struct error *err)
{
	struct cell_log *log = &l->log[cell - 1];

	log->state = CELL_OPEN;
	log->lost++;
	one_field(log->lost_text, sizeof(log->lost_text), text);
	return add(l, err, "lost\t%u\t%u\t%s\t%s", cell, log->tries,
		   l->session[log->session - 1].boot, log->lost_text);
}

int ledger_adopt(struct ledger *l, unsigned cell, const struct cell_log *log, struct error *err)
{
	struct cell_log *mine = &l->log[cell - 1];
	int ret = 0;

	*mine = (struct cell_log){.tries = log->tries - log->lost, .session = l->sessions};
	for (unsigned i = 0; i < log->lost && !ret; i++) {
		ret = mine->tries < log->tries ? ledger_start(l, cell, err) : 0;
		if (!ret)
			ret = ledger_lost(l, cell, log->lost_text, err);
	}
	if (ret || log->state != CELL_SEALED)
		return ret;
	if (!log->given_up) {
		mine->tries = log->tries - 1;
		ret = ledger_start(l, cell, err);
	}
	return ret ? ret : ledger_seal(l, cell, log, err);
}

int ledger_end(struct ledger *l, struct error *err)
{
	l->ended = true;
	return add(l, err, "end");
}
