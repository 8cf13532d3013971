/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run is given: the plan, the machine, and what follows from both. Filled once, before
 * anything is changed (run/run.h), and const from there on; what the run finds is a record.
 */
#ifndef THPSTORM_CONTRACT_GIVEN_H
#define THPSTORM_CONTRACT_GIVEN_H

#include "base/error.h"
#include "contract/placement.h"
#include "contract/plan.h"
#include "system/host.h"
#include "system/topology.h"
#include "system/vmstat.h"

struct memory_ops;
struct worker_ops;

struct machine_facts {
	struct host_facts host; /* its preemption model is the run's, where that switches it */
	struct topology topology;
	struct vmstat counted; /* by the kernel so far; VMSTAT_ABSENT: it has no such counter */
	/* Why faults of that mode can't be counted here; "" when they can. */
	char uncounted_user[160], uncounted_kernel[160];
};

struct geometry {
	uint64_t slots, slot_bytes; /* of each arena */
	struct placement placement; /* of the groups that are not left out */
};

/* Whether the plan can run on the machine. */
enum readiness {
	READY,
	READY_SKIP,    /* it can't, and nobody is to blame: SKIP */
	READY_REFUSED, /* the plan or this machine's settings are wrong */
};

struct given {
	struct run_plan asked; /* as the user has it */
	struct run_plan plan; /* as it runs: seed drawn, groups that are left out without threads */
	struct machine_facts machine;
	struct geometry geometry;
	/*
	 * Processes that storm, each with an arena of its own: that of the groups which share one,
	 * then one for each with process = own. There is always one.
	 */
	unsigned sites;
	struct site_given {
		const struct memory_ops *memory; /* what its slots are made of */
		int group; /* whose own it is, index in the plan; -1: shared */
	} site[SITES_MAX];
	struct group_given {
		const struct worker_ops *worker;
		unsigned site;	  /* where it is; of a group that is left out 0 */
		unsigned grants;  /* times stuck_after that one operation may take; 0: one */
		const char *call; /* what its step() times; NULL: no call */
		char left_out[ERROR_TEXT_MAX]; /* why it can't run here; "" when it can */
	} group[PLAN_GROUPS_MAX];
	enum readiness readiness;
	struct error why; /* it is not READY */
};

/* The worker of a group that runs, where no group before it that runs has the same; else NULL. */
static inline const struct worker_ops *given_worker_once(const struct given *g, unsigned group)
{
	if (!g->plan.group[group].threads)
		return NULL;
	for (unsigned i = 0; i < group; i++) {
		if (g->plan.group[i].threads && g->group[i].worker == g->group[group].worker)
			return NULL;
	}
	return g->group[group].worker;
}

/* What the slots of a group are made of. */
static inline const struct memory_ops *given_memory(const struct given *g, unsigned group)
{
	return g->site[g->group[group].site].memory;
}

/* The kind of a site, where no site before it has the same; else NULL. */
static inline const struct memory_ops *given_memory_once(const struct given *g, unsigned site)
{
	for (unsigned i = 0; i < site; i++) {
		if (g->site[i].memory == g->site[site].memory)
			return NULL;
	}
	return g->site[site].memory;
}

/* Whether the run's huge pages are smaller than a PMD. */
static inline bool given_small(const struct given *g)
{
	uint64_t pmd = g->machine.host.thp.pmd_bytes;

	return pmd && g->geometry.slot_bytes < pmd;
}

#endif
