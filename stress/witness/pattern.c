/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The word in the middle of each page: a pattern of the page's own address and its slot's generation,
 * which the arena writes as it makes the slot and no worker touches. A page that was lost, or got
 * another's content or an older one, does not hold it. One load a look, so each touch is followed by
 * one.
 */
#include "witness/witness.h"

static enum page_content pattern_look(const struct witness *w, struct onlooker *o, unsigned slot,
				      unsigned page)
{
	struct arena_mismatch m;
	enum page_content is = arena_check(w->arena, slot, page, &m);

	if (is == CONTENT_WRONG)
		witness_tell(o, EVENT_data_lost, &m);
	return is;
}

const struct witness_ops witness_pattern = {
	.name = "pattern",
	.help = "a word in the middle of each page, which says which page it is: lost, swapped and stale pages",
	.every = 1,
	.look = pattern_look,
};
