/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A sweep: many runs, one after the other, each in a process of its own, in a directory that says
 * at any moment what has been done:
 *
 *	journal		see ledger.h
 *	sweep.conf	the plan and the axes; `thpstorm sweep sweep.conf` makes the same sweep anew
 *	config.orig	the config file as it was
 *	cells/00012	result directory of cell 12 (result/format.h); 00012.2 of its second try
 *	cells/00012/lost/	what was found of a machine that went down in that try (lost.h)
 *	cells.tsv	one line a cell: values, verdict, times; written when the sweep ends
 */
#ifndef THPSTORM_BENCH_SWEEP_SWEEP_H
#define THPSTORM_BENCH_SWEEP_SWEEP_H

#include "contract/record.h"
#include "sweep/cells.h"
#include "sweep/ledger.h"
#include "words/sweep_plan.h"

#define SWEEP_ORIGINAL "config.orig"

struct sweep {
	struct run_plan plan;
	struct sweep_plan axes;
	struct shard shard;
	struct cells cells;
	struct topology topology;
	char *dir;
	int dirfd, cellsfd, lockfd;
	char boot[40];
	struct ledger ledger;
	bool quiet;
	bool moved; /* resumed on another machine than the one that went before */
};

/* Zeroed but for the descriptors. */
void sweep_init(struct sweep *s);
void sweep_free(struct sweep *s);

/* Validates plan and axes, numbers the cells, chooses a seed when there is none. 0 or -errno. */
int sweep_prepare(struct sweep *s, struct error *err);

/* Plan, axes and shard alone, as the ledger of @dir has them. */
int sweep_read_plan(struct sweep *s, const struct ledger *l, const char *dir, struct error *err);
/* Whether @dir holds a sweep, and not a run's result. */
bool sweep_is_in(const char *dir);
/*
 * Reads the sweep in @dir, finished or not, for its report: nothing is written, locked, or taken
 * from the machine that this runs on. -errno with file and place.
 */
int sweep_read(struct sweep *s, const char *dir, struct error *err);

/* Prints what came out of a sweep that is done; a report does (report/report.h). */
typedef int (*sweep_summary)(FILE *out, const struct sweep *s);

/* "cells/00012", "cells/00012.2" without the sweep's directory. Returns buf. */
char *sweep_cell_directory(uint32_t id, unsigned try, char *buf, size_t size);
/* The line that repeats it (words/repeat.h), by DIR/config.orig. */
char *sweep_repeat(const struct sweep *s, const char *runner);
/* -EINVAL with the sentence when plan and ledger do not have the same number of cells. */
int sweep_same_cells(const struct sweep *s, struct error *err);

#endif
