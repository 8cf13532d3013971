/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a sweep is to vary: the axes, how often, in what order, and which combinations are left out.
 * From the section [sweep] of a config and from the command line (-v KEY=A,B, --sweep.KEY=VALUE). A
 * key of [sweep] that is none of the sweep's own options is an axis; its values are separated by
 * commas, and within a value a '+' stands for the comma of a list (0-3+8).
 */
#ifndef THPSTORM_BENCH_WORDS_SWEEP_PLAN_H
#define THPSTORM_BENCH_WORDS_SWEEP_PLAN_H

#include "contract/plan.h"

#define SWEEP_AXES_MAX	     12
#define SWEEP_VALUES_MAX     64	 /* of one axis */
#define SWEEP_VALUE_MAX	     256 /* characters, and the NUL */
#define SWEEP_KEY_MAX	     64
#define SWEEP_EXCLUSIONS_MAX 32
#define SWEEP_WHERE_MAX	     160

enum sweep_order { ORDER_RANDOM, ORDER_GIVEN };

struct sweep_axis {
	char key[SWEEP_KEY_MAX];     /* "preempt", "tails.threads", "expose.thp_moved" */
	char where[SWEEP_WHERE_MAX]; /* "configs/a.conf:12", "command line" */
	unsigned values;
	char value[SWEEP_VALUES_MAX][SWEEP_VALUE_MAX];
};

/* Cells that have all of these values are left out. */
struct sweep_exclusion {
	unsigned terms;
	struct {
		unsigned axis, value;
	} term[SWEEP_AXES_MAX];
};

struct sweep_plan {
	unsigned repeats; /* of each cell */
	enum sweep_order order;
	unsigned tries;	 /* of a cell that takes the machine down */
	uint64_t settle; /* ns between two cells */
	char exclude[PLAN_LIST_MAX];
	char exclude_where[SWEEP_WHERE_MAX];
	unsigned axes;
	struct sweep_axis axis[SWEEP_AXES_MAX]; /* the first varies slowest */
	unsigned exclusions;
	struct sweep_exclusion exclusion[SWEEP_EXCLUSIONS_MAX];
};

#endif
