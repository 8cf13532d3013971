/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel counted of what splitters and movers are there for, by the size of the huge
 * pages. */
#ifndef THPSTORM_RUN_EFFECT_H
#define THPSTORM_RUN_EFFECT_H

#include "contract/record.h"
#include "workers/worker.h"

/* Whether the run's huge pages are smaller than a PMD, so that vmstat's thp_* do not count them. */
bool run_is_small(const struct run_record *r);
/*
 * Huge pages split (thp_split_page; hugepages-SIZEkB/stats/split) or moved (thp_migration_success;
 * for small ones pgmigrate_success by their pages, since no counter has them alone) between two
 * readings. VMSTAT_ABSENT: this kernel can't tell.
 */
uint64_t effect_count(const struct run_record *r, enum worker_effect effect,
		      const struct vmstat *before, const struct vmstat *after);

#endif
