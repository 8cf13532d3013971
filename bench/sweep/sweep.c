/* SPDX-License-Identifier: GPL-2.0-only */
/* See sweep.h. */
#include "sweep/sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/plural.h"
#include "base/rng.h"
#include "measure/clock.h"
#include "sweep/ledger_line.h"
#include "sweep/ledger_read.h"
#include "system/state.h"
#include "words/config.h"
#include "words/config_apply.h"
#include "words/repeat.h"
#include "words/sweep_axes.h"

void sweep_init(struct sweep *s)
{
	memset(s, 0, sizeof(*s));
	s->dirfd = s->cellsfd = s->lockfd = -1;
	s->shard = (struct shard){1, 1};
}

void sweep_free(struct sweep *s)
{
	const int fds[] = {s->dirfd, s->cellsfd, s->lockfd};

	cells_free(&s->cells);
	ledger_close(&s->ledger);
	for (unsigned i = 0; i < ARRAY_SIZE(fds); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
	free(s->dir);
}

/* Each cell's plan once: what does not go together is said before anything is run. */
static int try_cells(struct sweep *s, struct error *err)
{
	struct run_plan plan;
	char name[CELLS_NAME_MAX];
	struct error why;

	for (unsigned i = 0; i < s->cells.count; i++) {
		if (!cells_plan(&s->cells, s->cells.id[i], &s->topology, &plan, &why))
			continue;
		return error_set(err, EINVAL, "cell %u (%.150s): %.300s", s->cells.id[i],
				 cells_name(&s->cells, s->cells.id[i], name, sizeof(name)),
				 why.text);
	}
	return 0;
}

int sweep_prepare(struct sweep *s, struct error *err)
{
	int ret = config_validate(&s->plan, err);

	if (!ret)
		ret = topology_read(&s->topology, err);
	if (!ret)
		ret = sweep_expand(&s->axes, &s->topology, err);
	if (!ret)
		ret = sweep_validate(&s->axes, &s->plan, err);
	if (!ret)
		ret = state_boot_id(s->boot, sizeof(s->boot), err);
	if (ret)
		return ret;
	if (!s->plan.seed)
		s->plan.seed = (mix64(clock_now() ^ (uint64_t)getpid()) >> 2) | 1;
	ret = cells_make(&s->cells, &s->plan, &s->axes, &s->shard, err);
	return ret ? ret : try_cells(s, err);
}

/* The plan, the axes and the shard as the ledger has them. */
int sweep_read_plan(struct sweep *s, const struct ledger *l, const char *dir, struct error *err)
{
	const char *config = ledger_fact(l, "config");
	const char *shard = ledger_fact(l, "shard");
	char *text = NULL, name[PATH_MAX];
	FILE *in = ledger_conf(l, &text);
	int ret;

	if (!in) {
		free(text);
		return error_set(err, EINVAL, "%s: no plan in it", l->path);
	}
	snprintf(name, sizeof(name), "%s/sweep.conf", dir);
	ret = config_read_stream(in, name, &s->plan, &s->axes, err);
	fclose(in);
	free(text);
	if (ret)
		return ret;
	snprintf(s->plan.config, sizeof(s->plan.config), "%s", config ? config : "");
	if (!shard || sscanf(shard, "%u/%u", &s->shard.part, &s->shard.of) != 2 || !s->shard.part ||
	    s->shard.part > s->shard.of)
		return error_set(err, EINVAL, "%s: no shard in it", l->path);
	return 0;
}

int sweep_same_cells(const struct sweep *s, struct error *err)
{
	if (s->cells.total == s->ledger.cells)
		return 0;
	return error_set(err, EINVAL, "%s: %u cell%s in the ledger, %u in its plan", s->dir,
			 s->ledger.cells, plural(s->ledger.cells), s->cells.total);
}

bool sweep_is_in(const char *dir)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/" LEDGER_NAME, dir);
	return !access(path, F_OK);
}

int sweep_read(struct sweep *s, const char *dir, struct error *err)
{
	int ret;

	s->dir = strdup(dir);
	s->dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!s->dir || s->dirfd < 0)
		return error_errno(err, errno, "cannot open the sweep in %s", dir);
	ret = ledger_open(&s->ledger, s->dirfd, dir, false, err);
	if (!ret)
		ret = sweep_read_plan(s, &s->ledger, dir, err);
	if (!ret)
		ret = sweep_validate(&s->axes, &s->plan, err);
	if (!ret)
		ret = cells_make(&s->cells, &s->plan, &s->axes, &s->shard, err);
	if (!ret)
		ret = sweep_same_cells(s, err);
	return ret;
}

char *sweep_cell_directory(uint32_t id, unsigned try, char *buf, size_t size)
{
	if (try > 1)
		snprintf(buf, size, "cells/%05u.%u", id, try);
	else
		snprintf(buf, size, "cells/%05u", id);
	return buf;
}

char *sweep_repeat(const struct sweep *s, const char *runner)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/" SWEEP_ORIGINAL, s->dir);
	return repeat_sweep(&s->plan, &s->axes, path, runner);
}
