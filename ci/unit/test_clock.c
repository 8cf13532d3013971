/* SPDX-License-Identifier: GPL-2.0-only */
/* The clock: its rate, its order over CPUs, its zero, its fallback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checker.h"
#include "measure/clock.h"

/* Under told time each reading takes 50 ns, and a preemption of 4 ms follows every fifth one. */
#define PREEMPTED_EVERY 5
static struct {
	bool told;
	uint64_t now;
	unsigned calls;
} fake;

int __real_clock_gettime(clockid_t id, struct timespec *ts);
int __wrap_clock_gettime(clockid_t id, struct timespec *ts);

int __wrap_clock_gettime(clockid_t id, struct timespec *ts)
{
	if (!fake.told)
		return __real_clock_gettime(id, ts);
	*ts = timespec_from_ns(fake.now);
	fake.now += 50;
	if (++fake.calls % PREEMPTED_EVERY == 0)
		fake.now += 4 * NSEC_PER_MSEC;
	return 0;
}

static uint64_t gettime(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

/* The clock between two readings of another one; of many the tightest. */
struct bracket {
	uint64_t before, now, after;
};

static struct bracket read_bracketed(clockid_t id)
{
	struct bracket best = {.after = UINT64_MAX};

	for (int i = 0; i < 100; i++) {
		struct bracket b;

		b.before = gettime(id);
		b.now = clock_now();
		b.after = gettime(id);
		if (b.after - b.before < best.after - best.before)
			best = b;
	}
	return best;
}

static void check_clock(void)
{
	struct bracket b = read_bracketed(CLOCK_MONOTONIC), e;
	double least, most, took;

	/* The zero is that of CLOCK_MONOTONIC, so times compare with the kernel log's. */
	assert_true((double)b.now > (double)b.before - 50e6);
	assert_true((double)b.now < (double)b.after + 50e6);
	b = read_bracketed(CLOCK_MONOTONIC_RAW);
	usleep(200000);
	e = read_bracketed(CLOCK_MONOTONIC_RAW);
	least = (double)(e.before - b.after);
	most = (double)(e.after - b.before);
	took = (double)(e.now - b.now);
	assert_true(took > least * (1 - 200e-6));
	assert_true(took < most * (1 + 200e-6));
}

static void default_clock(void **state)
{
	struct clock_facts facts;

	skip_under_checker("a reading takes too long");

	clock_setup(&facts);
	print_message("%s\n", facts.why);
	assert_true(facts.why[0]);
	assert_true(facts.read_ns > 1 && facts.read_ns < 100000);
	assert_int_equal(facts.tsc, clock_scale.mult != 0);
	if (facts.tsc) {
		assert_in_range(facts.tsc_khz, 100000, 10000000);
		assert_true(facts.agree_ppm <= 100);
	}
	check_clock();
}

static void fallback_clock(void **state)
{
	struct clock_facts facts;

	skip_under_checker("a reading takes too long");

	clock_scale.mult = 1; /* of a TSC that was used before */
	clock_setup_fallback(&facts, "asked for");
	assert_false(facts.tsc);
	assert_non_null(strstr(facts.why, "(CLOCK_MONOTONIC_RAW): asked for"));
	assert_int_equal(clock_scale.mult, 0);
	check_clock();
}

/* Going round the CPUs, time never goes back. */
static void order_over_cpus(void **state)
{
	struct clock_facts facts;
	cpu_set_t all, one;
	uint64_t last = 0;

	clock_setup(&facts);
	sched_getaffinity(0, sizeof(all), &all);
	for (int round = 0; round < 50; round++) {
		for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
			uint64_t now;

			if (!CPU_ISSET(cpu, &all))
				continue;
			CPU_ZERO(&one);
			CPU_SET(cpu, &one);
			sched_setaffinity(0, sizeof(one), &one);
			now = clock_now();
			assert_true(now >= last);
			last = now;
		}
	}
	sched_setaffinity(0, sizeof(all), &all);
}

static void a_preemption_is_no_drift(void **state)
{
	fake.told = true;
	for (unsigned begin = 0; begin < PREEMPTED_EVERY; begin++) {
		struct clock_facts facts;

		for (unsigned after = 0; after < PREEMPTED_EVERY; after++) {
			fake.now = 1000 * NSEC_PER_SEC;
			fake.calls = begin;
			clock_setup_fallback(&facts, "told");
			fake.now += NSEC_PER_SEC;
			fake.calls = after;
			assert_true(fabs(clock_drift_ppm()) < 1);
		}
	}
	fake.told = false;
}

/* Here both clocks are one. */
static void a_preemption_does_not_move_the_zero(void **state)
{
	fake.told = true;
	for (unsigned begin = 0; begin < PREEMPTED_EVERY; begin++) {
		struct clock_facts facts;

		fake.now = 1000 * NSEC_PER_SEC;
		fake.calls = begin;
		clock_setup_fallback(&facts, "told");
		assert_true(llabs((long long)clock_scale.zero) < 1000);
	}
	fake.told = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(default_clock),
		cmocka_unit_test(fallback_clock),
		cmocka_unit_test(order_over_cpus),
		cmocka_unit_test(a_preemption_is_no_drift),
		cmocka_unit_test(a_preemption_does_not_move_the_zero),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
