/* SPDX-License-Identifier: GPL-2.0-only */
/* Which nodes a run uses, and which thread runs where: decided before anything is started. */
#ifndef THPSTORM_CONTRACT_PLACEMENT_H
#define THPSTORM_CONTRACT_PLACEMENT_H

#include "contract/plan.h"
#include "system/topology.h"

/* How the storm's memory is placed: set_mempolicy(2) of its process. */
enum memory_policy { MEMORY_TOUCHED, MEMORY_BIND, MEMORY_INTERLEAVE };

/* A node is known by its number; one may have CPUs and no memory, or memory and no CPUs. */
struct node_choice {
	enum memory_policy policy;
	cpu_set_t memory; /* nodes, by number; empty with MEMORY_TOUCHED */
	cpu_set_t move;	  /* nodes between which movers move; empty: all */
	cpu_set_t cpus;	  /* CPUs that workers may use */
	unsigned turns; /* CPUs are taken from one node after the other: so many; 0: as they come */
	short turn[CPU_SETSIZE]; /* in that order */
};

struct placement {
	struct node_choice nodes;
	cpu_set_t worker_cpus; /* of the run */
	int spare_cpu;	       /* free of workers, -1 none */
	int observer_cpu;      /* where the watch runs: the spare one, else the last worker CPU */
	unsigned threads, victims;
	/* Those of the workers, then the processes that hold mappings for some of them. */
	struct thread_place {
		unsigned group, member;
		bool victim;
		unsigned of; /* a victim: the index of its worker */
		int cpu;     /* pinned to, -1: anywhere in the group's CPUs */
		short node;  /* of that CPU, -1 unknown */
	} thread[PLAN_THREADS_MAX];
	cpu_set_t group_cpus[PLAN_GROUPS_MAX];
};

#endif
