/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two sides held against each other, cell by cell and metric by metric: medians, the change,
 * whether it can be chance (statistics/rank.h), how large it is with its interval, and findings
 * that came or went. All p values of one comparison are adjusted together.
 */
#ifndef THPSTORM_BENCH_COMPARE_COMPARE_H
#define THPSTORM_BENCH_COMPARE_COMPARE_H

#include <stdio.h>

#include "compare/metrics.h"
#include "compare/samples.h"
#include "terminal/page.h"
#include "statistics/rank.h"

#define COMPARE_LEVEL	   0.05 /* an adjusted p below is significant */
#define COMPARE_CONFIDENCE 0.95
#define COMPARE_COLUMNS	   100
#define COMPARE_INDENT	   12 /* where texts begin */

struct comparison_row {
	const struct cell_samples *cell;
	const struct metric *metric;
	const char *group; /* of the results; "" for one of the run */
	unsigned runs[SIDES];
	double median[SIDES];
	struct rank_shift shift;
	double alone;	  /* p by itself; NaN: with one run on a side nothing can be said */
	double p;	  /* the same, adjusted */
	uint64_t samples; /* the fewest faults of a run that its percentile is of */
};

struct comparison {
	const struct samples *samples;
	unsigned rows, tests; /* tests: rows that have a p */
	struct comparison_row *row;
	double least_p; /* the smallest that the best of them could have had, adjusted */
};

/* @s must live as long. 0 or -ENOMEM. Free with comparison_free(). */
int comparison_make(struct comparison *c, const struct samples *s);
void comparison_free(struct comparison *c); /* accepts a zeroed struct */

/* New against base, per cent; NaN without a base. */
double comparison_change(const struct comparison_row *row);
bool comparison_is_significant(const struct comparison_row *row);
bool comparison_is_better(const struct comparison_row *row);
/* FAILs among the runs of a side that tell of the kernel, which *@runs counts. */
unsigned comparison_findings(const struct cell_samples *cell, enum side side, unsigned *runs);
/* How many runs a side it takes for the best of so many rows to be significant. */
unsigned comparison_runs_needed(unsigned tests);
/* Whether its numbers are of a storm that did what its config declares: PASS or FAIL. */
bool comparison_counts(const struct sample *run);

void comparison_print(const struct comparison *c, FILE *out);
/* plans.c: a part of it */
void comparison_print_plans(const struct page *p, const struct comparison *c);
void comparison_print_tsv(const struct comparison *c, FILE *out);

#endif
