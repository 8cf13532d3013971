/* SPDX-License-Identifier: GPL-2.0-only */
/* The storm process: the workers, and nothing that observes. */
#ifndef THPSTORM_RUN_STORM_H
#define THPSTORM_RUN_STORM_H

#include "run/placement.h"
#include "contract/plan.h"
#include "contract/share.h"

/* What the storm exits with when a signal on one of its own addresses ended it (share.death). */
#define STORM_EXIT_DIED 121

struct storm_setup {
	const struct run_plan *plan;
	const struct placement *placement;
	struct share *share;
	size_t slot_bytes, page_bytes;
	unsigned slots;
	uint64_t seed;
};

/* Runs in the child of the fork; returns its exit status: 0, or 1 with share.failure. */
int storm_main(const struct storm_setup *setup);

#endif
