/* SPDX-License-Identifier: GPL-2.0-only */
/* See rank.h. */
#include "statistics/rank.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/base.h"

struct value {
	double x;
	bool of_a;
	unsigned twice_rank; /* mean ranks have halves at most */
};

static int by_x(const void *a, const void *b)
{
	double x = ((const struct value *)a)->x, y = ((const struct value *)b)->x;

	return (x > y) - (x < y);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* All values in order, with ranks; @ties receives the sum of t^3 - t over the groups of t equal
 * ones. */
static struct value *rank(const double *a, unsigned n, const double *b, unsigned m, double *ties)
{
	unsigned all = n + m;
	struct value *v = calloc(all, sizeof(*v));

	*ties = 0;
	if (!v)
		return NULL;
	for (unsigned i = 0; i < all; i++)
		v[i] = (struct value){.x = i < n ? a[i] : b[i - n], .of_a = i < n};
	qsort(v, all, sizeof(*v), by_x);
	for (unsigned from = 0, to; from < all; from = to) {
		double t;

		for (to = from + 1; to < all && v[to].x == v[from].x;)
			to++;
		t = to - from;
		*ties += t * t * t - t;
		for (unsigned i = from; i < to; i++)
			v[i].twice_rank = from + 1 + to;
	}
	return v;
}

static unsigned twice_sum_of_a(const struct value *v, unsigned all)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < all; i++)
		sum += v[i].of_a ? v[i].twice_rank : 0;
	return sum;
}

/*
 * ways[k * sums + s]: how many choices of k of the ranks have the sum s. Whole numbers up to
 * C(40, 20), which a double holds exactly.
 */
static double *count_choices(const struct value *v, unsigned all, unsigned n, unsigned sums)
{
	double *ways = calloc((size_t)(n + 1) * sums, sizeof(*ways));

	if (!ways)
		return NULL;
	ways[0] = 1;
	for (unsigned i = 0; i < all; i++) {
		unsigned r = v[i].twice_rank;

		for (unsigned k = MIN(i + 1, n); k > 0; k--) {
			for (unsigned s = sums - 1; s >= r; s--)
				ways[k * sums + s] += ways[(k - 1) * sums + s - r];
		}
	}
	return ways;
}

static double exact(const struct value *v, unsigned all, unsigned n)
{
	unsigned sums = all * (all + 1) + 1, seen = twice_sum_of_a(v, all);
	double *ways = count_choices(v, all, n, sums), below = 0, above = 0, total = 0;

	if (!ways)
		return 1;
	for (unsigned s = 0; s < sums; s++) {
		double w = ways[n * sums + s];

		total += w;
		below += s <= seen ? w : 0;
		above += s >= seen ? w : 0;
	}
	free(ways);
	return MIN(1, 2 * MIN(below, above) / total);
}

static double approximate(const struct value *v, unsigned n, unsigned m, double ties)
{
	double all = n + m, sum = twice_sum_of_a(v, n + m) / 2.0;
	double mean = n * (all + 1) / 2;
	double variance = n * (double)m / 12 * (all + 1 - ties / (all * (all - 1)));
	double away = fabs(sum - mean) - 0.5;

	if (variance <= 0 || away < 0)
		return 1;
	return erfc(away / sqrt(variance) / sqrt(2));
}

double rank_test(const double *a, unsigned n, const double *b, unsigned m)
{
	double ties, p = 1;
	struct value *v;

	if (!n || !m)
		return 1;
	v = rank(a, n, b, m, &ties);
	if (v)
		p = n + m <= RANK_EXACT_MAX ? exact(v, n + m, n) : approximate(v, n, m, ties);
	free(v);
	return p;
}

static double choose(unsigned n, unsigned k)
{
	double c = 1;

	for (unsigned i = 1; i <= k; i++)
		c = c * (n - k + i) / i;
	return c;
}

double rank_test_least(unsigned n, unsigned m)
{
	return n && m ? MIN(1, 2 / choose(n + m, n)) : 1;
}

/* The largest k for which fewer than k differences below zero have a probability of at most @tail.
 */
static unsigned depth_exact(unsigned n, unsigned m, double tail)
{
	struct value *v = calloc(n + m, sizeof(*v));
	unsigned sums = (n + m) * (n + m + 1) + 1, least = n * (n + 1), k = 0;
	double *ways, total = choose(n + m, n), below = 0;

	for (unsigned i = 0; v && i < n + m; i++)
		v[i].twice_rank = 2 * (i + 1);
	ways = v ? count_choices(v, n + m, n, sums) : NULL;
	while (ways && k <= n * m) {
		below += ways[n * sums + least + 2 * k];
		if (below / total > tail)
			break;
		k++;
	}
	free(ways);
	free(v);
	return k;
}

static unsigned depth_approximate(unsigned n, unsigned m, double tail)
{
	double mean = n * (double)m / 2, sd = sqrt(n * (double)m * (n + m + 1) / 12);
	double z = 0;

	/* The quantile of the normal distribution, by halving: this is no place that is run often.
	 */
	for (double step = 4; step > 1e-9; step /= 2)
		z += erfc((z + step) / sqrt(2)) / 2 > tail ? step : 0;
	return mean - z * sd < 1 ? 0 : (unsigned)(mean - z * sd);
}

int rank_shift(const double *a, unsigned n, const double *b, unsigned m, double confidence,
	       struct rank_shift *out)
{
	unsigned count = n * m, k;
	double *difference = n && m ? malloc(count * sizeof(*difference)) : NULL;

	if (!difference)
		return n && m ? -ENOMEM : -EINVAL;
	for (unsigned i = 0; i < count; i++)
		difference[i] = b[i % m] - a[i / m];
	out->shift = rank_median(difference, count);
	k = n + m <= RANK_EXACT_MAX ? depth_exact(n, m, (1 - confidence) / 2)
				    : depth_approximate(n, m, (1 - confidence) / 2);
	out->covered = k > 0;
	k = MAX(k, 1);
	out->low = difference[k - 1];
	out->high = difference[count - k];
	free(difference);
	return 0;
}

struct numbered {
	double p;
	unsigned at;
};

static int by_p(const void *a, const void *b)
{
	double x = ((const struct numbered *)a)->p, y = ((const struct numbered *)b)->p;

	return (x > y) - (x < y);
}

int rank_holm(double *p, unsigned count)
{
	struct numbered *order = malloc((size_t)count * sizeof(*order));
	double least = 0;

	if (!order && count)
		return -ENOMEM;
	for (unsigned i = 0; i < count; i++)
		order[i] = (struct numbered){.p = p[i], .at = i};
	qsort(order, count, sizeof(*order), by_p);
	for (unsigned i = 0; i < count; i++) {
		least = MAX(least, MIN(1, order[i].p * (count - i)));
		p[order[i].at] = least;
	}
	free(order);
	return 0;
}

double rank_median(double *value, unsigned n)
{
	if (!n)
		return (double)NAN;
	qsort(value, n, sizeof(*value), by_size);
	return n % 2 ? value[n / 2] : (value[n / 2 - 1] + value[n / 2]) / 2;
}
