/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared anonymous memory: a file of shmem without a name, new with each mapping. A slot becomes a
 * huge page again by mmap(MAP_FIXED) over it; the file begins at the range's first slot, so that its
 * huge pages lie where the slots do. One fault fills a slot that is one huge page, also where it is
 * mapped by PTEs (finish_fault() in mm/memory.c maps the whole folio); a slot of base pages takes one
 * for each page: only read faults map around themselves. There is no huge zero page of a file: a read
 * that comes first gives the huge page, writable, and filling takes no fault then.
 *
 * A split leaves no migration entries: the folio is unmapped (unmap_folio() in mm/huge_memory.c), and
 * whoever touches it next finds the small pages in the page cache. thp_split_page counts it, as for
 * anonymous memory. split_cold splits each. So does split_pageout, but it writes nothing to swap: once
 * split, the page is no longer mapped, and the walk that would reclaim it passes it by. The others
 * split none: they need_anonymous.
 */
#include <sys/mman.h>

#include "memory/mapping.h"
#include "memory/memory.h"

static int shmem_make(struct arena *a, unsigned first, unsigned count)
{
	return memory_map_anew(a, first, count, MAP_SHARED, -1);
}

const struct memory_ops memory_shmem = {
	.name = "shmem",
	.help = "shared anonymous memory",
	.thp = &thp_knob_shmem,
	.needs = NEEDS(&need_thp, &need_thp_knob),
	.make = shmem_make,
	.shared = true,
	.is_huge = memory_filled_at_once,
};
