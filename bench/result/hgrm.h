/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A histogram as HdrHistogram's percentile text, the .hgrm form that its plotter
 * (https://hdrhistogram.github.io/HdrHistogram/plotFiles.html) and gnuplot read:
 *
 *	       Value     Percentile TotalCount 1/(1-Percentile)
 *
 *	       1.023 0.000000000000          1           1.00
 *	...
 *	     456.703 1.000000000000     475109            inf
 *	#[Mean    =       25.048, StdDeviation   =      120.097]
 *	#[Max     =      456.703, Total count    =       475109]
 *	#[Buckets =           35, SubBuckets     =         1024]
 *
 * Values are microseconds, each the upper bound of its bucket; a first line that begins with '#'
 * says so (every reader of the form skips such lines). Percentiles are fractions on a ladder of
 * five steps to each halving of the distance to 1, so the rows of two files stand side by side.
 */
#ifndef THPSTORM_BENCH_RESULT_HGRM_H
#define THPSTORM_BENCH_RESULT_HGRM_H

#include <stdio.h>

#include "base/error.h"
#include "measure/histogram.h"

#define HGRM_TICKS_PER_HALF_DISTANCE 5

/* @title goes into the first line. Errors show in ferror(@out). */
void hgrm_write(FILE *out, const struct histogram *h, const char *title);

/*
 * Whether @path is such a file: rows of four numbers, values and percentiles that do not fall, the
 * last for percentile 1. 0, or -errno with a sentence that names file and line.
 */
int hgrm_check(const char *path, struct error *err);

#endif
