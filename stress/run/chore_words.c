/* SPDX-License-Identifier: GPL-2.0-only */
/* What the chores of share.h are called. */
#include "run/supervisor.h"

const struct chore_words chore_words[] = {
	[CHORE_NONE] = {"it was not in an operation", "in no operation", ""},
	[CHORE_MAKE] = {"it was making huge pages anew", "making huge page", "making huge pages"},
	[CHORE_DRAIN] = {"it was having the slab caches dropped",
			 "having the slab caches dropped (vm.drop_caches)",
			 "a write to vm.drop_caches"},
	[CHORE_ASK] = {"it was asking where a page is", "asking where a page is (move_pages(2))",
		       "move_pages(2) as a query"},
	[CHORE_VERIFY] = {"it was reading the arena's pages",
			  "reading the arena's pages after the storm",
			  "a read of the arena after the storm"},
};
