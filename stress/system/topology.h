/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPUs and NUMA nodes this process may use (affinity mask, cpuset, offline CPUs respected). The
 * affinity mask is what was handed down, no limit: sched_setaffinity(2) may go beyond it.
 */
#ifndef THPSTORM_SYSTEM_TOPOLOGY_H
#define THPSTORM_SYSTEM_TOPOLOGY_H

#include <sched.h>

#include "base/base.h"
#include "base/error.h"
#include "system/node_mask.h"

#define TOPOLOGY_CPUS_MAX  CPU_SETSIZE
#define TOPOLOGY_NODES_MAX 256 /* nodes with memory; their numbers are below NODE_IDS_MAX */

struct topology {
	cpu_set_t allowed;   /* CPUs of the affinity mask: they are used unless others are named */
	unsigned cpus;	     /* how many */
	cpu_set_t reachable; /* CPUs that sched_setaffinity(2) accepts: these and others */
	unsigned nodes;	     /* nodes with memory that this process may use */
	unsigned nodes_left_out;		  /* and as many beyond TOPOLOGY_NODES_MAX */
	int node_id[TOPOLOGY_NODES_MAX];	  /* their numbers, ascending */
	uint64_t node_free[TOPOLOGY_NODES_MAX];	  /* bytes free at the time of reading */
	uint64_t node_cached[TOPOLOGY_NODES_MAX]; /* and in page cache */
	uint64_t node_size[TOPOLOGY_NODES_MAX];
	unsigned char distance[TOPOLOGY_NODES_MAX][TOPOLOGY_NODES_MAX]; /* SLIT, by position */
	short cpu_node[TOPOLOGY_CPUS_MAX]; /* node number, -1 unknown */
};

int topology_read(struct topology *t, struct error *err);

/* Position of a node among those with memory that may be used, -1 when it is none of them. */
int topology_node(const struct topology *t, int node);
/* The CPUs on @node that are in @among; returns how many. */
unsigned topology_cpus_of(const struct topology *t, int node, const cpu_set_t *among,
			  cpu_set_t *out);
/* The CPUs on @node that this process may use; returns how many. */
unsigned topology_node_cpus(const struct topology *t, int node, cpu_set_t *out);
/* Page cache of a node, bytes, from its meminfo in sysfs; 0 where there is none. */
uint64_t topology_page_cache(const char *meminfo);

/* Parses "0-3,8" into @set. -EINVAL with a message on anything else or an empty list. */
int cpulist_parse(const char *text, cpu_set_t *set, struct error *err);
/* Prints @set as "0-3,8"; returns buf. Cut (with "...") when it does not fit. */
char *cpulist_format(const cpu_set_t *set, char *buf, size_t size);
/* The @n-th CPU of @set (0-based), -1 when there are fewer. */
int cpulist_nth(const cpu_set_t *set, unsigned n);

#endif
