/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two samples held against each other by their ranks: no assumption of a distribution, and one wild
 * value counts no more than its rank.
 */
#ifndef THPSTORM_BENCH_STATISTICS_RANK_H
#define THPSTORM_BENCH_STATISTICS_RANK_H

#define RANK_EXACT_MAX	 40   /* samples of both sides together; above, the normal approximation */
#define RANK_SAMPLES_MAX 1000 /* of one side */

/*
 * Mann and Whitney's test (Annals of Mathematical Statistics 18, 1947, 50-60), two-sided: how
 * probable ranks at least as uneven are if both come from one distribution, twice the smaller tail.
 * Ties get their mean rank. Exact by counting the sums of all choices of ranks (ties included), as
 * in Streitberg and Roehmel, Statistical Software Newsletter 12, 1986, 10-17; above RANK_EXACT_MAX
 * the normal approximation with corrections for ties and continuity (Lehmann, Nonparametrics, 1975,
 * section 1.3 to 1.4). 1 where all values are one, or a side is empty.
 */
double rank_test(const double *a, unsigned n, const double *b, unsigned m);
/* The smallest that rank_test() can return for so many samples without ties: 2 / C(n + m, n). */
double rank_test_least(unsigned n, unsigned m);

struct rank_shift {
	double shift;	  /* Hodges and Lehmann: the median of all differences b - a */
	double low, high; /* its interval; both ends the range of all differences when !covered */
	int covered;	  /* so few samples have an interval of that confidence at all */
};

/*
 * How much larger @b is (Hodges and Lehmann, Annals of Mathematical Statistics 34, 1963, 598-611),
 * with the interval that the test inverted gives: ordered differences number k and nm + 1 - k
 * (Lehmann 1975, section 2.6; Hollander and Wolfe, Nonparametric Statistical Methods, section 4.3),
 * k exact without ties. @confidence in (0, 1). 0, or -ENOMEM, -EINVAL for an empty side.
 */
int rank_shift(const double *a, unsigned n, const double *b, unsigned m, double confidence,
	       struct rank_shift *out);

/*
 * Makes @count p values of one table comparable to one level: Holm, Scandinavian Journal of
 * Statistics 6, 1979, 65-70. In place, each at most 1. 0 or -ENOMEM.
 */
int rank_holm(double *p, unsigned count);

/* The middle of @n values, the mean of the two in the middle of an even number. Sorts them. */
double rank_median(double *value, unsigned n);

#endif
