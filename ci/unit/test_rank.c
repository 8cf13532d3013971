/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rank statistics against other people's numbers. R: wilcox.test(b, a, exact=TRUE, conf.int=TRUE)
 * and p.adjust(p, "holm") of R 4.2.2. Ties: all choices of scipy 1.10.1's rankdata() counted, twice
 * the smaller tail. Critical values: the table of U in every textbook (5 %, two-sided).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdbool.h>

#include "base/base.h"
#include "statistics/rank.h"

#define SAMPLE(name, ...) static const double name[] = {__VA_ARGS__}

static void is_near(double found, double wanted, double within)
{
	if (!(fabs(found - wanted) <= within))
		fail_msg("%.12g, wanted %.12g", found, wanted);
}

SAMPLE(a5, 10.1, 11.2, 9.8, 10.5, 10.9);
SAMPLE(b5, 12.3, 13.1, 11.9, 12.8, 12.0);
SAMPLE(a6, 3.1, 4.7, 2.2, 5.9, 6.3, 1.8);
SAMPLE(b7, 4.1, 5.2, 7.7, 3.9, 8.8, 6.1, 9.5);
SAMPLE(a3, 1, 2, 3);
SAMPLE(b3, 4, 5, 6);
/* Hollander and Wolfe's tissue permeability, also R's own example. */
SAMPLE(term, 0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46);
SAMPLE(early, 1.15, 0.88, 0.90, 0.74, 1.21);

static void as_R_has_it(void **state)
{
	static const struct {
		const double *a, *b;
		unsigned n, m;
		double p, shift, low, high;
	} cases[] = {
		{a5, b5, 5, 5, 0.00793650793651, 1.9, 1, 3},
		{a6, b7, 6, 7, 0.101398601399, 2.4, -0.7, 5.7},
		{a3, b3, 3, 3, 0.1, 3, 1, 5},
		{term, early, 10, 5, 0.254412254412, -0.305, -0.76, 0.15},
	};

	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		struct rank_shift s;

		is_near(rank_test(cases[i].a, cases[i].n, cases[i].b, cases[i].m), cases[i].p,
			1e-11);
		is_near(rank_test(cases[i].b, cases[i].m, cases[i].a, cases[i].n), cases[i].p,
			1e-11);
		assert_int_equal(
			rank_shift(cases[i].a, cases[i].n, cases[i].b, cases[i].m, 0.95, &s), 0);
		is_near(s.shift, cases[i].shift, 1e-9);
		is_near(s.low, cases[i].low, 1e-9);
		is_near(s.high, cases[i].high, 1e-9);
		assert_int_equal(s.covered, cases[i].n > 3);
	}
}

static void many_samples_by_the_normal(void **state)
{
	double x[30], y[35], xt[28], yt[24];
	struct rank_shift s;

	for (int i = 0; i < 30; i++)
		x[i] = pow(i + 1, 1.1);
	for (int i = 0; i < 35; i++)
		y[i] = pow(i + 1, 1.15) + 3.3;
	is_near(rank_test(x, 30, y, 35), 0.0141214203653, 1e-11);
	assert_int_equal(rank_shift(x, 30, y, 35, 0.95, &s), 0);
	is_near(s.shift, 10.6801459328, 1e-9); /* numpy: the median of all differences */
	assert_true(s.low > 0 && s.low < s.shift && s.shift < s.high);
	for (int i = 0; i < 28; i++)
		xt[i] = 1 + i % 4;
	for (int i = 0; i < 24; i++)
		yt[i] = 2 + i % 4;
	is_near(rank_test(xt, 28, yt, 24), 0.00578587479024, 1e-11);
}

static void ties_are_counted(void **state)
{
	SAMPLE(a, 1, 2, 2, 3, 5);
	SAMPLE(b, 2, 4, 4, 5, 6, 6);
	SAMPLE(same, 1, 1, 1);
	SAMPLE(c, 1, 1, 2, 2);
	SAMPLE(d, 2, 2, 3);

	is_near(rank_test(a, 5, b, 6), 0.1038961038961039, 1e-12);
	is_near(rank_test(same, 3, same, 3), 1, 0);
	is_near(rank_test(c, 4, d, 3), 0.34285714285714286, 1e-12);
}

/* Two samples whose U is @u: the first one's values moved up from the bottom. */
static double p_of_u(unsigned n, unsigned m, unsigned u)
{
	double a[20], b[20];
	bool taken[40] = {false};
	unsigned at = 0;

	for (unsigned i = n; i-- > 0;) {
		unsigned up = MIN(u, m);

		a[i] = i + up;
		taken[i + up] = true;
		u -= up;
	}
	for (unsigned i = 0; i < n + m; i++) {
		if (!taken[i])
			b[at++] = i;
	}
	assert_int_equal(at, m);
	return rank_test(a, n, b, m);
}

static void the_table_of_critical_values(void **state)
{
	static const unsigned table[][3] = {{5, 5, 2},	  {6, 7, 6},	{8, 8, 13}, {4, 9, 4},
					    {10, 10, 23}, {12, 15, 49}, {3, 20, 8}, {20, 20, 127}};

	for (unsigned i = 0; i < ARRAY_SIZE(table); i++) {
		assert_true(p_of_u(table[i][0], table[i][1], table[i][2]) <= 0.05);
		assert_true(p_of_u(table[i][0], table[i][1], table[i][2] + 1) > 0.05);
	}
}

static void the_least_that_can_be(void **state)
{
	is_near(rank_test_least(3, 3), 0.1, 1e-12);
	is_near(rank_test_least(4, 4), 2 / 70.0, 1e-12);
	is_near(rank_test_least(1, 1), 1, 0);
	is_near(rank_test_least(0, 5), 1, 0);
	is_near(p_of_u(4, 4, 0), rank_test_least(4, 4), 1e-12);
	is_near(rank_test(a3, 3, b3, 0), 1, 0);
}

static void several_at_once(void **state)
{
	double p[] = {0.01, 0.04, 0.03, 0.005, 0.9};
	static const double wanted[] = {0.04, 0.09, 0.09, 0.025, 0.9};

	assert_int_equal(rank_holm(p, 5), 0);
	for (unsigned i = 0; i < 5; i++)
		is_near(p[i], wanted[i], 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_R_has_it),
		cmocka_unit_test(many_samples_by_the_normal),
		cmocka_unit_test(ties_are_counted),
		cmocka_unit_test(the_table_of_critical_values),
		cmocka_unit_test(the_least_that_can_be),
		cmocka_unit_test(several_at_once),
	};

	return cmocka_run_group_tests_name("rank", tests, NULL, NULL);
}
