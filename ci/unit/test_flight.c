/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The seqcount of an operation in flight: at no step of the writer, and at no moment of a writer in
 * another thread, does a reader take words of two operations. Also run under ThreadSanitizer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <string.h>

#include "contract/flight.h"

#define READERS 2
#define READS	100000 /* flights that each reader takes */

/* The words of operation @n: none of them is that of another operation. */
static void fly(struct flight *f, uint64_t n)
{
	flight_plan(f, n * 3, (uint32_t)n, ~(uint32_t)n, n + 7);
	flight_begin(f, n);
}

static bool is_of_one(const struct flight *f)
{
	uint64_t n = f->since;

	return f->addr == n * 3 && f->slot == (uint32_t)n && f->page == ~(uint32_t)n &&
	       f->faults == n + 7;
}

static void no_step_shows_half_an_operation(void **state)
{
	struct flight f = {0}, seen;
	uint32_t from;

	assert_false(flight_read(&f, &seen));
	fly(&f, 5);
	assert_true(flight_read(&f, &seen));
	assert_true(is_of_one(&seen));
	assert_true(flight_goes_on(&f, &seen));
	flight_end(&f);
	assert_false(flight_read(&f, &seen));
	assert_false(flight_busy(&f));

	/* Half written, with an operation that seems to be in flight. */
	fly(&f, 6);
	assert_true(flight_read(&f, &seen));
	seqcount_write_begin(&f.count);
	assert_false(flight_goes_on(&f, &seen));
	assert_false(flight_read(&f, &seen));
	from = seqcount_read_begin(&f.count);
	seqcount_write_end(&f.count);
	assert_false(seqcount_read_valid(&f.count, from));

	/* Written whole between the reader's two looks, and begun in the same tick of the clock. */
	from = seqcount_read_begin(&f.count);
	assert_true(seqcount_read_valid(&f.count, from));
	assert_true(flight_read(&f, &seen));
	flight_end(&f);
	assert_false(flight_goes_on(&f, &seen));
	flight_plan(&f, 1, 2, 3, 4);
	assert_false(seqcount_read_valid(&f.count, from));
	flight_begin(&f, seen.since);
	assert_false(flight_goes_on(&f, &seen));
}

static struct flight shared;
static unsigned readers;

static void *read_flights(void *arg)
{
	unsigned *torn = arg;

	for (unsigned taken = 0; taken < READS;) {
		struct flight seen;

		if (!flight_read(&shared, &seen))
			continue;
		taken++;
		*torn += !is_of_one(&seen);
	}
	__atomic_sub_fetch(&readers, 1, __ATOMIC_RELEASE);
	return NULL;
}

static void no_moment_shows_half_an_operation(void **state)
{
	pthread_t thread[READERS];
	unsigned torn[READERS] = {0};

	memset(&shared, 0, sizeof(shared));
	readers = READERS;
	for (unsigned i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, read_flights, &torn[i]), 0);
	for (uint64_t n = 1; load_acquire(&readers); n++) {
		fly(&shared, n);
		flight_end(&shared);
	}
	for (unsigned i = 0; i < READERS; i++) {
		pthread_join(thread[i], NULL);
		assert_int_equal(torn[i], 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_step_shows_half_an_operation),
		cmocka_unit_test(no_moment_shows_half_an_operation),
	};

	return cmocka_run_group_tests_name("flight", tests, NULL, NULL);
}
