/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one thread writes and another reads without a lock, under a model of weakly ordered memory
 * (arm64, POWER): the writer's stores become visible in any order that release and coherence allow,
 * and each load of the reader sees any state that acquire and coherence allow. So a missing order
 * is seen on x86-64 too, which would keep it by itself. Random schedules of a fixed seed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"

static uint64_t model_load(const void *at, size_t size, bool acquire);
static void model_store(void *at, size_t size, uint64_t value, bool release);

#undef load_relaxed
#undef load_acquire
#undef store_relaxed
#undef store_release
#define load_relaxed(p)	    ((__typeof__(*(p) + 0))model_load((p), sizeof(*(p)), false))
#define load_acquire(p)	    ((__typeof__(*(p) + 0))model_load((p), sizeof(*(p)), true))
#define store_relaxed(p, v) model_store((p), sizeof(*(p)), (uint64_t)(v), false)
#define store_release(p, v) model_store((p), sizeof(*(p)), (uint64_t)(v), true)

#include "memory/memory.h"
#include "contract/flight.h"
/* The code itself, so that its accesses are the model's. */
#include "memory/arena.c"

#define STORES	  128
#define SCHEDULES 30000

static struct store {
	const void *at;
	uint64_t value, before;
	bool release, visible;
} store[STORES];
static unsigned stores;
static unsigned order[STORES], seen; /* the visible ones, in the order in which they became so */
static unsigned floor_of_loads;	     /* what an acquire has seen, later loads see too */
static unsigned floor_of[STORES]; /* and what a load of that place has seen; by its first store */
static bool reading;
static struct rng rng;

static uint64_t peek(const void *at, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, at, size);
	return value;
}

static void model_store(void *at, size_t size, uint64_t value, bool release)
{
	assert_true(stores < STORES);
	store[stores++] = (struct store){
		.at = at, .value = value, .before = peek(at, size), .release = release};
	memcpy(at, &value, size);
}

/* No store before it that is not visible yet keeps @i back. */
static bool may_show(unsigned i)
{
	for (unsigned j = 0; j < i; j++) {
		if (!store[j].visible && (store[i].release || store[j].at == store[i].at))
			return false;
	}
	return !store[i].visible;
}

static void show(unsigned count)
{
	for (unsigned n = count; n && seen < stores; n--) {
		unsigned may[STORES], choices = 0;

		for (unsigned i = 0; i < stores; i++) {
			if (may_show(i))
				may[choices++] = i;
		}
		order[seen++] = may[rng_below(&rng, choices)];
		store[order[seen - 1]].visible = true;
	}
}

static uint64_t model_load(const void *at, size_t size, bool acquire)
{
	unsigned first = 0, when;
	uint64_t value;

	while (first < stores && store[first].at != at)
		first++;
	if (!reading || first == stores)
		return peek(at, size);
	/* Mostly few, so that a reader sees one operation often; sometimes many. */
	show(rng_below(&rng, 8) ? !rng_below(&rng, 8) : rng_below(&rng, 16));
	when = MAX(floor_of_loads, floor_of[first]);
	/* The oldest and the newest that it may see are the ones that give it away. */
	switch (rng_below(&rng, 3)) {
	case 0:
		break;
	case 1:
		when = seen;
		break;
	default:
		when += rng_below(&rng, seen - when + 1);
	}
	value = store[first].before;
	for (unsigned i = 0; i < when; i++) {
		if (store[order[i]].at == at)
			value = store[order[i]].value;
	}
	floor_of[first] = when;
	if (acquire)
		floor_of_loads = when;
	return value;
}

/* Another reader of the same stores. */
static void begin_reading(void)
{
	for (unsigned i = 0; i < stores; i++)
		store[i].visible = false;
	memset(floor_of, 0, sizeof(floor_of));
	seen = floor_of_loads = 0;
	reading = true;
	/* It begins anywhere. */
	show(rng_below(&rng, stores));
}

static int fresh(void **state)
{
	rng_seed(&rng, 1);
	stores = 0;
	reading = false;
	return 0;
}

static void fly(uint64_t tick)
{
	static struct flight none, f;
	unsigned taken = 0, ended = 0;

	f = none;
	for (uint64_t n = 1; n <= 4; n++) {
		flight_plan(&f, n * 3, (uint32_t)n, ~(uint32_t)n, n + 7);
		flight_begin(&f, 100 + n * tick);
		flight_end(&f);
	}
	for (unsigned i = 0; i < SCHEDULES; i++) {
		struct flight got;
		uint64_t n;

		begin_reading();
		if (!flight_read(&f, &got))
			continue;
		taken++;
		n = got.faults - 7;
		assert_int_equal(got.since, 100 + n * tick);
		assert_int_equal(got.addr, n * 3);
		assert_int_equal(got.slot, n);
		assert_int_equal(got.page, ~(uint32_t)n);
		assert_int_equal(got.count, 2 * n);
		ended += !flight_goes_on(&f, &got);
	}
	assert_true(taken);
	assert_true(ended);
}

static void a_flight_is_of_one_operation(void **state)
{
	fly(1);
}

/* All within a tick of a coarse clock. */
static void two_of_the_same_time_are_told_apart(void **state)
{
	fly(0);
}

/* A page that its owner dropped is made anew while a reader looks at it. */
static void a_slot_made_anew_has_lost_nothing(void **state)
{
	struct arena_made made = {0};
	struct arena_mismatch m;
	struct arena a;
	struct error err;
	unsigned right = 0;

	assert_int_equal(arena_create(&a, &memory_anon, 8192, 4096, 1, 1, &err), 0);
	if (arena_remake(&a, 0, 1, &made)) {
		print_message("SKIP: this kernel knows no huge pages\n");
		arena_destroy(&a);
		skip();
	}
	a.slot[0].dropped = 1 + 1;
	*arena_pattern_at(&a, 0, 1) = 0;
	stores = 0;
	assert_int_equal(arena_remake(&a, 0, 1, &made), 0);
	/* What stood there before: the mapping that it lay in is gone. */
	for (unsigned i = 0; i < stores; i++) {
		if (store[i].at == arena_pattern_at(&a, 0, 0))
			store[i].before = arena_pattern(&a, 0, 0, 2);
	}
	for (unsigned i = 0; i < SCHEDULES; i++) {
		begin_reading();
		right += arena_check(&a, 0, i % 2, &m) != CONTENT_WRONG;
	}
	assert_int_equal(right, SCHEDULES);
	reading = false;
	arena_destroy(&a);
}

/* The model itself: what relaxed stores and loads would have shown. */
static void without_order_anything_is_seen(void **state)
{
	static uint64_t a, b;
	unsigned early = 0, late = 0;

	store_relaxed(&a, 1);
	store_relaxed(&b, 1);
	for (unsigned i = 0; i < 1000; i++) {
		begin_reading();
		early += load_acquire(&b) && !load_acquire(&a);
	}
	assert_true(early);
	store[1].release = true;
	for (unsigned i = 0; i < 1000; i++) {
		begin_reading();
		assert_false(load_acquire(&b) && !load_acquire(&a));
		begin_reading();
		late += load_relaxed(&b) && !load_acquire(&a);
	}
	assert_true(late);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(without_order_anything_is_seen, fresh),
		cmocka_unit_test_setup(a_flight_is_of_one_operation, fresh),
		cmocka_unit_test_setup(two_of_the_same_time_are_told_apart, fresh),
		cmocka_unit_test_setup(a_slot_made_anew_has_lost_nothing, fresh),
	};

	return cmocka_run_group_tests_name("orders", tests, NULL, NULL);
}
