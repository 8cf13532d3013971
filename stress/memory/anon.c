/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Private anonymous memory. A slot becomes a THP again only by mmap(MAP_FIXED) over it: after a split
 * MADV_DONTNEED leaves the page table in place and the next faults are small (but for kernels with
 * CONFIG_PT_RECLAIM). That the mapping gave a huge page is checked by counting the faults of filling
 * it: one for a huge page of the slot's size, two or more for what is smaller. That needs no
 * privilege, and holds for huge pages that are mapped by PTEs as well.
 */
#include <sys/mman.h>

#include "memory/mapping.h"
#include "memory/memory.h"

static int anon_make(struct arena *a, unsigned first, unsigned count)
{
	return memory_map_anew(a, first, count, MAP_PRIVATE, -1);
}

const struct memory_ops memory_anon = {
	.name = "anon",
	.help = "private anonymous memory",
	.anonymous = true,
	.thp = &thp_knob_anon,
	.needs = NEEDS(&need_thp, &need_thp_knob),
	.make = anon_make,
	.is_huge = memory_filled_at_once,
};
