/* SPDX-License-Identifier: GPL-2.0-only */
/* See sweep_journal.h. Adding a line and reading it go through the same function, apply(). */
#include "sweep/sweep_journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/rng.h"
#include "sweep/cells.h"

#define NAME	   "journal"
#define NAME_NEW   "journal.new"
#define SUM_DIGITS 16
#define FIELDS_MAX 8
#define LINE_BYTES 1024

/* Enough to see a line that the disk damaged; nobody is kept from forging one. */
static uint64_t sum_of(const char *text, size_t n)
{
	uint64_t sum = n;

	for (size_t i = 0; i < n; i++)
		sum = mix64(sum ^ (unsigned char)text[i]);
	return sum;
}

static struct cell_log *log_of(struct sweep_journal *j, const char *cell)
{
	unsigned long id = strtoul(cell, NULL, 10);

	return id && id <= j->cells ? &j->log[id - 1] : NULL;
}

static void copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from);
}

static int apply_session(struct sweep_journal *j, char *const *field)
{
	struct sweep_session *more = realloc(j->session, (j->sessions + 1) * sizeof(*j->session));

	if (!more)
		return -ENOMEM;
	j->session = more;
	more += j->sessions++;
	copy(more->boot, sizeof(more->boot), field[1]);
	more->pid = atoi(field[2]);
	more->when = atoll(field[3]);
	return 0;
}

static int apply_cell(struct sweep_journal *j, char *const *field, unsigned fields)
{
	struct cell_log *log = fields >= 3 ? log_of(j, field[1]) : NULL;

	if (!log)
		return -EINVAL;
	log->stopped = false;
	if (!strcmp(field[0], "start")) {
		log->state = CELL_STARTED;
		log->tries = (unsigned)atoi(field[2]);
		log->session = j->sessions;
	} else if (!strcmp(field[0], "stop")) {
		log->state = CELL_OPEN;
		log->stopped = true;
	} else if (!strcmp(field[0], "lost")) {
		log->state = CELL_OPEN;
		log->lost++;
	} else if (!strcmp(field[0], "seal") && fields >= 8) {
		log->state = CELL_SEALED;
		log->code = atoi(field[3]);
		log->run_ms = (unsigned)strtoul(field[4], NULL, 10);
		log->gap_ms = (unsigned)strtoul(field[5], NULL, 10);
		log->size = strtoull(field[6], NULL, 10);
		copy(log->reason, sizeof(log->reason), field[7]);
	} else {
		return -EINVAL;
	}
	return 0;
}

