/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long a cell may take before it counts as hung: warm-up, quiet phase and storm, some minutes,
 * and what it takes to make a large arena and to look through it. Only time in which the sweep kept
 * looking counts, so that what stops both (a frozen cgroup, a paused container, a suspended
 * machine) is nobody's fault, nor is what stopped the storm alone.
 */
#ifndef THPSTORM_BENCH_SWEEP_CELL_LIMIT_H
#define THPSTORM_BENCH_SWEEP_CELL_LIMIT_H

#include "contract/plan.h"

#define CELL_LOOK_MS 500 /* a look that comes later than twice this one adds no more than that */

struct cell_limit {
	uint64_t planned; /* ns; see sweep_planned_ns() */
	uint64_t limit;	  /* ns, of what counts */
	uint64_t last;	  /* when it was looked last, ns of CLOCK_MONOTONIC */
	uint64_t ran;	  /* ns that count so far */
};

void cell_limit_begin(struct cell_limit *l, const struct run_plan *plan, uint64_t now);
/*
 * Counts up to @now. Whether the cell is over its limit; @stood: ns that stood still by what its
 * own run saw.
 */
bool cell_limit_is_over(struct cell_limit *l, uint64_t now, uint64_t stood);

#endif
