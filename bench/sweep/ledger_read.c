/* SPDX-License-Identifier: GPL-2.0-only */
/* See ledger_read.h. */
#include "sweep/ledger_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sweep/ledger_line.h"

#define FIELDS_MAX 8

static struct cell_log *log_of(struct ledger *l, const char *cell)
{
	unsigned long id = strtoul(cell, NULL, 10);

	return id && id <= l->cells ? &l->log[id - 1] : NULL;
}

static int apply_session(struct ledger *l, char *const *field)
{
	struct ledger_session session = {.pid = atoi(field[2]), .when = atoll(field[3])};

	ledger_copy(session.boot, sizeof(session.boot), field[1]);
	return ledger_remember_session(l, &session);
}

static int apply_cell(struct ledger *l, char *const *field, unsigned fields)
{
	struct cell_log *log = fields >= 3 ? log_of(l, field[1]) : NULL;

	if (!log)
		return -EINVAL;
	log->stopped = false;
	if (!strcmp(field[0], "start")) {
		log->state = CELL_STARTED;
		log->tries = (unsigned)atoi(field[2]);
		log->session = l->sessions;
	} else if (!strcmp(field[0], "stop")) {
		log->state = CELL_OPEN;
		log->stopped = true;
	} else if (!strcmp(field[0], "lost")) {
		log->state = CELL_OPEN;
		log->lost++;
		ledger_copy(log->lost_text, sizeof(log->lost_text), fields >= 5 ? field[4] : "");
	} else if (!strcmp(field[0], "seal") && fields >= 8) {
		log->given_up = log->state != CELL_STARTED;
		log->state = CELL_SEALED;
		log->code = atoi(field[3]);
		log->run_ms = (unsigned)strtoul(field[4], NULL, 10);
		log->gap_ms = (unsigned)strtoul(field[5], NULL, 10);
		log->size = strtoull(field[6], NULL, 10);
		ledger_copy(log->reason, sizeof(log->reason), field[7]);
	} else {
		return -EINVAL;
	}
	return 0;
}

/* One line without sum and newline; @text is cut at its tabs and stays in use. */
static int apply(struct ledger *l, char *text)
{
	char *field[FIELDS_MAX] = {text};
	unsigned fields = 1;
	/* A line of the plan is one field, tabs and all. */
	unsigned most = !strncmp(text, "conf\t", 5) ? 2 : FIELDS_MAX;

	for (char *tab = text; fields < most && (tab = strchr(tab, '\t'));) {
		*tab++ = '\0';
		field[fields++] = tab;
	}
	if (!strcmp(field[0], "is") && fields == 3 && l->facts < ARRAY_SIZE(l->fact)) {
		l->fact[l->facts].key = field[1];
		l->fact[l->facts++].value = field[2];
		if (!strcmp(field[1], "cells"))
			return ledger_size(l, (unsigned)strtoul(field[2], NULL, 10), NULL);
		return 0;
	}
	if (!strcmp(field[0], "conf") && fields == 2) {
		const char **more = realloc(l->conf, (l->conf_lines + 1) * sizeof(*l->conf));

		if (!more)
			return -ENOMEM;
		l->conf = more;
		l->conf[l->conf_lines++] = field[1];
		return 0;
	}
	if (!strcmp(field[0], "session") && fields == 4)
		return apply_session(l, field);
	if (!strcmp(field[0], "end")) {
		l->ended = true;
		return 0;
	}
	return apply_cell(l, field, fields);
}

static int read_line(struct ledger *l, char *line, size_t length, unsigned number,
		     struct error *err)
{
	char *rest, *body = line + LEDGER_SUM_DIGITS + 1;
	int ret;

	if (length <= LEDGER_SUM_DIGITS || line[LEDGER_SUM_DIGITS] != '\t' ||
	    strtoull(line, &rest, 16) != ledger_sum(body, length - LEDGER_SUM_DIGITS - 1) ||
	    rest != line + LEDGER_SUM_DIGITS || strlen(line) != length)
		return error_set(
			err, EINVAL,
			"%s:%u: the line is damaged (its check sum is wrong): put the file right from a copy, or begin the sweep anew",
			l->path, number);
	if (number == 1) {
		if (!strcmp(body, "thpstorm-sweep\t1"))
			return 0;
		return error_set(
			err, EINVAL,
			"%s:1: a ledger of another format ('%.40s'); this thpstorm reads format %d",
			l->path, body, SWEEP_FORMAT);
	}
	ret = apply(l, body);
	return ret ? error_set(err, -ret, "%s:%u: malformed line", l->path, number) : 0;
}

static int read_lines(struct ledger *l, size_t size, struct error *err)
{
	char *at = l->text, *end;
	unsigned number = 0;

	while ((end = memchr(at, '\n', size - (size_t)(at - l->text)))) {
		int ret;

		*end = '\0';
		ret = read_line(l, at, (size_t)(end - at), ++number, err);
		if (ret)
			return ret;
		at = end + 1;
	}
	l->file.size = at - l->text;
	l->torn = l->file.size != (off_t)size;
	if (number && l->cells)
		return 0;
	return error_set(err, EINVAL, "%s: the ledger ends before the sweep began: begin it anew",
			 l->path);
}

static int read_all(struct ledger *l, struct error *err)
{
	struct stat st;
	ssize_t n;

	if (fstat(l->file.fd, &st))
		return error_errno(err, errno, "cannot read %s", l->path);
	if (!S_ISREG(st.st_mode))
		return error_set(err, EINVAL, "cannot read %s: not a regular file", l->path);
	l->text = malloc((size_t)st.st_size + 1);
	if (!l->text)
		return error_set(err, ENOMEM, "no memory to read %s", l->path);
	n = pread(l->file.fd, l->text, (size_t)st.st_size, 0);
	if (n < 0)
		return error_errno(err, errno, "cannot read %s", l->path);
	l->text[n] = '\0';
	return read_lines(l, (size_t)n, err);
}

int ledger_open(struct ledger *l, int dirfd, const char *dir, bool to_write, struct error *err)
{
	int ret;

	memset(l, 0, sizeof(*l));
	snprintf(l->path, sizeof(l->path), "%s/" LEDGER_NAME, dir);
	l->file.fd = openat(dirfd, LEDGER_NAME,
			    (to_write ? O_RDWR | O_NOFOLLOW : O_RDONLY) | O_NONBLOCK | O_CLOEXEC);
	if (l->file.fd < 0)
		return error_errno(err, errno, "cannot open the sweep's ledger %s", l->path);
	ret = to_write ? ledger_lock(l, err) : 0;
	if (!ret)
		ret = read_all(l, err);
	if (ret)
		ledger_close(l);
	return ret;
}