/* One line without sum and newline; @text is cut at its tabs and stays in use. */
static int apply(struct sweep_journal *j, char *text)
{
	char *field[FIELDS_MAX] = {text};
	unsigned fields = 1;
	/* A line of the plan is one field, tabs and all. */
	unsigned most = !strncmp(text, "conf\t", 5) ? 2 : FIELDS_MAX;

	for (char *tab = text; fields < most && (tab = strchr(tab, '\t'));) {
		*tab++ = '\0';
		field[fields++] = tab;
	}
	if (!strcmp(field[0], "is") && fields == 3 && j->facts < ARRAY_SIZE(j->fact)) {
		j->fact[j->facts].key = field[1];
		j->fact[j->facts++].value = field[2];
		if (!strcmp(field[1], "cells"))
			return sweep_journal_size(j, (unsigned)strtoul(field[2], NULL, 10), NULL);
		return 0;
	}
	if (!strcmp(field[0], "conf") && fields == 2) {
		const char **more = realloc(j->conf, (j->conf_lines + 1) * sizeof(*j->conf));

		if (!more)
			return -ENOMEM;
		j->conf = more;
		j->conf[j->conf_lines++] = field[1];
		return 0;
	}
	if (!strcmp(field[0], "session") && fields == 4)
		return apply_session(j, field);
	if (!strcmp(field[0], "end")) {
		j->ended = true;
		return 0;
	}
	return apply_cell(j, field, fields);
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

/* Reading. */

static int read_line(struct sweep_journal *j, char *line, size_t length, unsigned number,
		     struct error *err)
{
	char *rest, *body = line + SUM_DIGITS + 1;
	int ret;

	if (length <= SUM_DIGITS || line[SUM_DIGITS] != '\t' ||
	    strtoull(line, &rest, 16) != sum_of(body, length - SUM_DIGITS - 1) ||
	    rest != line + SUM_DIGITS || strlen(line) != length)
		return error_set(
			err, EINVAL,
			"%s:%u: the line is damaged (its check sum is wrong): put the file "
			"right from a copy, or begin the sweep anew",
			j->path, number);
	if (number == 1) {
		if (!strcmp(body, "thpstorm-sweep\t1"))
			return 0;
		return error_set(err, EINVAL,
				 "%s:1: a journal of another format ('%.40s'); this thpstorm reads "
				 "format %d",
				 j->path, body, SWEEP_FORMAT);
	}
	ret = apply(j, body);
	return ret ? error_set(err, -ret, "%s:%u: the line makes no sense", j->path, number) : 0;
}

static int read_lines(struct sweep_journal *j, size_t size, struct error *err)
{
	char *at = j->text, *end;
	unsigned number = 0;

	while ((end = memchr(at, '\n', size - (size_t)(at - j->text)))) {
		int ret;

		*end = '\0';
		ret = read_line(j, at, (size_t)(end - at), ++number, err);
		if (ret)
			return ret;
		at = end + 1;
	}
	j->file.size = at - j->text;
	j->torn = j->file.size != (off_t)size;
	if (number && j->cells)
		return 0;
	return error_set(err, EINVAL, "%s: the sweep had not begun when it ended: begin it anew",
			 j->path);
}

static int read_all(struct sweep_journal *j, struct error *err)
{
	struct stat st;
	ssize_t n;

	if (fstat(j->file.fd, &st))
		return error_errno(err, errno, "cannot read %s", j->path);
	j->text = malloc((size_t)st.st_size + 1);
	if (!j->text)
		return error_set(err, ENOMEM, "no memory to read %s", j->path);
	n = pread(j->file.fd, j->text, (size_t)st.st_size, 0);
	if (n < 0)
		return error_errno(err, errno, "cannot read %s", j->path);
	j->text[n] = '\0';
	return read_lines(j, (size_t)n, err);
}

int sweep_journal_open(struct sweep_journal *j, int dirfd, const char *dir, bool to_write,
		       struct error *err)
{
	int ret;

	memset(j, 0, sizeof(*j));
	snprintf(j->path, sizeof(j->path), "%s/" NAME, dir);
	j->file.fd = openat(dirfd, NAME, (to_write ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	if (j->file.fd < 0)
		return error_errno(err, errno, "cannot open the sweep's journal %s", j->path);
	ret = read_all(j, err);
	if (ret)
		sweep_journal_close(j);
	return ret;
}

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

const char *sweep_journal_fact(const struct sweep_journal *j, const char *key)
{
	for (unsigned i = j->facts; i-- > 0;) {
		if (!strcmp(j->fact[i].key, key))
			return j->fact[i].value;
	}
	return NULL;
}

/* Writing. */

PRINTF_LIKE(3, 4)
static int add(struct sweep_journal *j, struct error *err, const char *fmt, ...)
{
	char line[LINE_BYTES], sum[SUM_DIGITS + 1], *body = line + SUM_DIGITS + 1;
	va_list ap;
	int n, ret;

	va_start(ap, fmt);
	n = vsnprintf(body, sizeof(line) - SUM_DIGITS - 2, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(line) - SUM_DIGITS - 2)
		return error_set(err, EMSGSIZE, "%s: a line of %d bytes is too long", j->path, n);
	for (char *c = body; *c; c++) {
		if (*c == '\n')
			*c = ' ';
	}
	snprintf(sum, sizeof(sum), "%016llx", (unsigned long long)sum_of(body, (size_t)n));
	memcpy(line, sum, SUM_DIGITS);
	line[SUM_DIGITS] = '\t';
	body[n] = '\n';
	if (j->head)
		return fwrite(line, SUM_DIGITS + 1 + (size_t)n + 1, 1, j->head) == 1
			       ? 0
			       : error_set(err, ENOMEM, "no memory for the journal");
	ret = append_line(&j->file, line, SUM_DIGITS + 1 + (size_t)n + 1);
	if (ret)
		return error_errno(err, -ret, "cannot write the sweep's journal %s", j->path);
	return 0;
}

int sweep_journal_create(struct sweep_journal *j, int dirfd, const char *dir, struct error *err)
{
	int ret;

	memset(j, 0, sizeof(*j));
	snprintf(j->path, sizeof(j->path), "%s/" NAME, dir);
	j->file.fd = openat(dirfd, NAME_NEW, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (j->file.fd < 0)
		return error_errno(err, errno, "cannot make the sweep's journal %s", j->path);
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
	if (renameat(dirfd, NAME_NEW, dirfd, NAME) || (fsync(dirfd) && errno != EINVAL))
		return error_errno(err, errno, "cannot bring the sweep's journal %s to the disk",
				   j->path);
	return 0;
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
	struct sweep_session *more = realloc(j->session, (j->sessions + 1) * sizeof(*j->session));
	struct sweep_session now = {.pid = (int)getpid(), .when = (long long)time(NULL)};

	if (!more)
		return error_set(err, ENOMEM, "no memory for the journal");
	j->session = more;
	copy(now.boot, sizeof(now.boot), boot);
	more[j->sessions++] = now;
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

int sweep_journal_seal(struct sweep_journal *j, unsigned cell, const struct cell_log *log,
		       struct error *err)
{
	struct cell_log *mine = &j->log[cell - 1];
	char reason[SWEEP_REASON_MAX];
	int ret;

	copy(reason, sizeof(reason), log->reason);
	for (char *c = reason; *c; c++) {
		if (*c == '\t' || *c == '\n')
			*c = ' ';
	}
	ret = add(j, err, "seal\t%u\t%u\t%d\t%u\t%u\t%llu\t%s", cell, mine->tries, log->code,
		  log->run_ms, log->gap_ms, (unsigned long long)log->size, reason);
	if (ret)
		return ret;
	mine->state = CELL_SEALED;
	mine->code = log->code;
	mine->run_ms = log->run_ms;
	mine->gap_ms = log->gap_ms;
	mine->size = log->size;
	copy(mine->reason, sizeof(mine->reason), reason);
	return 0;
}

int sweep_journal_stop(struct sweep_journal *j, unsigned cell, const char *why, struct error *err)
{
	j->log[cell - 1].state = CELL_OPEN;
	j->log[cell - 1].stopped = true;
	return add(j, err, "stop\t%u\t%u\t%s", cell, j->log[cell - 1].tries, why);
}

int sweep_journal_lost(struct sweep_journal *j, unsigned cell, struct error *err)
{
	struct cell_log *log = &j->log[cell - 1];

	log->state = CELL_OPEN;
	log->lost++;
	return add(j, err, "lost\t%u\t%u\t%s", cell, log->tries, j->session[log->session - 1].boot);
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
			ret = sweep_journal_lost(j, cell, err);
	}
	mine->tries = log->tries - 1;
	if (!ret)
		ret = sweep_journal_start(j, cell, err);
	return ret ? ret : sweep_journal_seal(j, cell, log, err);
}

int sweep_journal_end(struct sweep_journal *j, struct error *err)
{
	j->ended = true;
	return add(j, err, "end");
}
