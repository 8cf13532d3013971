/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of a sweep that ran on several machines (--shard) become one sweep's directory. */
#ifndef THPSTORM_BENCH_SWEEP_MERGE_H
#define THPSTORM_BENCH_SWEEP_MERGE_H

#include "sweep/sweep.h"

/*
 * Copies the cells of @parts that have a verdict into @out, which is made, and writes its ledger
 * last, so that an interrupted merge leaves none and can be begun again; one that fails leaves
 * nothing. What was not sealed can be run there by --resume. -EPERM when the parts are not of one plan, or, unless @accept ("binary,kernel") says
 * so, not of one program and one kernel; -EEXIST when two have the same cell or @out holds a sweep.
 * Then prints the summary.
 */
int merge(const char *out, char *const *parts, unsigned count, const char *accept,
	  sweep_summary print, struct error *err);

#endif
