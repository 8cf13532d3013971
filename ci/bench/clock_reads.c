/* SPDX-License-Identifier: GPL-2.0-only */
/* What two bare reads of the clock cost: the floor under the floor. Prints the median of 101
 * batches. */
#include <stdio.h>
#include <stdlib.h>

#include "measure/clock.h"

enum { BATCHES = 101, PAIRS = 10000 };

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(void)
{
	static double batch[BATCHES];
	struct clock_facts facts;
	uint64_t sink = 0;

	clock_setup(&facts);
	for (int i = 0; i < BATCHES; i++) {
		uint64_t began = clock_now();

		for (int n = 0; n < PAIRS; n++) {
			sink += clock_now();
			sink += clock_now();
		}
		batch[i] = (double)(clock_now() - began) / PAIRS;
	}
	qsort(batch, BATCHES, sizeof(batch[0]), compare);
	printf("%.1f ns for two bare reads of the clock (%s)%s\n", batch[BATCHES / 2], facts.why,
	       sink ? "" : " ");
	return 0;
}
