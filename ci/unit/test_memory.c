/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Each kind of memory in the registry: its slots become huge pages, as /proc/self/smaps has them, and
 * do so again after a split; small pages are seen; what is written stays. A kind whose THP knob is
 * off is skipped: the knob is the machine's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "base/missing.h"
#include "memory/arena.h"
#include "memory/memory.h"
#include "workers/worker.h"

#define SLOTS  4
#define TRIES  1000
#define REMADE 3
#define CASES  3 /* of each kind */

static struct given given;
static struct arena arena;

/* What a run that sets no knob would say. */
static int usable(const struct memory_ops *memory)
{
	const struct needer who = {.name = memory->name, .given = &given, .memory = memory};
	struct error why = {""};
	int ret;

	memset(&given, 0, sizeof(given));
	thp_read(&given.machine.host.thp);
	given.plan.thp_enabled = THP_KEEP;
	ret = needs_check(memory->needs, &who, &why);
	if (ret)
		print_message("SKIP: %s: %s\n", memory->name, why.text);
	return ret;
}

static void open_arena(const struct memory_ops *memory)
{
	const struct thp_facts *thp = &given.machine.host.thp;
	struct error err = {""};

	if (usable(memory))
		skip();
	assert_int_equal(
		arena_create(&arena, memory, thp->pmd_bytes, thp->page_bytes, SLOTS, 1, &err), 0);
}

static int close_arena(void **state)
{
	prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
	arena_destroy(&arena);
	return 0;
}

/* Slots mapped by PMDs, of whatever kind. */
static unsigned huge_in_smaps(void)
{
	static const char *const fields[] = {"AnonHugePages: %lu kB", "ShmemPmdMapped: %lu kB",
					     "FilePmdMapped: %lu kB"};
	unsigned long from, to, base = (unsigned long)arena.base, kib = 0, n;
	FILE *f = fopen("/proc/self/smaps", "r");
	bool inside = false;
	char line[512];

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside = from < base + SLOTS * arena.slot_bytes && to > base;
		for (size_t i = 0; inside && i < ARRAY_SIZE(fields); i++) {
			if (sscanf(line, fields[i], &n) == 1)
				kib += n;
		}
	}
	fclose(f);
	return (unsigned)(kib * 1024 / arena.slot_bytes);
}

/* Huge pages that the kernel had no memory for, so far. */
static uint64_t fallbacks(void)
{
	FILE *f = fopen("/proc/vmstat", "r");
	uint64_t count, sum = 0;
	char name[64];

	assert_non_null(f);
	while (fscanf(f, "%63s %" SCNu64, name, &count) == 2) {
		if (!strcmp(name, "thp_fault_fallback") || !strcmp(name, "thp_file_fallback"))
			sum += count;
	}
	fclose(f);
	return sum;
}

/* Memory may have no huge page left, and somebody may split or collapse one meanwhile. */
static void remake(void)
{
	uint64_t before = fallbacks();
	unsigned mapped = 0;
	struct arena_made made;

	for (int tries = 0; tries < 3; tries++) {
		made = (struct arena_made){0};
		assert_int_equal(arena_remake(&arena, 0, SLOTS, &made), 0);
		assert_int_equal(made.huge + made.small, SLOTS);
		mapped = huge_in_smaps();
		if (mapped == made.huge && mapped)
			return;
	}
	assert_int_equal(mapped, made.huge);
	if (!made.huge && fallbacks() > before) {
		print_message("SKIP: the kernel has no huge page left\n");
		skip();
	}
	assert_true(made.huge);
}

/* A split fails while somebody else holds the page. */
static void split_all(void)
{
	unsigned left = huge_in_smaps();

	for (int tries = 0; left && tries < TRIES; tries++) {
		for (unsigned slot = 0; slot < SLOTS; slot++)
			madvise(arena_page(&arena, slot, 3), arena.page_bytes, MADV_COLD);
		left = huge_in_smaps();
	}
	assert_int_equal(left, 0);
}

static void assert_content(void)
{
	for (unsigned i = 0; i < SLOTS * arena.pages; i++) {
		struct arena_mismatch what;

		assert_int_equal(arena_check(&arena, i / arena.pages, i % arena.pages, &what),
				 CONTENT_RIGHT);
	}
}

static void slots_become_huge_again(void **state)
{
	open_arena(*state);
	for (int round = 0; round < REMADE; round++) {
		remake();
		split_all();
	}
}

static void small_pages_are_seen(void **state)
{
	struct arena_made made = {0};

	open_arena(*state);
	assert_int_equal(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0), 0);
	assert_int_equal(arena_remake(&arena, 0, SLOTS, &made), 0);
	assert_int_equal(prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0), 0);
	assert_int_equal(huge_in_smaps(), 0);
	assert_int_equal(made.huge, 0);
	assert_int_equal(made.small, SLOTS);
}

/* Through a split, and not from one generation to the next. */
static void patterns_hold(void **state)
{
	struct arena_made made = {0};
	uint64_t last;

	open_arena(*state);
	remake();
	assert_content();
	split_all();
	assert_content();
	last = *arena_pattern_at(&arena, 1, 7);
	assert_int_equal(arena_remake(&arena, 1, 1, &made), 0);
	assert_int_not_equal(*arena_pattern_at(&arena, 1, 7), last);
	assert_content();
	*arena_pattern_at(&arena, 2, 5) ^= 1;
	assert_int_equal(arena_check(&arena, 2, 5, &(struct arena_mismatch){0}), CONTENT_WRONG);
}

/* A splitter that never splits that kind, before it ends as a storm without effect. */
static void shared_memory_refuses_what_cannot_split_it(void **state)
{
	unsigned refused = 0;

	for (const struct worker_ops *const *ops = worker_registry; *ops; ops++) {
		struct needer who = {.name = (*ops)->name, .given = &given};
		const struct need *const *need = (*ops)->needs;
		struct error why = {""};

		while (need && *need && *need != &need_anonymous)
			need++;
		if (!need || !*need)
			continue;
		refused++;
		who.memory = memory_find("shmem");
		assert_int_equal((*need)->check(*need, &who, &why), -ENOTSUP);
		assert_non_null(strstr(why.text, (*ops)->name));
		assert_non_null(strstr(why.text, "not memory = shmem"));
		who.memory = &memory_anon;
		assert_int_equal((*need)->check(*need, &who, &why), 0);
	}
	assert_int_equal(refused, 2);
}

int main(void)
{
	static const struct CMUnitTest each[CASES] = {
		cmocka_unit_test_teardown(slots_become_huge_again, close_arena),
		cmocka_unit_test_teardown(small_pages_are_seen, close_arena),
		cmocka_unit_test_teardown(patterns_hold, close_arena),
	};
	static const struct CMUnitTest one[] = {
		cmocka_unit_test(shared_memory_refuses_what_cannot_split_it),
	};
	int failed = cmocka_run_group_tests_name("memory", one, NULL, NULL);

	for (const struct memory_ops *const *ops = memory_registry; *ops; ops++) {
		struct CMUnitTest tests[CASES];

		for (size_t i = 0; i < CASES; i++) {
			tests[i] = each[i];
			tests[i].initial_state = (void *)*ops;
		}
		failed += cmocka_run_group_tests_name((*ops)->name, tests, NULL, NULL);
	}
	return failed;
}
