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

bool run_is_small(const struct run_record *r)
{
	return r->host.thp.pmd_bytes && r->slot_bytes < r->host.thp.pmd_bytes;
}

enum vmstat_counter effect_counter(const struct run_record *r, const struct effect *effect)
{
	return run_is_small(r) ? effect->small : effect->pmd;
}

uint64_t effect_count(const struct run_record *r, const struct effect *effect,
		      const struct vmstat *before, const struct vmstat *after)
{
	uint64_t n = vmstat_delta(before, after, effect_counter(r, effect));

	if (n == VMSTAT_ABSENT || !run_is_small(r) || !effect->of_pages)
		return n;
	return n / (r->slot_bytes / r->host.thp.page_bytes);
}
