/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The witnesses over an arena of their own: nothing is told of a healthy one, and each tells of the
 * harm that it is there for, with place, time and content.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <sys/mman.h>

#include "measure/clock.h"
#include "memory/memory.h"
#include "run/verify.h"
#include "witness/witness.h"

#define SLOTS 3

static struct arena arena;
static struct witnesses all;
static witness_note notes[WITNESS_COUNT];
static struct harm_ring ring;
static struct worker_counts counts, *now = &counts;
static struct onlooker eye;
static struct share_head head;

static void make_anew(unsigned first, unsigned count)
{
	struct arena_made made = {.hooks = eye.hooks};

	assert_int_equal(arena_remake(&arena, first, count, &made), 0);
}

/* An arena with those witnesses that @plan names, made once; huge pages or not makes no difference. */
static void open_with(const struct run_plan *plan)
{
	struct error err;

	memset(&ring, 0, sizeof(ring));
	memset(&head, 0, sizeof(head));
	memset(&counts, 0, sizeof(counts));
	assert_int_equal(arena_create(&arena, &memory_anon, 2 * MIB, 4096, SLOTS, 1, &err), 0);
	witnesses_open(&all, &arena, plan, notes);
	onlooker_begin(&eye, &all, &ring, &now, 1);
	make_anew(0, SLOTS);
}

static int open_all(void **state)
{
	const struct run_plan plan = {.verify = true, .witness = "all"};

	open_with(&plan);
	return 0;
}

static int close_all(void **state)
{
	witnesses_close(&all);
	arena_destroy(&arena);
	return 0;
}

/* One touch of a page, by a call that wrote @stored bytes there. */
static void touch(unsigned slot, unsigned page, size_t stored)
{
	struct aim_point at = {.slot = slot,
			       .page = page,
			       .addr = arena_page(&arena, slot, page),
			       .generation = arena.slot[slot].generation};

	onlooker_touched(&eye, &at, stored);
}

static uint64_t told(void)
{
	uint64_t n = 0;

	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++)
		n += ring.told[kind];
	return n;
}

/* The one thing that was told, of that kind. */
static struct harm only(enum event_kind kind)
{
	struct harm harm = {0}, more;

	assert_int_equal(told(), 1);
	assert_true(harm_take(&ring, &harm));
	assert_false(harm_take(&ring, &more));
	assert_int_equal(harm.kind, kind);
	return harm;
}

static void nothing_is_told_of_a_healthy_arena(void **state)
{
	for (unsigned i = 0; i < 5000; i++)
		touch(i % SLOTS, i * 7 % arena.pages, 0);
	make_anew(1, 2);
	verify(&arena, &eye, &head);
	assert_int_equal(told(), 0);
	assert_int_equal(counts.mismatches, 0);
	assert_int_equal(head.pages_checked, SLOTS * arena.pages);
	assert_int_equal(head.pages_empty, 0);
	assert_int_equal(head.pages_looked, SLOTS * arena.pages);
	assert_int_equal(head.chore.since, 0);
	for (unsigned i = 0; i < WITNESS_COUNT; i++) {
		assert_string_equal(notes[i], "");
		assert_true(ring.looks[i] > 0);
	}
}

static void a_lost_pattern_is_told_on_touch(void **state)
{
	uint64_t before = clock_now();
	struct harm harm;

	touch(2, 5, 0);
	*arena_pattern_at(&arena, 2, 5) ^= 4;
	assert_int_equal(told(), 0);
	touch(2, 5, 0);
	harm = only(EVENT_data_lost);
	assert_int_equal(harm.slot, 2);
	assert_int_equal(harm.page, 5);
	assert_int_equal(harm.offset, 2048);
	assert_int_equal(harm.found ^ harm.expected, 4);
	assert_in_range(harm.when, before, clock_now());
	assert_int_equal(counts.mismatches, 1);
}

