/* SPDX-License-Identifier: GPL-2.0-only */
/* See proportion.h. */
#include "statistics/proportion.h"
#include "base/plural.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

#define HALVINGS 60 /* more than a double has bits */

/* Probability of exactly @hits in @runs at rate @p, which is neither 0 nor 1. */
static double exactly(unsigned hits, unsigned runs, double p)
{
	return exp(lgamma(runs + 1.0) - lgamma(hits + 1.0) - lgamma(runs - hits + 1.0) +
		   hits * log(p) + (runs - hits) * log1p(-p));
}

/*
 * Probability of @hits or fewer. The terms are added from @hits on, away from the mean, where each
 * is smaller than the one before: until they no longer count.
 */
static double at_most(unsigned hits, unsigned runs, double p)
{
	double sum = 0, term, odds = p / (1 - p);

	if (hits >= runs)
		return 1;
	if (hits < runs * p) {
		term = exactly(hits, runs, p);
		for (unsigned i = hits; term > sum * DBL_EPSILON; i--) {
			sum += term;
			term *= i / (runs - i + 1.0) / odds;
		}
		return sum;
	}
	term = exactly(hits + 1, runs, p);
	for (unsigned i = hits + 1; term > sum * DBL_EPSILON; i++) {
		sum += term;
		term *= (runs - i) / (i + 1.0) * odds;
	}
	return 1 - sum;
}

/* The rate at which at_most(), which falls with it, is @target. */
static double solve(unsigned hits, unsigned runs, double target)
{
	double low = 0, high = 1;

	for (unsigned i = 0; i < HALVINGS; i++) {
		double middle = (low + high) / 2;

		if (at_most(hits, runs, middle) > target)
			low = middle;
		else
			high = middle;
	}
	return low;
}

void proportion_interval(unsigned hits, unsigned runs, double confidence, double *low, double *high)
{
	double tail = (1 - confidence) / 2;

	*low = hits ? solve(hits - 1, runs, 1 - tail) : 0;
	*high = hits < runs ? solve(hits, runs, tail) : 1;
}

char *proportion_text(unsigned hits, unsigned runs, char *buf, size_t size)
{
	double low, high;

	proportion_interval(hits, runs, PROPORTION_CONFIDENCE, &low, &high);
	snprintf(buf, size, "%u of %u run%s, %.0f %% interval %.1f to %.1f %%", hits, runs,
		 plural(runs), 100 * PROPORTION_CONFIDENCE, 100 * low, 100 * high);
	return buf;
}
