/* SPDX-License-Identifier: GPL-2.0-only */
/* How the process of a cell ended, and what its seal says of it. */
#ifndef THPSTORM_BENCH_SWEEP_CELL_END_H
#define THPSTORM_BENCH_SWEEP_CELL_END_H

#include "sweep/cell_run.h"
#include "sweep/ledger.h"

struct cell_end {
	int status; /* wait(2)'s */
	uint64_t
		killed_after; /* ns from its start to the sweep's SIGKILL; 0: the sweep sent none */
	uint64_t planned;     /* ns; set with killed_after */
};

/*
 * Why a cell whose process ended is to be run again: "interrupted", "the disk is full"; NULL: what
 * it found holds, as harm does that it saw before either. @interrupted: the sweep was.
 */
const char *cell_end_voids(const struct cell_page *page, bool interrupted);

/* Whether the result could not be written for want of room. */
bool cell_end_disk_full(const struct cell_page *page);

/* Sets @seal's code and reason. @page: the cell's. */
void cell_end_describe(const struct cell_end *end, const struct cell_page *page,
		       struct cell_log *seal);

#endif
