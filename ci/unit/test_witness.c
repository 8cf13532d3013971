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
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure/clock.h"
#include "memory/mapping.h"
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
static struct site_share head;

static void make_anew(unsigned first, unsigned count)
{
	struct arena_made made = {.hooks = eye.hooks};

	assert_int_equal(arena_remake(&arena, first, count, &made), 0);
}

/* An arena with those witnesses that @plan names, made once; huge pages or not makes no difference. */
static void open_with(const struct memory_ops *memory, const struct run_plan *plan)
{
	struct error err;

	memset(&ring, 0, sizeof(ring));
	memset(&head, 0, sizeof(head));
	memset(&counts, 0, sizeof(counts));
	assert_int_equal(arena_create(&arena, memory, 2 * MIB, 4096, SLOTS, 1, &err), 0);
	witnesses_open(&all, &arena, plan, notes);
	onlooker_begin(&eye, &all, &ring, &now, 1, 0);
	make_anew(0, SLOTS);
}

static const struct run_plan everybody = {.verify = true, .witness = "all"};

static int open_all(void **state)
{
	open_with(&memory_anon, &everybody);
	return 0;
}

static int close_all(void **state)
{
	witnesses_close(&all);
	arena_destroy(&arena);
	return 0;
}

static uint64_t *word_of(unsigned slot, unsigned page, unsigned offset)
{
	return (uint64_t *)(arena_page(&arena, slot, page) + offset);
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
	/* Not taken yet, and nothing of what a call has written there has to be. */
	touch(1, 7, 8);
	*word_of(1, 7, 1024) ^= 1;
	for (unsigned i = 0; i < 64; i++)
		touch(1, 7, 8);
	assert_int_equal(told(), 0);
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

static struct harm last_of_many(unsigned touches, unsigned slot, unsigned page)
{
	for (unsigned i = 0; i < touches; i++)
		touch(slot, page, 0);
	return only(EVENT_data_lost);
}

static void a_word_that_changed_is_told(void **state)
{
	static const unsigned offsets[] = {320, 2040, 2056, 4080};

	for (unsigned i = 0; i < ARRAY_SIZE(offsets); i++) {
		for (unsigned page = 0; page < 16; page++) {
			uint64_t *word = word_of(1, page, offsets[i]);
			struct harm harm;

			memset(&ring, 0, sizeof(ring));
			*word ^= 1ull << 40;
			harm = last_of_many(32, 1, page);
			*word ^= 1ull << 40;
			assert_int_equal(harm.page, page);
			assert_int_equal(harm.offset, offsets[i]);
			assert_int_equal(harm.found ^ harm.expected, 1ull << 40);
		}
	}
}

/* Some pages hold words, each another, and each in its place. */
static void words_that_changed_places_are_told(void **state)
{
	unsigned filled = 0;

	for (unsigned page = 0; page < arena.pages; page++) {
		uint64_t *a = word_of(0, page, 1024), *b = word_of(0, page, 1032), was = *a;

		if (!was)
			continue;
		filled++;
		*a = *b;
		*b = was;
	}
	assert_in_range(filled, arena.pages / 16, arena.pages / 4);
	verify(&arena, &eye, &head);
	assert_int_equal(ring.told[EVENT_data_lost], filled);
}

/* As where a store goes to a page that is no longer there: it returned, and nothing is to be seen. */
static void a_store_that_was_lost_is_told(void **state)
{
	uint64_t mark = *word_of(1, 300, 0);
	struct harm harm;

	touch(1, 300, 8);
	make_anew(0, 1);
	assert_int_equal(told(), 0);
	make_anew(1, 1);
	harm = only(EVENT_store_lost);
	assert_int_equal(harm.slot, 1);
	assert_int_equal(harm.page, 300);
	assert_int_equal(harm.found, mark);
	memset(&ring, 0, sizeof(ring));
	/* At the end as well. */
	touch(2, 511, 8);
	verify(&arena, &eye, &head);
	assert_int_equal(only(EVENT_store_lost).page, 511);
}

/* Of each kind of store, also of one that lies half in the page before. */
static void a_store_that_landed_is_no_loss(void **state)
{
	struct aim_point old = {.slot = 1, .page = 9, .generation = arena.slot[1].generation};
	char *page = arena_page(&arena, 1, 5);
	uint64_t address = (uintptr_t)page - 4;

	memcpy(page - 4, &address, sizeof(address));
	touch(1, 5, sizeof(address));
	memset(arena_page(&arena, 1, 6), 0, 64);
	touch(1, 6, 64);
	*word_of(1, 7, 0) = (uintptr_t)word_of(1, 7, 0);
	touch(1, 7, 8);
	/* One that returned after its slot was made anew. */
	make_anew(1, 1);
	onlooker_touched(&eye, &old, 8);
	make_anew(1, 1);
	verify(&arena, &eye, &head);
	assert_int_equal(told(), 0);
}

/* A kind of memory that takes the two sides of a fork for one. */
static int map_shared(struct arena *a, unsigned first, unsigned count)
{
	return memory_map_anew(a, first, count, MAP_SHARED, -1);
}

static const struct memory_ops leaks = {
	.name = "leaks", .make = map_shared, .is_huge = memory_filled_at_once};

static void a_write_of_the_other_side_is_told(void **state)
{
	open_with(&leaks, &everybody);
	verify(&arena, &eye, &head);
	/* Each page, by the parent and by the child. */
	assert_int_equal(ring.told[EVENT_cow_leak], 2 * SLOTS * arena.pages);
	assert_int_equal(told(), ring.told[EVENT_cow_leak]);
	close_all(NULL);
}

static pid_t child;

static unsigned one_child(const struct arena *a, unsigned slot, pid_t *pid, unsigned max)
{
	*pid = child;
	return slot == 1;
}

static void fork_child(void)
{
	child = fork();
	assert_true(child >= 0);
	if (child)
		return;
	for (;;)
		pause();
}

/* While the storm goes on: where the memory's kind has children. */
static void a_child_that_shares_a_slot_is_looked_at(void **state)
{
	struct memory_ops kinds[] = {leaks, memory_anon};

	for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
		kinds[i].sharers = one_child;
		open_with(&kinds[i], &everybody);
		fork_child();
		for (unsigned n = 0; n < 1000; n++)
			touch(n % SLOTS, n % arena.pages, 0);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		assert_true(ring.looks[WITNESS_COUNT - 1] > 0);
		assert_int_equal(ring.told[EVENT_cow_leak] > 0, !i);
		close_all(NULL);
	}
}

