/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests that fill in a plan by hand: what follows from it, without a look at the machine. */
#ifndef THPSTORM_CI_TOLD_GIVEN_H
#define THPSTORM_CI_TOLD_GIVEN_H

#include "contract/given.h"
#include "memory/memory.h"
#include "run/site_plan.h"
#include "workers/worker.h"

static inline void told_given(struct given *g)
{
	struct error why;

	g->asked = g->plan;
	for (unsigned i = 0; i < g->plan.groups; i++) {
		const struct worker_ops *ops = worker_find(g->plan.group[i].worker);

		g->group[i] = (struct group_given){.worker = ops, .call = ops ? ops->call : NULL};
	}
	site_plan_make(g, &why);
}

#endif
