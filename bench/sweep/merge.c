/* SPDX-License-Identifier: GPL-2.0-only */
/* See merge.h. */
#include "sweep/merge.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/filecopy.h"
#include "base/plural.h"
#include "sweep/begin.h"
#include "sweep/ledger_read.h"
#include "sweep/ledger_write.h"
#include "sweep/cell_verdict.h"
#include "sweep/identity.h"
#include "sweep/sweep.h"
#include "sweep/show.h"
#include "words/shell_word.h"

#define OPEN_MAX_WALK 16

struct merging {
	struct sweep into;
	unsigned parts;
	struct part {
		const char *dir;
		int fd;
		struct ledger ledger;
	} * part;
	const char *accept;
	sweep_summary print;
	struct error *err;
};

static int open_parts(struct merging *m, char *const *dirs)
{
	for (unsigned i = 0; i < m->parts; i++) {
		struct part *p = &m->part[i];
		int ret;

		p->dir = dirs[i];
		p->fd = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (p->fd < 0)
			return error_errno(m->err, errno, "cannot open the sweep in %s", p->dir);
		ret = ledger_open(&p->ledger, p->fd, p->dir, false, m->err);
		if (ret)
			return ret;
	}
	return 0;
}

/* Line by line: the seed stands among them, so two sweeps of one config are told apart as well. */
static int same_plan(struct merging *m, const struct part *a, const struct part *b)
{
	unsigned lines = MAX(a->ledger.conf_lines, b->ledger.conf_lines);

	for (unsigned i = 0; i < lines; i++) {
		const char *x = i < a->ledger.conf_lines ? a->ledger.conf[i] : "nothing";
		const char *y = i < b->ledger.conf_lines ? b->ledger.conf[i] : "nothing";

		if (strcmp(x, y))
			return error_set(
				m->err, EPERM,
				"%s and %s are not parts of one sweep: '%.80s' in the one, '%.80s' in the other",
				a->dir, b->dir, x, y);
	}
	return 0;
}

static int same_fact(struct merging *m, const struct part *a, const struct part *b,
		     const char *what)
{
	const char *x = ledger_fact(&a->ledger, what);
	const char *y = ledger_fact(&b->ledger, what);

	if ((x && y && !strcmp(x, y)) || identity_accepted(m->accept, what))
		return 0;
	return error_set(
		m->err, EPERM,
		"%s and %s do not have the same %s ('%.100s' and '%.100s'): their cells are not comparable; `--accept %s` merges them anyway",
		a->dir, b->dir, what, x ? x : "unknown", y ? y : "unknown", what);
}

static int compare_parts(struct merging *m)
{
	static const char *const facts[] = {"binary", "kernel", "machine"};

	for (unsigned i = 1; i < m->parts; i++) {
		int ret = same_plan(m, &m->part[0], &m->part[i]);

		for (unsigned f = 0; f < ARRAY_SIZE(facts) && !ret; f++)
			ret = same_fact(m, &m->part[0], &m->part[i], facts[f]);
		if (ret)
			return ret;
	}
	return 0;
}

/* nftw(3) has no argument to pass. */
static struct {
	size_t skip; /* of the source's path */
	const char *to;
	struct error *err;
} walk;

static int copy_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	char to[PATH_MAX];
	int ret = 0;

	if ((size_t)snprintf(to, sizeof(to), "%s%s", walk.to, path + walk.skip) >= sizeof(to))
		return error_set(walk.err, ENAMETOOLONG, "%s is too long", path);
	if (type == FTW_D)
		return directory_make_own(to, walk.err);
	if (type == FTW_F)
		ret = file_copy(path, to, 0, false);
	return ret ? error_errno(walk.err, -ret, "cannot copy %s to %s", path, to) : 0;
}

static int copy_tree(const char *from, const char *to, struct error *err)
{
	int ret;

	walk.skip = strlen(from);
	walk.to = to;
	walk.err = err;
	ret = nftw(from, copy_entry, OPEN_MAX_WALK, FTW_PHYS);
	return ret == -1 ? error_errno(err, errno, "cannot read %s", from) : ret;
}

/* All tries: those of a lost machine hold what is known of it. */
static int copy_cell(struct merging *m, const struct part *p, uint32_t id)
{
	const struct cell_log *log = &p->ledger.log[id - 1];
	char from[PATH_MAX], to[PATH_MAX], cell[64];
	struct stat st;

	for (unsigned try = 1; try <= log->tries; try++) {
		int ret;

		sweep_cell_directory(id, try, cell, sizeof(cell));
		snprintf(from, sizeof(from), "%s/%s", p->dir, cell);
		snprintf(to, sizeof(to), "%s/%s", m->into.dir, cell);
		if (stat(from, &st))
			continue;
		ret = copy_tree(from, to, m->err);
		if (ret)
			return ret;
	}
	return 0;
}

static int take_cell(struct merging *m, const struct part *p, uint32_t id)
{
	struct ledger *l = &m->into.ledger;
	const struct cell_log *log = &p->ledger.log[id - 1];
	int ret;

	if (log->state == CELL_STARTED) {
		char dir[SHELL_WORD_MAX];

		fprintf(stderr,
			"thpstorm: %s: cell %u was running when this part ended, maybe with its machine: `thpstorm sweep --resume %s` tells; merged, it is only missing\n",
			p->dir, id, shell_word(p->dir, dir, sizeof(dir)));
	}
	/* What took the machine down and was not run again is known all the same. */
	if (!cell_has_verdict(log))
		return 0;
	ret = copy_cell(m, p, id);
	return ret ? ret : ledger_adopt(l, id, log, m->err);
}

