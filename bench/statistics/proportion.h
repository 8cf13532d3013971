/* SPDX-License-Identifier: GPL-2.0-only */
/* What k hits in n runs say about how often a bug hits. */
#ifndef THPSTORM_BENCH_STATISTICS_PROPORTION_H
#define THPSTORM_BENCH_STATISTICS_PROPORTION_H

#include <stddef.h>

#define PROPORTION_TEXT_MAX   80
#define PROPORTION_CONFIDENCE 0.95 /* what reports use */

/*
 * The exact interval of C. J. Clopper and E. S. Pearson ("The use of confidence or fiducial limits
 * illustrated in the case of the binomial", Biometrika 26, 1934): the rates p, from 0 to 1, at
 * which
 * @hits or more and @hits or fewer in @runs are not rarer than half of 1 - @confidence each.
 * Without runs 0 to 1. @hits is at most @runs, @confidence between 0 and 1.
 */
void proportion_interval(unsigned hits, unsigned runs, double confidence, double *low,
			 double *high);
/* "3 of 10 runs, 95 % interval 6.7 to 65.2 %". Returns buf. */
char *proportion_text(unsigned hits, unsigned runs, char *buf, size_t size);

#endif