static void a_page_that_went_missing_is_told_at_the_end(void **state)
{
	madvise(arena_page(&arena, 1, 7), 4096, MADV_DONTNEED);
	verify(&arena, &eye, &head);
	assert_true(ring.told[EVENT_data_lost] >= 1);
	assert_int_equal(head.pages_checked, SLOTS * arena.pages);
}

/* What was given away may be gone. */
static void a_page_that_was_given_away_is_no_loss(void **state)
{
	arena.slot[1].dropped = 7 + 1;
	madvise(arena_page(&arena, 1, 7), 4096, MADV_DONTNEED);
	touch(1, 7, 8);
	make_anew(0, 1);
	verify(&arena, &eye, &head);
	assert_int_equal(told(), 0);
}

/* Each page wrong: some page of the sample is. */
static void a_slot_is_looked_at_before_it_is_made_anew(void **state)
{
	for (unsigned page = 0; page < arena.pages; page++)
		*arena_pattern_at(&arena, 0, page) ^= 1;
	make_anew(0, 1);
	assert_true(ring.told[EVENT_data_lost] >= 1);
	memset(&ring, 0, sizeof(ring));
	make_anew(0, 1);
	assert_int_equal(told(), 0);
}

/* The ring holds eight; the counts go on, each kind by itself. */
static void what_finds_no_room_is_counted(void **state)
{
	const struct arena_mismatch m = {.slot = 1};
	struct harm harm;

	for (unsigned i = 0; i < 100; i++)
		witness_tell(&eye, EVENT_data_lost, &m);
	witness_tell(&eye, EVENT_bad_page, &m);
	assert_int_equal(ring.told[EVENT_data_lost], 100);
	assert_int_equal(ring.told[EVENT_bad_page], 1);
	for (unsigned i = 0; i < HARM_RING; i++)
		assert_true(harm_take(&ring, &harm));
	assert_false(harm_take(&ring, &harm));
	witness_tell(&eye, EVENT_bad_page, &m);
	assert_true(harm_take(&ring, &harm));
	assert_int_equal(harm.kind, EVENT_bad_page);
}

static void who_is_not_wanted_does_not_look(void **state)
{
	static const struct run_plan plans[] = {{.verify = false, .witness = "all"},
						{.verify = true, .witness = "none"}};
	static const char *const why[] = {"switched off (verify = no)",
					  "switched off (witness = none)"};

	for (unsigned i = 0; i < ARRAY_SIZE(plans); i++) {
		open_with(&plans[i]);
		assert_int_equal(all.active, 0);
		assert_null(eye.hooks.made);
		for (unsigned w = 0; w < WITNESS_COUNT; w++)
			assert_string_equal(notes[w], why[i]);
		close_all(NULL);
	}
}

static void each_is_what_it_is_called(void **state)
{
	for (unsigned i = 0; i < WITNESS_COUNT; i++) {
		assert_non_null(witness_registry[i]);
		assert_ptr_equal(witness_find(witness_registry[i]->name), witness_registry[i]);
		assert_non_null(witness_registry[i]->help);
	}
	assert_null(witness_registry[WITNESS_COUNT]);
	assert_null(witness_find("patter"));
}

#define OVER_AN_ARENA(test) cmocka_unit_test_setup_teardown(test, open_all, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OVER_AN_ARENA(nothing_is_told_of_a_healthy_arena),
		OVER_AN_ARENA(a_lost_pattern_is_told_on_touch),
		OVER_AN_ARENA(a_page_that_went_missing_is_told_at_the_end),
		OVER_AN_ARENA(a_page_that_was_given_away_is_no_loss),
		OVER_AN_ARENA(a_slot_is_looked_at_before_it_is_made_anew),
		OVER_AN_ARENA(what_finds_no_room_is_counted),
		cmocka_unit_test(who_is_not_wanted_does_not_look),
		cmocka_unit_test(each_is_what_it_is_called),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
