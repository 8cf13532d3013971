/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interval of a hit rate against known answers: the closed forms for no hit and for nothing but
 * hits, and values that ci/vm/interval.py works out with exact binomials (682 of 925 is the example
 * of R's binom.test(), which prints 0.7076683 to 0.7654066).
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/base.h"
#include "statistics/proportion.h"

static void near(double is, double wanted, double within)
{
	if (!(fabs(is - wanted) <= within))
		fail_msg("%.9f, wanted %.9f", is, wanted);
}

static void as_an_independent_program_says(void **state)
{
	static const struct {
		unsigned hits, runs;
		double low, high;
	} known[] = {
		{1, 10, 0.002528579, 0.445016117},
		{5, 10, 0.187086028, 0.812913972},
		{2, 20, 0.012348527, 0.316982714},
		{682, 925, 0.707668264, 0.765406558},
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		double low, high;

		proportion_interval(known[i].hits, known[i].runs, 0.95, &low, &high);
		near(low, known[i].low, 1e-8);
		near(high, known[i].high, 1e-8);
	}
}

static void closed_forms_at_the_ends(void **state)
{
	for (unsigned runs = 1; runs <= 100000; runs *= 10) {
		double low, high, end = pow(0.025, 1.0 / runs);

		proportion_interval(0, runs, 0.95, &low, &high);
		near(low, 0, 0);
		near(high, 1 - end, 1e-7);
		proportion_interval(runs, runs, 0.95, &low, &high);
		near(low, end, 1e-7);
		near(high, 1, 0);
	}
}

static void no_runs_say_nothing(void **state)
{
	double low, high;

	proportion_interval(0, 0, 0.95, &low, &high);
	near(low, 0, 0);
	near(high, 1, 0);
}

/* More confidence is wider; hits and misses mirror each other. */
static void wider_and_mirrored(void **state)
{
	for (unsigned hits = 0; hits <= 30; hits++) {
		double low, high, wide_low, wide_high, other_low, other_high;

		proportion_interval(hits, 30, 0.95, &low, &high);
		proportion_interval(hits, 30, 0.99, &wide_low, &wide_high);
		proportion_interval(30 - hits, 30, 0.95, &other_low, &other_high);
		assert_true(wide_low <= low && high <= wide_high);
		assert_true(low <= hits / 30.0 && hits / 30.0 <= high);
		near(low, 1 - other_high, 1e-9);
		near(high, 1 - other_low, 1e-9);
	}
}

static void in_words(void **state)
{
	char buf[PROPORTION_TEXT_MAX];

	assert_string_equal(proportion_text(3, 10, buf, sizeof(buf)),
			    "3 of 10 runs, 95 % interval 6.7 to 65.2 %");
	assert_string_equal(proportion_text(1, 1, buf, sizeof(buf)),
			    "1 of 1 run, 95 % interval 2.5 to 100.0 %");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_an_independent_program_says),
		cmocka_unit_test(closed_forms_at_the_ends),
		cmocka_unit_test(no_runs_say_nothing),
		cmocka_unit_test(wider_and_mirrored),
		cmocka_unit_test(in_words),
	};

	return cmocka_run_group_tests_name("proportion", tests, NULL, NULL);
}
