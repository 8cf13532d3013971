/* SPDX-License-Identifier: GPL-2.0-only */
/* See book.h. */
#include "workers/book.h"

#include "system/residence.h"

void book_error(struct worker *w, int err)
{
	count_add(&w->counts->errors, 1);
	store_relaxed(&w->counts->last_errno, (uint64_t)-err);
}

void book_touch(struct worker *w)
{
	if (unlikely(w->result < 0))
		book_error(w, (int)w->result);
}

void book_nodes(const struct arena *a, unsigned first, unsigned count, uint32_t *on_node)
{
	unsigned end = first + count;

	for (unsigned slot = first, whole = 0; slot < end; slot += whole ? whole : 1) {
		whole = 0;
		while (slot + whole < end &&
		       load_relaxed(&a->slot[slot + whole].state) == SLOT_WHOLE)
			whole++;
		if (whole)
			residence_add(arena_page(a, slot, 0), a->slot_bytes, whole, on_node);
	}
}
