/* SPDX-License-Identifier: GPL-2.0-only */
/* Cells of a sweep counted together: all of them, or those with one value of one axis. */
#ifndef THPSTORM_BENCH_REPORT_SWEEP_TALLY_H
#define THPSTORM_BENCH_REPORT_SWEEP_TALLY_H

#include "sweep/rows.h"

#define TALLY_ALL UINT32_MAX

struct tally {
	unsigned cells; /* that have a verdict */
	unsigned runs;	/* of them: that tell of the kernel (verdict_counts()) */
	unsigned hits;	/* of them: FAIL */
	unsigned lost;	/* cells that took the machine down at least once */
	/* All figures are of the runs. */
	double p999_ns;	      /* median over those that have one, NaN: none has */
	double max_ns;	      /* greatest, NaN: none */
	double least_ns;      /* the smallest of the runs' greatest, NaN: none */
	double splits, moved; /* per second of storm: medians, NaN: none was counted */
	double first_ns;      /* median time to the first finding, NaN: none */
};

/* @axis: its number, or TALLY_ALL for every cell; @value: which one of its values. 0 or -ENOMEM. */
int tally_take(const struct sweep *s, const struct sweep_rows *rows, unsigned axis, unsigned value,
	       struct tally *t);

#endif
