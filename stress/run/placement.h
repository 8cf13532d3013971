/* SPDX-License-Identifier: GPL-2.0-only */
/* Which thread runs where, decided before anything is started. */
#ifndef THPSTORM_RUN_PLACEMENT_H
#define THPSTORM_RUN_PLACEMENT_H

#include "base/error.h"
#include "contract/placement.h"
#include "run/nodes.h"

/*
 * The run's CPUs: plan->cpus, or the first cpus_max of those on the nodes chosen, less the spare
 * ones, which are the last. A group's: its list, or its nodes', or the run's. A pinned group goes
 * round-robin over them. A list may name CPUs beyond the affinity mask. -EINVAL when it names a CPU
 * or node that may not be used, -ENOTSUP when this machine has too few nodes: a SKIP.
 */
int placement_make(const struct run_plan *plan, const struct topology *t, struct placement *p,
		   struct error *err);

#endif
