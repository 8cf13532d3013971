/* SPDX-License-Identifier: GPL-2.0-only */
/* See proportion.h. */
#include "statistics/proportion.h"

#include <math.h>
#include <stdio.h>

#define HALVINGS 60 /* more than a double has bits */

/* Probability of @hits or fewer in @runs at rate @p. */
static double at_most(unsigned hits, unsigned runs, double p)
{
	double sum = 0, all = lgamma(runs + 1.0);

	if (p <= 0 || p >= 1)
		return p <= 0 || hits == runs;
	for (unsigned i = 0; i <= hits; i++)
		sum += exp(all - lgamma(i + 1.0) - lgamma(runs - i + 1.0) + i * log(p) +
			   (runs - i) * log1p(-p));
	return sum;
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
		 runs == 1 ? "" : "s", 100 * PROPORTION_CONFIDENCE, 100 * low, 100 * high);
	return buf;
}