static int take_cells(struct merging *m)
{
	for (unsigned i = 0; i < m->parts; i++) {
		const struct part *p = &m->part[i];

		for (uint32_t id = 1; id <= p->ledger.cells; id++) {
			int ret = take_cell(m, p, id);

			if (ret)
				return ret;
		}
	}
	return 0;
}

/* Whether a part before @part has that cell. */
static bool is_before(const struct merging *m, unsigned part, uint32_t id)
{
	for (unsigned i = 0; i < part; i++) {
		const struct ledger *l = &m->part[i].ledger;

		if (id <= l->cells && cell_has_verdict(&l->log[id - 1]))
			return true;
	}
	return false;
}

/* Before anything is made. */
static int refuse_twice(struct merging *m)
{
	for (unsigned i = 1; i < m->parts; i++) {
		const struct ledger *l = &m->part[i].ledger;

		for (uint32_t id = 1; id <= l->cells; id++) {
			if (!cell_has_verdict(&l->log[id - 1]) || !is_before(m, i, id))
				continue;
			return error_set(
				m->err, EEXIST,
				"cell %u is in %s and in a part before it: name each part once", id,
				m->part[i].dir);
		}
	}
	return 0;
}

static int record_head(struct merging *m)
{
	static const char *const facts[] = {"binary", "kernel", "machine", "config"};
	const struct ledger *first = &m->part[0].ledger;
	struct ledger *l = &m->into.ledger;
	char number[16];
	int ret = ledger_create(l, m->into.dirfd, m->into.dir, m->err);

	for (unsigned i = 0; i < ARRAY_SIZE(facts) && !ret; i++) {
		const char *value = ledger_fact(first, facts[i]);

		ret = ledger_fact_add(l, facts[i], value ? value : "", m->err);
	}
	if (!ret)
		ret = ledger_fact_add(l, "shard", "1/1", m->err);
	snprintf(number, sizeof(number), "%u", first->cells);
	if (!ret)
		ret = ledger_fact_add(l, "cells", number, m->err);
	for (unsigned i = 0; i < first->conf_lines && !ret; i++)
		ret = ledger_conf_add(l, first->conf[i], m->err);
	if (!ret)
		ret = ledger_size(l, first->cells, m->err);
	/* Who says what is taken over: the session of the first part. */
	if (!ret)
		ret = ledger_session_add(l, first->sessions ? first->session[0].boot : "none",
					 m->err);
	return ret;
}

static int copy_texts(struct merging *m)
{
	static const char *const names[] = {"sweep.conf", "config.orig"};
	char from[PATH_MAX], to[PATH_MAX];

	for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
		int ret;

		snprintf(from, sizeof(from), "%s/%s", m->part[0].dir, names[i]);
		snprintf(to, sizeof(to), "%s/%s", m->into.dir, names[i]);
		ret = file_copy(from, to, 0, false);
		if (ret && ret != -ENOENT)
			return error_errno(m->err, -ret, "cannot copy %s to %s", from, to);
	}
	return 0;
}

static int write_all(struct merging *m)
{
	struct sweep *s = &m->into;
	char dir[SHELL_WORD_MAX];
	unsigned missing = 0;
	int ret = record_head(m);

	if (!ret)
		ret = copy_texts(m);
	if (!ret)
		ret = take_cells(m);
	for (unsigned i = 0; i < s->cells.count && !ret; i++)
		missing += s->ledger.log[s->cells.id[i] - 1].state != CELL_SEALED;
	if (!ret && !missing)
		ret = ledger_end(&s->ledger, m->err);
	if (!ret && syncfs(s->dirfd))
		ret = error_errno(m->err, errno, "cannot sync %s to disk", s->dir);
	if (!ret)
		ret = ledger_begin(&s->ledger, s->dirfd, m->err);
	if (!ret)
		ret = sweep_write_table(s, m->err);
	if (ret)
		return ret;
	m->print(stdout, s);
	if (missing)
		printf("%u of %u cell%s missing; `thpstorm sweep --resume %s` runs %s here\n",
		       missing, s->cells.count, plural_word(s->cells.count, " is", "s are"),
		       shell_word(s->dir, dir, sizeof(dir)), plural_word(missing, "it", "them"));
	return 0;
}

/* All or nothing: what was there before stays. */
static int make_whole(struct merging *m, const char *out)
{
	bool ours = directory_is_empty(out), there = !access(out, F_OK);
	int ret = sweep_make_directory(&m->into, out, m->err);

	if (!ret)
		ret = write_all(m);
	if (ret && ours && m->into.dir)
		directory_discard(m->into.dir, !there);
	return ret;
}

int merge(const char *out, char *const *parts, unsigned count, const char *accept,
	  sweep_summary print, struct error *err)
{
	struct merging m = {.parts = count, .accept = accept, .print = print, .err = err};
	int ret = -ENOMEM;

	sweep_init(&m.into);
	m.part = calloc(count, sizeof(*m.part));
	if (!m.part)
		return error_set(err, ENOMEM, "no memory for %u parts", count);
	ret = open_parts(&m, parts);
	if (!ret)
		ret = compare_parts(&m);
	if (!ret)
		ret = refuse_twice(&m);
	if (!ret)
		ret = sweep_read_plan(&m.into, &m.part[0].ledger, parts[0], err);
	m.into.shard = (struct shard){1, 1};
	if (!ret)
		ret = sweep_prepare(&m.into, err);
	if (!ret)
		ret = make_whole(&m, out);
	for (unsigned i = 0; i < count; i++) {
		ledger_close(&m.part[i].ledger);
		if (m.part[i].fd > 0)
			close(m.part[i].fd);
	}
	free(m.part);
	sweep_free(&m.into);
	return ret;
}
