/* SPDX-License-Identifier: GPL-2.0-only */
/* See mover.h. */
#include "workers/mover.h"

#include <errno.h>
#include <numa.h>
#include <numaif.h>
#include <sys/mman.h>

#include "measure/clock.h"
#include "system/thp.h"
#include "workers/book.h"
#include "workers/splitter.h"

int mover_setup(struct worker *w)
{
	struct mover *m = w->state;

	if (numa_available() < 0)
		return error_set(&w->error, ENOTSUP, "this kernel has no NUMA system calls");
	for (int n = 0; n <= numa_max_node() && m->count < ARRAY_SIZE(m->nodes); n++) {
		if (numa_bitmask_isbitset(numa_all_nodes_ptr, (unsigned)n) &&
		    (!w->move_nodes || CPU_ISSET(n, w->move_nodes)))
			m->nodes[m->count++] = n;
	}
	if (m->count < 2)
		return error_set(&w->error, ENOTSUP, "one node with memory: nowhere to move to");
	m->can_see_thp = thp_page_is_huge(m) >= 0;
	return 0;
}

/* PTE-maps the THPs: one page of each to read-only and back. */
static void split_pmds(struct worker *w, unsigned first, unsigned count)
{
	struct arena *a = w->arena;

	arena_writer_begin(a);
	for (unsigned slot = first; slot < first + count; slot++) {
		char *page = arena_page(a, slot, a->pages / 2);

		if (mprotect(page, a->page_bytes, PROT_READ) ||
		    mprotect(page, a->page_bytes, PROT_READ | PROT_WRITE))
			book_error(w, -errno);
		store_relaxed(&w->share->chore.made, slot - first + 1);
		store_relaxed(&w->share->chore.since, clock_now());
	}
	arena_writer_end(a);
}

static void make(struct worker *w, unsigned first, unsigned count)
{
	owner_remake(w, first, count);
	owner_making_begin(w, count);
	split_pmds(w, first, count);
	owner_making_end(w);
}

/* The first round makes everything, the later ones what is no longer huge. */
static void begin_round(struct worker *w)
{
	struct slot_range *r = &w->range;

	arena_cool(w->arena, w->owner);
	if (!w->rounds) {
		make(w, r->first, r->count);
	} else {
		for (unsigned slot = r->first; slot < r->first + r->count; slot++) {
			if (load_relaxed(&w->arena->slot[slot].state) != SLOT_WHOLE)
				make(w, slot, 1);
		}
	}
	r->next = 0;
}

static int node_of(void *addr)
{
	int status = -ENOENT;

	if (move_pages(0, 1, &addr, NULL, &status, 0))
		return -errno;
	return status;
}

bool mover_aim(struct worker *w)
{
	struct mover *m = w->state;
	struct arena *a = w->arena;

	if (w->range.next >= w->range.count)
		begin_round(w);
	while (owner_next(w)) {
		unsigned pick;

		w->at.page = 0;
		w->at.addr = m->head = arena_page(a, w->at.slot, 0);
		chore_begin(&w->share->chore, CHORE_ASK, clock_now());
		m->from = node_of(w->at.addr);
		chore_end(&w->share->chore);
		if (m->from < 0) {
			book_error(w, m->from);
			continue;
		}
		pick = rng_below(&w->rng, m->count - 1);
		m->to = m->nodes[pick] == m->from ? m->nodes[m->count - 1] : m->nodes[pick];
		m->status = -EAGAIN;
		arena_slot_begin(a, w->owner, w->at.slot);
		return true;
	}
	return false;
}

void mover_settle(struct worker *w)
{
	struct mover *m = w->state;
	int now, huge;

	chore_begin(&w->share->chore, CHORE_ASK, clock_now());
	now = node_of(w->at.addr);
	huge = m->can_see_thp ? thp_page_is_huge(w->at.addr) : 1;
	chore_end(&w->share->chore);
	if (w->result < 0 && w->result != -EIO && w->result != -EAGAIN && w->result != -EBUSY)
		book_error(w, (int)w->result);
	else if (now == m->to && huge == 1)
		count_add(&w->counts->claimed, 1);
	else
		count_add(&w->counts->refused, 1);
	if (!huge)
		count_add(&w->counts->lost_huge, 1);
	arena_slot_end(w->arena, w->at.slot, huge ? SLOT_WHOLE : SLOT_SPLIT);
}
