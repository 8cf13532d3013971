/* SPDX-License-Identifier: GPL-2.0-only */
/* See splitter.h. */
#include "workers/splitter.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "measure/clock.h"
#include "workers/book.h"

/*
 * Only the split or the move is to be starved. On a busy machine an owner of nice 19 spent all its
 * CPU time on making the round's huge pages, and the storm never came to its first split. Without
 * the privilege to lower its nice value an owner makes them at its own.
 */
static void renice(const struct worker *w, int nice)
{
	if (w->group->nice > 0)
		setpriority(PRIO_PROCESS, 0, nice);
}

void owner_making_begin(struct worker *w, unsigned count)
{
	struct chore *c = &w->share->chore;

	store_relaxed(&c->made, 0);
	store_relaxed(&c->making, count);
	chore_begin(c, CHORE_MAKE, clock_now());
}

void owner_making_end(struct worker *w)
{
	chore_end(&w->share->chore);
	store_relaxed(&w->share->chore.making, 0);
}

void owner_remake(struct worker *w, unsigned first, unsigned count)
{
	struct arena_made made = {.so_far = &w->share->chore.made,
				  .since = &w->share->chore.since,
				  .hooks = w->hooks};
	int err;

	owner_making_begin(w, count);
	renice(w, 0);
	err = arena_remake(w->arena, first, count, &made);
	if (err)
		book_error(w, err);
	else if (w->made_on_node)
		book_nodes(w->arena, first, count, w->made_on_node);
	count_add(&w->counts->made_huge, made.huge);
	count_add(&w->counts->made_small, made.small);
	renice(w, w->nice);
	owner_making_end(w);
}

bool owner_next(struct worker *w)
{
	struct slot_range *r = &w->range;

	while (r->next < r->count) {
		w->at.slot = r->first + r->next++;
		if (r->next == r->count)
			w->rounds++;
		if (w->ops->takes >> load_relaxed(&w->arena->slot[w->at.slot].state) & 1)
			return true;
	}
	return false;
}

bool splitter_aim(struct worker *w)
{
	struct slot_range *r = &w->range;
	struct arena *a = w->arena;

	/* Before the first round, and after each, the cursor stands at the end. */
	if (r->next >= r->count) {
		worker_drain(w);
		arena_cool(a, w->owner);
		owner_remake(w, r->first, r->count);
		r->next = 0;
	}
	if (!owner_next(w))
		return false;
	w->at.page = rng_below(&w->rng, a->pages);
	w->at.addr = arena_page(a, w->at.slot, w->at.page);
	arena_slot_begin(a, w->owner, w->at.slot);
	return true;
}

bool splitter_aim_dropping(struct worker *w)
{
	if (!splitter_aim(w))
		return false;
	store_release(&w->arena->slot[w->at.slot].dropped, w->at.page + 1);
	return true;
}

void splitter_advise(struct worker *w, int advice)
{
	w->result = madvise(w->at.addr, w->arena->page_bytes, advice) ? -errno : 0;
}

void splitter_settle(struct worker *w)
{
	arena_slot_end(w->arena, w->at.slot, SLOT_SPLIT);
	if (!w->result)
		count_add(&w->counts->claimed, 1);
	else if (w->result == -EAGAIN || w->result == -EBUSY)
		count_add(&w->counts->refused, 1);
	else
		book_error(w, (int)w->result);
}
