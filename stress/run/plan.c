/* SPDX-License-Identifier: GPL-2.0-only */
/* Names that go with the plan. */
#include "run/plan.h"

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

unsigned plan_threads(const struct run_plan *plan)
{
	unsigned threads = 0;

	plan_for_each_group(g, plan)
		threads += g->threads;
	return threads;
}
