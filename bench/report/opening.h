/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sentence that a report opens with, for somebody who reads no further: of a FAIL the harm, the
 * call that met it, how soon, and the kernel; of a PASS what the storm did and how it was watched;
 * of every other verdict the cause. It goes behind the verdict, begins with a small letter, ends
 * without a full stop, and is made of fields alone: nothing is read out of another sentence.
 *
 * Both functions are pure. They return text to be freed, NULL without memory. The text may hold
 * what a result holds, so it is for page_text().
 */
#ifndef THPSTORM_BENCH_REPORT_OPENING_H
#define THPSTORM_BENCH_REPORT_OPENING_H

#include <jansson.h>

#include <stdbool.h>
#include <stdint.h>

#include "terminal/page.h"

/* @result: as result_read() gives it; a key that is missing is left out of the sentence. */
char *opening_of_run(const json_t *result);

/* All cells of a sweep that have a verdict, as one. */
struct sweep_opening {
	int code;		      /* enum verdict: the gravest of the cells' */
	unsigned cells;		      /* that have a verdict */
	unsigned of_code;	      /* of them: those with @code */
	unsigned runs, hits, lost;    /* PASS or FAIL; FAIL; took the machine down */
	double first_ns;	      /* median time to the first finding, NaN: none */
	uint64_t storm_ns;	      /* sum over the cells */
	uint64_t splits, moved, tail; /* sums: folio splits, THPs moved, faults on hot tails */
	double slowest_ns;	      /* fault in a storm, NaN: none */
	uint64_t oldest_ns;	      /* in flight, 0: not sampled */
	const json_t *result;	      /* of the gravest cell that has one, NULL: none has */
	unsigned of_result;	      /* its number */
	unsigned gravest;	      /* number of the gravest cell */
	const char *reason;	      /* of its verdict */
	const char *kernel;	      /* where no result says which */
	bool models;		      /* the cells differ in their preemption model */
};

char *opening_of_sweep(const struct sweep_opening *o);

/* The opening sentence behind @head, as a paragraph, with a blank line. */
void report_opening(const struct page *p, const char *head, const json_t *result);

#endif
