/* SPDX-License-Identifier: GPL-2.0-only */
/* See cell_limit.h. */
#include "sweep/cell_limit.h"

#include "measure/clock.h"
#include "sweep/show.h"

#define GRACE	  (300 * NSEC_PER_SEC)
#define SLOW_RATE GIB /* bytes of the arena a second, of one pass over it */
#define PASSES	  3   /* making, verification, unmapping; each group may have one of its own */
#define LOOK_MAX  (2 * CELL_LOOK_MS * NSEC_PER_MSEC)

void cell_limit_begin(struct cell_limit *l, const struct run_plan *plan, uint64_t now)
{
	uint64_t seconds = (PASSES + plan->groups) * (plan->arena_size / SLOW_RATE);
	unsigned sites = 1;

	plan_for_each_group(g, plan)
		sites += g->process == PROCESS_OWN;
	seconds *= sites;
	*l = (struct cell_limit){.planned = sweep_planned_ns(plan), .last = now};
	l->limit = l->planned + GRACE + seconds * NSEC_PER_SEC;
}

bool cell_limit_is_over(struct cell_limit *l, uint64_t now, uint64_t stood)
{
	l->ran += MIN(now - l->last, LOOK_MAX);
	l->last = now;
	return l->ran > l->limit && l->ran - l->limit > stood;
}
