/* SPDX-License-Identifier: GPL-2.0-only */
/* The naps of faulters and the nice values of owners, step by step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "run/pace.h"

#define NAP (50 * NSEC_PER_USEC)

static void in_vain_naps_grow_and_a_fault_brings_them_back(void **state)
{
	struct pace p = {.rule = PACE_STEADY, .nap = NAP};

	for (unsigned i = 0; i < PACE_PATIENCE; i++)
		assert_int_equal(pace_after(&p, false), NAP);
	for (unsigned level = 1; level <= PACE_LEVELS; level++)
		assert_int_equal(pace_after(&p, false), NAP << level);
	assert_int_equal(pace_after(&p, false), NAP << PACE_LEVELS);
	assert_int_equal(pace_after(&p, true), NAP << (PACE_LEVELS - PACE_RECOVERY));
	assert_int_equal(pace_after(&p, true), NAP << (PACE_LEVELS - 2 * PACE_RECOVERY));
	/* Patience begins anew with each fault. */
	for (unsigned i = 0; i < PACE_PATIENCE; i++)
		assert_int_equal(pace_after(&p, false), NAP << (PACE_LEVELS - 2 * PACE_RECOVERY));
	for (unsigned i = 0; i < PACE_LEVELS; i++)
		pace_after(&p, true);
	assert_int_equal(pace_after(&p, true), NAP);
}

static void fixed_naps_stay(void **state)
{
	struct pace p = {.rule = PACE_FIXED, .nap = NAP};

	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(pace_after(&p, i % 7 == 0), NAP);
}

static void without_a_nap_only_vain_touches_sleep(void **state)
{
	struct pace p = {.rule = PACE_STEADY};

	for (unsigned i = 0; i < PACE_PATIENCE; i++)
		assert_int_equal(pace_after(&p, false), 0);
	assert_int_equal(pace_after(&p, false), PACE_STEP << 1);
	for (unsigned i = 0; i < 20; i++)
		pace_after(&p, false);
	assert_int_equal(pace_after(&p, false), PACE_STEP << PACE_LEVELS);
	for (unsigned i = 0; i < PACE_LEVELS; i++)
		pace_after(&p, true);
	assert_int_equal(pace_after(&p, true), 0);
}

static void an_owner_that_others_starve_is_helped(void **state)
{
	int nice = 19;

	nice = owner_pace_nice(nice, 19, 0.98, 0.1);
	assert_int_equal(nice, 14);
	for (int i = 0; i < 5; i++)
		nice = owner_pace_nice(nice, 19, 0.9, 0.1);
	assert_int_equal(nice, 0);
	/* Between the two it stays as it is; with CPU time enough it goes back to the plan's. */
	assert_int_equal(owner_pace_nice(9, 19, 0.6, 0.1), 9);
	assert_int_equal(owner_pace_nice(9, 19, 0.2, 0.1), 14);
	assert_int_equal(owner_pace_nice(17, 19, 0.2, 0.1), 19);
}

/* The bug of 2021: spinning faulters of the storm itself keep the owner from running. */
static void an_owner_that_the_storm_starves_is_left_alone(void **state)
{
	assert_int_equal(owner_pace_nice(19, 19, 0.99, 0.97), 19);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_vain_naps_grow_and_a_fault_brings_them_back),
		cmocka_unit_test(fixed_naps_stay),
		cmocka_unit_test(without_a_nap_only_vain_touches_sleep),
		cmocka_unit_test(an_owner_that_others_starve_is_helped),
		cmocka_unit_test(an_owner_that_the_storm_starves_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
