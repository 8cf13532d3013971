/* SPDX-License-Identifier: GPL-2.0-only */
/* Random numbers: streams of neighbouring seeds have nothing in common, and a seed is never stuck. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"

#define STREAMS 64

static void neighbouring_seeds_share_no_stream(void **state)
{
	struct rng one, other;

	for (uint64_t seed = 0; seed < 3; seed++) {
		for (unsigned i = 0; i < STREAMS; i++) {
			rng_seed_stream(&one, seed, i);
			for (unsigned j = 0; j < STREAMS; j++) {
				rng_seed_stream(&other, seed + 1, j);
				assert_true(one.state != other.state);
				if (i != j) {
					rng_seed_stream(&other, seed, j);
					assert_true(one.state != other.state);
				}
			}
		}
	}
}

static void a_seed_repeats_its_stream(void **state)
{
	struct rng one, same;

	rng_seed_stream(&one, 7, 3);
	rng_seed_stream(&same, 7, 3);
	for (unsigned i = 0; i < 1000; i++)
		assert_true(rng_next(&one) == rng_next(&same));
}

/* mix64() is a bijection: one seed gives 0, where xorshift would stay. */
static void no_seed_is_stuck(void **state)
{
	struct rng r = {.state = 0};

	/* The inverse of mix64() at 0: 0 less the increment. */
	rng_seed(&r, -0x9e3779b97f4a7c15ull);
	assert_true(mix64(-0x9e3779b97f4a7c15ull) == 0);
	assert_true(r.state != 0);
	assert_true(rng_next(&r) != rng_next(&r));
}

static void below_is_below_and_reaches_each(void **state)
{
	unsigned seen[5] = {0};
	struct rng r;

	rng_seed(&r, 1);
	for (unsigned i = 0; i < 5000; i++) {
		uint32_t n = rng_below(&r, 5);

		assert_true(n < 5);
		seen[n]++;
	}
	for (unsigned i = 0; i < 5; i++)
		assert_in_range(seen[i], 800, 1200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbouring_seeds_share_no_stream),
		cmocka_unit_test(a_seed_repeats_its_stream),
		cmocka_unit_test(no_seed_is_stuck),
		cmocka_unit_test(below_is_below_and_reaches_each),
	};

	return cmocka_run_group_tests_name("rng", tests, NULL, NULL);
}
