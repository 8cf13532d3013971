/* SPDX-License-Identifier: GPL-2.0-only */
/* See book.h. */
#include "workers/book.h"

void book_error(struct worker *w, int err)
{
	count_add(&w->counts->errors, 1);
	store_relaxed(&w->counts->last_errno, (uint64_t)-err);
}

void book_check_page(struct worker *w, unsigned slot, unsigned page)
{
	struct arena_mismatch m;

	if (arena_check(w->arena, slot, page, &m))
		return;
	if (!w->share->message[0])
		arena_mismatch_format(&m, w->share->message, sizeof(w->share->message));
	count_add(&w->counts->mismatches, 1);
}

void book_touch(struct worker *w)
{
	if (unlikely(w->result < 0))
		book_error(w, (int)w->result);
	if (w->plan->verify && w->at.slot != AIM_PRIVATE)
		book_check_page(w, w->at.slot, w->at.page);
}
