/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads a word from user mode. When the page's entry is a migration entry (its THP is being split
 * or moved) that is a fault into do_swap_page() -> migration_entry_wait(). Timed: one load. Then,
 * not timed, the witnesses look at the page.
 */
#include <string.h>

#include "workers/book.h"

/* That it races with the others is what it is for. */
__attribute__((no_sanitize("thread"))) static void fault_read_step(struct worker *w)
{
	uint64_t word;

	/* The word may lie across a page boundary, so it is not an aligned uint64_t. */
	memcpy(&word, w->at.addr, sizeof(word));
	__asm__ volatile("" : : "r"(word) : "memory");
}

const struct worker_ops worker_fault_read = {
	.name = "fault_read",
	.help = "fault pages from user mode by a load",
	.call = "a load",
	.part = PART_FAULTER,
	.faults = FAULTS_PERF_USER,
	.step = fault_read_step,
	.settle = book_touch,
};