static void what_a_fork_shares_is_no_leak(void **state)
{
	const struct memory_ops *shmem = memory_find("shmem");

	open_with(shmem, &everybody);
	verify(&arena, &eye, &head);
	assert_int_equal(told(), 0);
	assert_string_equal(notes[WITNESS_COUNT - 1],
			    "memory = shmem: both sides of a fork share what they write");
	close_all(NULL);
}

static void who_is_not_wanted_does_not_look(void **state)
{
	static const struct run_plan plans[] = {{.verify = false, .witness = "all"},
						{.verify = true, .witness = "none"}};
	static const char *const why[] = {"switched off (verify = no)",
					  "switched off (witness = none)"};

	for (unsigned i = 0; i < ARRAY_SIZE(plans); i++) {
		open_with(&memory_anon, &plans[i]);
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
		OVER_AN_ARENA(a_word_that_changed_is_told),
		OVER_AN_ARENA(words_that_changed_places_are_told),
		OVER_AN_ARENA(a_store_that_was_lost_is_told),
		OVER_AN_ARENA(a_store_that_landed_is_no_loss),
		cmocka_unit_test(a_write_of_the_other_side_is_told),
		cmocka_unit_test(a_child_that_shares_a_slot_is_looked_at),
		cmocka_unit_test(what_a_fork_shares_is_no_leak),
		cmocka_unit_test(who_is_not_wanted_does_not_look),
		cmocka_unit_test(each_is_what_it_is_called),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
