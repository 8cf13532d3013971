/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a sweep is to vary: the axes, how often, in what order, and which combinations are left out.
 * From the section [sweep] of a config and from the command line (-v KEY=A,B, --sweep.KEY=VALUE). A
 * key of [sweep] that is none of the sweep's own options is an axis; its values are separated by
 * commas, and within a value a '+' stands for the comma of a list (0-3+8).
 */
#ifndef THPSTORM_BENCH_WORDS_SWEEP_PLAN_H
#define THPSTORM_BENCH_WORDS_SWEEP_PLAN_H

#include "base/error.h"
#include "contract/plan.h"
#include "system/topology.h"

#define SWEEP_AXES_MAX	     12
#define SWEEP_VALUES_MAX     64 /* of one axis */
#define SWEEP_VALUE_MAX	     48 /* characters, and the NUL */
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
	char exclude[512];
	char exclude_where[SWEEP_WHERE_MAX];
	unsigned axes;
	struct sweep_axis axis[SWEEP_AXES_MAX]; /* the first varies slowest */
	unsigned exclusions;
	struct sweep_exclusion exclusion[SWEEP_EXCLUSIONS_MAX];
};

void sweep_defaults(struct sweep_plan *sweep);
/* The position of the axis of that key, -1: there is none. */
int sweep_axis(const struct sweep_plan *sweep, const char *key);
/*
 * Sets an option of the sweep, or an axis (in place of one with that key). -EINVAL with @where in
 * front of the sentence. Whether the key exists in the plan is seen by sweep_validate().
 */
int sweep_set(struct sweep_plan *sweep, const char *key, const char *value, const char *where,
	      struct error *err);
/*
 * Holds each value of each axis against the plan, and reads the exclusions. -EINVAL with the place
 * at which the axis stands.
 */
int sweep_validate(struct sweep_plan *sweep, const struct run_plan *plan, struct error *err);

/*
 * Puts in what depends on the machine: `placement = pairs` becomes each node with memory paired
 * with each node with CPUs, itself too (0:0, 0:1, ...). -EINVAL when that is more than an axis
 * holds.
 */
int sweep_expand(struct sweep_plan *sweep, const struct topology *t, struct error *err);
/* Whether the value is a number of threads given as a fraction of the group's CPUs: 1/2, 3/1. */
bool sweep_is_fraction(const struct sweep_axis *axis, unsigned value);
/* The number of the group that the axis varies; -1 when it varies the run. */
int sweep_group(const struct sweep_axis *axis, const struct run_plan *plan);
/*
 * Applies one value of one axis to @plan. @cpus: how many CPUs the group has, for fractions; they
 * give at least 1 thread. -EINVAL with the place at which the axis stands.
 */
int sweep_apply(struct run_plan *plan, const struct sweep_axis *axis, unsigned value, unsigned cpus,
		struct error *err);

#endif
