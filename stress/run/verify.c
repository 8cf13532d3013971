/* SPDX-License-Identifier: GPL-2.0-only */
/* See verify.h. */
#include "run/verify.h"

#include "measure/clock.h"

static void verify_slot(const struct arena *a, struct onlooker *o, struct site_share *site,
			unsigned slot)
{
	uint64_t checked = 0, empty = 0, whole;

	for (unsigned page = 0; page < a->pages; page++) {
		enum page_content is = onlooker_page(o, slot, page);

		checked += is == CONTENT_RIGHT || is == CONTENT_WRONG;
		empty += is == CONTENT_EMPTY;
		count_add(&site->pages_looked, 1);
		/* It may have to come back from a swap. */
		store_relaxed(&site->chore.since, clock_now());
	}
	whole = empty < a->pages ? onlooker_slot(o, slot) : 0;
	count_add(&site->pages_checked, MAX(checked, whole));
	count_add(&site->pages_empty, empty);
}

void verify(const struct arena *a, struct onlooker *o, struct site_share *site)
{
	chore_begin(&site->chore, CHORE_VERIFY, clock_now());
	for (unsigned slot = 0; slot < a->slots; slot++)
		verify_slot(a, o, site, slot);
	chore_end(&site->chore);
}
