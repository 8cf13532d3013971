/* SPDX-License-Identifier: GPL-2.0-only */
/* See effect.h. */
#include "contract/effect.h"

const struct effect effect_split = {
	.name = "folio_split",
	.help = "huge pages split (thp_split_page; hugepages-SIZEkB/stats/split)",
	.pmd = VMSTAT_thp_split_page,
	.small = VMSTAT_size_split,
};

/* No counter has the moves of small huge pages alone. */
const struct effect effect_move = {
	.name = "thp_moved",
	.help = "huge pages moved (thp_migration_success; pgmigrate_success by their pages)",
	.pmd = VMSTAT_thp_migration_success,
	.small = VMSTAT_pgmigrate_success,
	.of_pages = true,
};

enum vmstat_counter effect_counter(const struct given *g, const struct effect *effect)
{
	return given_small(g) ? effect->small : effect->pmd;
}

uint64_t effect_count(const struct given *g, const struct effect *effect,
		      const struct vmstat *before, const struct vmstat *after)
{
	uint64_t n = vmstat_delta(before, after, effect_counter(g, effect));

	if (n == VMSTAT_ABSENT || !given_small(g) || !effect->of_pages)
		return n;
	return n / (g->geometry.slot_bytes / g->machine.host.thp.page_bytes);
}
