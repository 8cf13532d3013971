/* SPDX-License-Identifier: GPL-2.0-only */
/* See room.h. */
#include "run/room.h"

#include <errno.h>
#include <stdio.h>

#include "base/plural.h"
#include "run/site_plan.h"
#include "system/thp.h"

struct room {
	uint64_t free, size; /* bytes; size: all that there is */
	char where[PLAN_LIST_SHOWN + 16];
};

static void add_node(struct room *r, const struct topology *t, unsigned at)
{
	r->free += t->node_free[at] + t->node_cached[at];
	r->size += t->node_size[at];
}

/* The memory that the storm's pages have to come from; the kernel's estimate where it is less. */
static void read_room(const struct given *given, struct room *r)
{
	const struct topology *t = &given->machine.topology;
	const struct host_facts *h = &given->machine.host;
	const struct node_choice *chosen = &given->geometry.placement.nodes;
	char nodes[PLAN_LIST_SHOWN];
	bool bound = chosen->policy == MEMORY_BIND;

	*r = (struct room){.where = ""};
	for (unsigned i = 0; i < t->nodes; i++) {
		if (!bound || CPU_ISSET(t->node_id[i], &chosen->memory))
			add_node(r, t, i);
	}
	if (bound)
		snprintf(r->where, sizeof(r->where), " on node%s %s",
			 plural((unsigned)CPU_COUNT(&chosen->memory)),
			 cpulist_format(&chosen->memory, nodes, sizeof(nodes)));
	if (!r->size || h->mem_available < r->free)
		r->free = h->mem_available;
	if (!r->size || h->mem_total < r->size)
		r->size = h->mem_total;
	/* With a limit of its own the storm leaves the cgroup. */
	if (!given->plan.memory_max && h->cgroup_room < r->free) {
		r->free = r->size = h->cgroup_room;
		snprintf(r->where, sizeof(r->where), " by the memory limit of this cgroup");
	}
}

/* Of the processes that storm, the owners of the one that has most. */
static unsigned most_owners(const struct given *given)
{
	unsigned most = 0;

	for (unsigned i = 0; i < given->sites; i++)
		most = MAX(most, site_plan_owners(given, i));
	return most;
}

int room_check(const struct given *given, struct error *why)
{
	const struct geometry *g = &given->geometry;
	uint64_t slot = g->slot_bytes, arena = g->slots * slot, most, least, kept;
	unsigned own = most_owners(given), sites = site_plan_arenas(given);
	char asked[24], other[24], times[40] = "";
	struct room r;

	thp_size_format(arena, asked, sizeof(asked));
	if (own > g->slots)
		return error_set(
			why, EINVAL,
			"%u splitters and movers can't share %llu huge pages; use --arena=%s or more",
			own, (unsigned long long)g->slots,
			thp_size_format(own * slot, other, sizeof(other)));
	read_room(given, &r);
	kept = MIN(ROOM_KEPT, r.size / ROOM_KEPT_PART);
	if (arena * sites + kept <= r.free)
		return 0;
	if (sites > 1)
		snprintf(times, sizeof(times), " in each of %u processes", sites);
	/* In whole huge pages, as the arena is rounded up to them. */
	most = r.free > kept ? (r.free - kept) / sites / slot * slot : 0;
	least = MAX(round_up_u64(PLAN_ARENA_MIN, slot), own * slot);
	if (most < least)
		return error_set(
			why, ENOMEM,
			"%lluM of memory are free%s, of which %lluM are kept for the machine: the smallest arena (%s) has no room",
			(unsigned long long)(r.free / MIB), r.where,
			(unsigned long long)(kept / MIB),
			thp_size_format(least, other, sizeof(other)));
	return error_set(
		why, EINVAL,
		"arena = %s%s: %lluM of memory are free%s, of which %lluM are kept for the machine; use --arena=%s or less",
		asked, times, (unsigned long long)(r.free / MIB), r.where,
		(unsigned long long)(kept / MIB), thp_size_format(most, other, sizeof(other)));
}
