/* SPDX-License-Identifier: GPL-2.0-only */
/* What follows from a worker's words, and from those of a plan. */
#include "workers/worker.h"

const char *worker_role(const struct worker_ops *ops)
{
	switch (ops->part) {
	case PART_OWNER:
		return ops->effect == &effect_split  ? "split"
		       : ops->effect == &effect_move ? "migrate"
						     : "own";
	case PART_FAULTER:
		return worker_faults_in_kernel(ops) ? "fault_kernel" : "fault_user";
	case PART_DISTURBER:
		return ops->effect ? "disturb" : "null";
	}
	return "?";
}

unsigned plan_owners(const struct run_plan *plan)
{
	unsigned owners = 0;

	plan_for_each_group(g, plan) {
		const struct worker_ops *ops = worker_find(g->worker);

		if (ops && worker_is_owner(ops))
			owners += g->threads;
	}
	return owners;
}
