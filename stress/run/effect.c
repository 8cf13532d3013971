/* SPDX-License-Identifier: GPL-2.0-only */
/* See effect.h. */
#include "run/effect.h"

bool run_is_small(const struct run_record *r)
{
	return r->host.thp.pmd_bytes && r->slot_bytes < r->host.thp.pmd_bytes;
}

uint64_t effect_count(const struct run_record *r, enum worker_effect effect,
		      const struct vmstat *before, const struct vmstat *after)
{
	bool small = run_is_small(r);
	uint64_t pages;

	if (effect == EFFECT_FOLIO_SPLIT)
		return vmstat_delta(before, after,
				    small ? VMSTAT_size_split : VMSTAT_thp_split_page);
	if (!small)
		return vmstat_delta(before, after, VMSTAT_thp_migration_success);
	pages = vmstat_delta(before, after, VMSTAT_pgmigrate_success);
	return pages == VMSTAT_ABSENT ? pages : pages / (r->slot_bytes / r->host.thp.page_bytes);
}
