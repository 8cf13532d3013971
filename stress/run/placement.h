/* SPDX-License-Identifier: GPL-2.0-only */
/* Which thread runs where, decided before anything is started. */
#ifndef THPSTORM_RUN_PLACEMENT_H
#define THPSTORM_RUN_PLACEMENT_H

#include "base/error.h"
#include "run/nodes.h"
#include "contract/plan.h"
#include "system/topology.h"

struct placement {
	struct node_choice nodes;
	cpu_set_t worker_cpus; /* of the run */
	int spare_cpu;	       /* free of workers, -1 none */
	int observer_cpu;      /* where the watch runs: the spare one, else the last worker CPU */
	unsigned threads;
	struct thread_place {
		unsigned group, member;
		int cpu;    /* pinned to, -1: anywhere in the group's CPUs */
		short node; /* of that CPU, -1 unknown */
	} thread[PLAN_THREADS_MAX];
	cpu_set_t group_cpus[PLAN_GROUPS_MAX];
};

/*
 * The run's CPUs: plan->cpus, or the first cpus_max of those on the nodes chosen, less the spare
 * ones, which are the last. A group's: its list, or its nodes', or the run's. A pinned group goes
 * round-robin over them. A list may name CPUs beyond the affinity mask. -EINVAL when it names a CPU
 * or node that may not be used, -ENOTSUP when this machine has too few nodes: a SKIP.
 */
int placement_make(const struct run_plan *plan, const struct topology *t, struct placement *p,
		   struct error *err);

#endif
