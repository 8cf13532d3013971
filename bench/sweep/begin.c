/* SPDX-License-Identifier: GPL-2.0-only */
/* See begin.h. */
#include "sweep/begin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/directory.h"
#include "result/directory.h"
#include "result/file.h"
#include "sweep/identity.h"
#include "sweep/ledger_read.h"
#include "sweep/ledger_write.h"
#include "words/config_write.h"

/* sweep.conf as text, for the file and for the ledger. To be freed. */
static char *conf_text(const struct sweep *s, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	if (!out)
		return NULL;
	config_write(out, &s->plan, true);
	config_write_sweep(out, &s->axes);
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}

static int record_conf(struct sweep *s, struct error *err)
{
	size_t len;
	char *text = conf_text(s, &len), *save = NULL;
	int ret = text ? result_file_write(s->dirfd, "sweep.conf", text, len, true) : -ENOMEM;

	if (ret)
		error_errno(err, -ret, "cannot write %s/sweep.conf", s->dir);
	for (char *line = text; line && !ret; line = save) {
		save = strchr(line, '\n');
		if (!save)
			break;
		*save++ = '\0';
		ret = ledger_conf_add(&s->ledger, line, err);
	}
	free(text);
	return ret;
}

static int record(struct sweep *s, struct error *err)
{
	char number[32];
	int ret = ledger_create(&s->ledger, s->dirfd, s->dir, err);

	if (ret)
		return ret;
	ret = identity_record(s, err);
	snprintf(number, sizeof(number), "%u/%u", s->shard.part, s->shard.of);
	if (!ret)
		ret = ledger_fact_add(&s->ledger, "shard", number, err);
	snprintf(number, sizeof(number), "%u", s->cells.total);
	if (!ret)
		ret = ledger_fact_add(&s->ledger, "cells", number, err);
	if (!ret)
		ret = record_conf(s, err);
	if (!ret)
		ret = ledger_size(&s->ledger, s->cells.total, err);
	if (!ret)
		ret = ledger_begin(&s->ledger, s->dirfd, err);
	return ret;
}

static int open_cells(struct sweep *s, struct error *err)
{
	s->cellsfd = result_subdirectory_make(s->dirfd, s->dir, "cells", err);
	return MIN(s->cellsfd, 0);
}

int sweep_make_directory(struct sweep *s, const char *dir, struct error *err)
{
	s->dirfd = result_directory_make(dir, s->plan.config, &s->dir, err);
	return s->dirfd < 0 ? s->dirfd : open_cells(s, err);
}

int sweep_create(struct sweep *s, const char *dir, struct error *err)
{
	int ret = sweep_make_directory(s, dir, err);

	return ret ? ret : record(s, err);
}

int sweep_resume(struct sweep *s, const char *dir, const char *accept, struct error *err)
{
	int ret;

	s->dir = strdup(dir);
	s->dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!s->dir || s->dirfd < 0)
		return error_errno(err, errno, "cannot open the sweep in %s", dir);
	/* Its ledger is obeyed, and written. */
	ret = directory_check_own(s->dirfd, dir, err);
	if (!ret)
		ret = ledger_open(&s->ledger, s->dirfd, dir, true, err);
	if (!ret)
		ret = sweep_read_plan(s, &s->ledger, dir, err);
	if (!ret)
		ret = identity_check(s, accept, err);
	if (!ret)
		ret = sweep_prepare(s, err);
	if (!ret)
		ret = sweep_same_cells(s, err);
	return ret ? ret : open_cells(s, err);
}
