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

static struct cell_log *log_of(struct sweep_journal *j, const char *cell)
{
	unsigned long id = strtoul(cell, NULL, 10);

	return id && id <= j->cells ? &j->log[id - 1] : NULL;
}

static int apply_session(struct sweep_journal *j, char *const *field)
{
	struct sweep_session session = {.pid = atoi(field[2]), .when = atoll(field[3])};

	journal_copy(session.boot, sizeof(session.boot), field[1]);
	return journal_add_session(j, &session);
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
		journal_copy(log->lost_text, sizeof(log->lost_text), fields >= 5 ? field[4] : "");
	} else if (!strcmp(field[0], "seal") && fields >= 8) {
		log->given_up = log->state != CELL_STARTED;
		log->state = CELL_SEALED;
		log->code = atoi(field[3]);
		log->run_ms = (unsigned)strtoul(field[4], NULL, 10);
		log->gap_ms = (unsigned)strtoul(field[5], NULL, 10);
		log->size = strtoull(field[6], NULL, 10);
		journal_copy(log->reason, sizeof(log->reason), field[7]);
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

static int read_line(struct sweep_journal *j, char *line, size_t length, unsigned number,
		     struct error *err)
{
	char *rest, *body = line + JOURNAL_SUM_DIGITS + 1;
	int ret;

	if (length <= JOURNAL_SUM_DIGITS || line[JOURNAL_SUM_DIGITS] != '\t' ||
	    strtoull(line, &rest, 16) != journal_sum(body, length - JOURNAL_SUM_DIGITS - 1) ||
	    rest != line + JOURNAL_SUM_DIGITS || strlen(line) != length)
		return error_set(
			err, EINVAL,
			"%s:%u: the line is damaged (its check sum is wrong): put the file right from a copy, or begin the sweep anew",
			j->path, number);
	if (number == 1) {
		if (!strcmp(body, "thpstorm-sweep\t1"))
			return 0;
		return error_set(
			err, EINVAL,
			"%s:1: a journal of another format ('%.40s'); this thpstorm reads format %d",
			j->path, body, SWEEP_FORMAT);
	}
	ret = apply(j, body);
	return ret ? error_set(err, -ret, "%s:%u: malformed line", j->path, number) : 0;
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
	return error_set(err, EINVAL, "%s: the journal ends before the sweep began: begin it anew",
			 j->path);
}

static int read_all(struct sweep_journal *j, struct error *err)
{
	struct stat st;
	ssize_t n;

	if (fstat(j->file.fd, &st))
		return error_errno(err, errno, "cannot read %s", j->path);
	if (!S_ISREG(st.st_mode))
		return error_set(err, EINVAL, "cannot read %s: not a regular file", j->path);
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
	snprintf(j->path, sizeof(j->path), "%s/" JOURNAL_NAME, dir);
	j->file.fd = openat(dirfd, JOURNAL_NAME,
			    (to_write ? O_RDWR | O_NOFOLLOW : O_RDONLY) | O_NONBLOCK | O_CLOEXEC);
	if (j->file.fd < 0)
		return error_errno(err, errno, "cannot open the sweep's journal %s", j->path);
	ret = to_write ? journal_lock(j, err) : 0;
	if (!ret)
		ret = read_all(j, err);
	if (ret)
		sweep_journal_close(j);
	return ret;
}
