/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a PASS of a shipped config is worth: how surely and how soon its storm failed kernels that
 * are known to be wrong, in virtual machines. Measured by `ci/vm/matrix --count N --worth
 * configs/worth.tsv`; the table is generated from that file by CMake.
 */
#ifndef THPSTORM_BENCH_REPORT_WORTH_H
#define THPSTORM_BENCH_REPORT_WORTH_H

struct worth {
	const char *config; /* "tail_move" */
	const char *kernel; /* "known-bad:5.10": ci/kernels/build */
	const char *preempt;
	unsigned hits, runs;
	double median_s, max_s; /* from the storm's beginning to the first harm seen */
};

extern const struct worth worth_table[]; /* ends with config NULL */

#endif
