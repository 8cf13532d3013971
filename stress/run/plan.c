/* SPDX-License-Identifier: GPL-2.0-only */
/* Names that go with the plan, and sums over its groups. */
#include "run/plan.h"

#include "workers/worker.h"

const char *const exposure_names[EXPOSURE_COUNT] = {
#define X(name, what) #name,
	EXPOSURES(X)
#undef X
};

const char *const exposure_help[EXPOSURE_COUNT] = {
#define X(name, what) what,
	EXPOSURES(X)
#undef X
};

const char *plan_preempt_model(const struct run_plan *plan)
{
	static const char *const models[] = {[MODEL_NONE] = "none",
					     [MODEL_VOLUNTARY] = "voluntary",
					     [MODEL_FULL] = "full",
					     [MODEL_LAZY] = "lazy"};

	return models[plan->preempt];
}

unsigned plan_threads(const struct run_plan *plan)
{
	unsigned threads = 0;

	plan_for_each_group(g, plan)
		threads += g->threads;
	return threads;
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
