/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes a word from user mode. When the page's entry is a migration entry (its THP is being split
 * or moved) that is a fault into do_swap_page() -> migration_entry_wait(); on a page that the
 * kernel mapped read-only or as a shared zero page it is a copy-on-write fault. Timed: one store.
 * Then, not timed, the witnesses look at the page.
 */
#include <string.h>

#include "workers/book.h"

/* That it races with the others is what it is for. */
__attribute__((no_sanitize("thread"))) static void fault_write_step(struct worker *w)
{
	uint64_t word = (uintptr_t)w->at.addr;

	/* The word may lie across a page boundary, so it is not an aligned uint64_t. */
	memcpy(w->at.addr, &word, sizeof(word));
	__asm__ volatile("" : : : "memory");
}

const struct worker_ops worker_fault_write = {
	.name = "fault_write",
	.help = "fault pages from user mode by a store",
	.call = "a store",
	.part = PART_FAULTER,
	.faults = FAULTS_PERF_USER,
	.stores = sizeof(uint64_t),
	.step = fault_write_step,
	.settle = book_touch,
};
