/* SPDX-License-Identifier: GPL-2.0-only */
/* The arena: slots become huge pages and are seen to be, aim and pattern are right, losses show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "base/textfile.h"
#include "measure/clock.h"
#include "system/thp.h"
#include "system/vmstat.h"
#include "measure/clock.h"
#include "memory/arena.h"
#include "memory/memory.h"

static struct arena arena;
static struct thp_facts thp;

static int make(void **state)
{
	struct arena_made made = {0};
	struct error err;

	thp_read(&thp);
	if (!thp.present || !strcmp(thp.anon.all, "never"))
		return 0;
	if (arena_create(&arena, &memory_anon, thp.pmd_bytes, thp.page_bytes, 4, 2, &err))
		return -1;
	return arena_remake(&arena, 0, 4, &made);
}

static int unmake(void **state)
{
	arena_destroy(&arena);
	return 0;
}

static void skip_without_thp(void)
{
	if (!arena.base) {
		print_message("SKIP: transparent huge pages are absent or switched off\n");
		skip();
	}
}

/* What /proc/self/smaps says of the arena: huge pages that are mapped whole. */
static unsigned huge_in_smaps(void)
{
	unsigned long from, to, kib = 0, n;
	bool inside = false;
	char line[512];
	FILE *f = fopen("/proc/self/smaps", "r");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside = from < (unsigned long)arena.base + 4 * thp.pmd_bytes &&
				 to > (unsigned long)arena.base;
		else if (inside && sscanf(line, "AnonHugePages: %lu kB", &n) == 1)
			kib += n;
	}
	fclose(f);
	return (unsigned)(kib * 1024 / thp.pmd_bytes);
}

/* How many of the slots a remake made huge. Memory may have none left; khugepaged may make more. */
static unsigned remake_all(struct arena_made *made)
{
	unsigned huge = 0, whole = 0, mapped = 0;

	for (int tries = 0; tries < 3; tries++) {
		unsigned before = (unsigned)made->huge;

		assert_int_equal(arena_remake(&arena, 0, 4, made), 0);
		mapped = huge_in_smaps();
		huge = (unsigned)made->huge - before;
		whole = 0;
		for (unsigned i = 0; i < 4; i++)
			whole += arena.slot[i].state == SLOT_WHOLE;
		assert_int_equal(whole, huge);
		if (mapped == huge && huge)
			return huge;
	}
	assert_int_equal(mapped, huge);
	print_message("SKIP: the kernel has no huge page left\n");
	skip();
	return 0;
}

static void remake_gives_huge_pages(void **state)
{
	struct arena_made made = {0};
	struct vmstat before, after;
	struct vmstat_files files;

	skip_without_thp();
	assert_int_equal(vmstat_open(&files, 0), 0);
	vmstat_read(&files, &before);
	remake_all(&made);
	vmstat_read(&files, &after);
	assert_true(vmstat_delta(&before, &after, VMSTAT_thp_fault_alloc) >= made.huge);
	vmstat_close(&files);
}

/* What the check is there for: memory that can't be huge must be seen as small. */
static void small_pages_are_seen(void **state)
{
	struct arena_made made = {0};
	struct arena small;
	struct error err;
	size_t page = thp.page_bytes ? thp.page_bytes : 4096;

	/* Half a huge page, and none of a smaller size, whatever this machine's knobs allow. */
	skip_without_thp();
	assert_int_equal(arena_create(&small, &memory_anon, thp.pmd_bytes / 2, page, 3, 1, &err),
			 0);
	assert_int_equal(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0), 0);
	assert_int_equal(arena_remake(&small, 0, 1, &made), 0);
	assert_int_equal(prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0), 0);
	assert_int_equal(made.small, 1);
	assert_int_equal(made.huge, 0);
	assert_int_not_equal(small.slot[0].state, SLOT_WHOLE);
	arena_destroy(&small);
}

static void split_then_remake_is_huge_again(void **state)
{
	struct arena_made made = {0};
	struct vmstat before, after;
	struct vmstat_files files;
	uint64_t split = 0;

	skip_without_thp();
	assert_int_equal(vmstat_open(&files, 0), 0);
	vmstat_read(&files, &before);
	for (int round = 0; round < 3; round++) {
		unsigned huge = remake_all(&made), left = huge;

		/* A split fails while somebody else holds the page, reclaim say. */
		for (int tries = 0; left && tries < 1000; tries++) {
			for (unsigned i = 0; i < 4; i++)
				madvise(arena_page(&arena, i, 3), thp.page_bytes,
					20 /* MADV_COLD */);
			left = huge_in_smaps();
		}
		assert_int_equal(left, 0);
		split += huge;
	}
	vmstat_read(&files, &after);
	/* Others may split theirs meanwhile, so "at least". */
	assert_true(vmstat_delta(&before, &after, VMSTAT_thp_split_page) >= split);
	vmstat_close(&files);
}

/* The first of them into @first. */
static unsigned wrong_pages(struct arena_mismatch *first)
{
	unsigned wrong = 0;

	for (unsigned i = 0; i < arena.slots * arena.pages; i++) {
		struct arena_mismatch m;

		if (arena_check(&arena, i / arena.pages, i % arena.pages, &m) == CONTENT_WRONG &&
		    !wrong++)
			*first = m;
	}
	return wrong;
}

static void patterns_hold_and_losses_show(void **state)
{
	struct arena_mismatch m;
	struct arena_made made = {0};

	skip_without_thp();
	arena_remake(&arena, 0, 4, &made);
	assert_int_equal(wrong_pages(&m), 0);

	*arena_pattern_at(&arena, 2, 5) ^= 1;
	assert_int_equal(wrong_pages(&m), 1);
	assert_int_equal(m.slot, 2);
	assert_int_equal(m.page, 5);
	assert_int_equal(m.found ^ m.expected, 1);
	assert_int_equal(arena_check(&arena, 2, 5, &m), CONTENT_WRONG);

	/* A page that went missing reads as zero. */
	madvise(arena_page(&arena, 1, 7), thp.page_bytes, MADV_DONTNEED);
	assert_int_equal(wrong_pages(&m), 2);
	arena.slot[1].dropped = 7 + 1;
	assert_int_equal(wrong_pages(&m), 1);
	/* Zero is allowed there, something else is not. */
	*arena_pattern_at(&arena, 1, 7) = 99;
	assert_int_equal(wrong_pages(&m), 2);

	/* Content of another slot or generation is wrong too. */
	arena_remake(&arena, 0, 4, &made);
	*arena_pattern_at(&arena, 0, 0) = arena_pattern(&arena, 1, 0, arena.slot[1].generation);
	assert_int_equal(arena_check(&arena, 0, 0, &m), CONTENT_WRONG);
	*arena_pattern_at(&arena, 0, 0) = arena_pattern(&arena, 0, 0, arena.slot[0].generation - 2);
	assert_int_equal(arena_check(&arena, 0, 0, &m), CONTENT_WRONG);
	/* While a slot is being remade nothing can be said. */
	arena.slot[0].generation |= 1;
	assert_int_equal(arena_check(&arena, 0, 0, &m), CONTENT_UNKNOWN);
	/* Nor of one that never was. */
	arena.slot[0].generation = 0;
	assert_int_equal(arena_check(&arena, 0, 0, &m), CONTENT_EMPTY);
	arena_remake(&arena, 0, 4, &made);
}

static void aim_goes_where_it_is_told(void **state)
{
	struct group_plan g = {.target = TARGET_HOT_TAIL};
	struct aim_point at;
	struct rng rng;
	bool page_seen[4] = {false};

	skip_without_thp();
	rng_seed(&rng, 1);
	arena_cool(&arena, 0);
	arena_cool(&arena, 1);
	assert_false(arena_aim(&arena, &g, &rng, &at));

	arena_slot_begin(&arena, 1, 3);
	for (int i = 0; i < 1000; i++) {
		assert_true(arena_aim(&arena, &g, &rng, &at));
		assert_int_equal(at.slot, 3);
		assert_in_range(at.page, 1, arena.pages - 1);
		assert_ptr_equal(at.addr, arena_page(&arena, 3, at.page));
		assert_true(at.hot);
	}
	arena_slot_end(&arena, 3, SLOT_SPLIT);
	assert_true(arena_aim(&arena, &g, &rng, &at));
	assert_false(at.hot);

	g.target = TARGET_HOT_HEAD;
	assert_true(arena_aim(&arena, &g, &rng, &at));
	assert_int_equal(at.page, 0);

	g.offset = OFFSET_CROSS;
	assert_true(arena_aim(&arena, &g, &rng, &at));
	assert_in_range(at.addr, arena_page(&arena, 3, 0) - ARENA_BUFFER_MAX,
			arena_page(&arena, 3, 0) - 1);

	g.target = TARGET_RANDOM;
	for (int i = 0; i < 1000; i++) {
		assert_true(arena_aim(&arena, &g, &rng, &at));
		assert_in_range(at.slot, 0, 3);
		page_seen[at.slot] = true;
	}
	assert_true(page_seen[0] && page_seen[1] && page_seen[2] && page_seen[3]);
	arena_cool(&arena, 1);
}

/* A read before the fill would map the huge zero page, and the slot come out small on old kernels.
 */
static void a_slot_that_is_being_made_is_not_aimed_at(void **state)
{
	struct group_plan g = {.target = TARGET_RANDOM};
	struct aim_point at;
	unsigned found = 0;
	struct rng rng;

	skip_without_thp();
	rng_seed(&rng, 1);
	for (unsigned i = 0; i < 3; i++)
		arena.slot[i].generation |= 1;
	for (int i = 0; i < 1000; i++) {
		if (!arena_aim(&arena, &g, &rng, &at))
			continue;
		found++;
		assert_int_equal(at.slot, 3);
	}
	assert_true(found);
	arena.slot[3].generation |= 1;
	for (int i = 0; i < 1000; i++)
		assert_false(arena_aim(&arena, &g, &rng, &at));
	for (unsigned i = 0; i < 4; i++)
		arena.slot[i].generation++;
}

/* How far it is, for the record of a storm that ends meanwhile. */
static void remaking_tells_how_far_it_is(void **state)
{
	uint32_t so_far = 0;
	uint64_t began = clock_now(), since = 0;
	struct arena_made made = {.so_far = &so_far, .since = &since};

	skip_without_thp();
	assert_int_equal(arena_remake(&arena, 1, 3, &made), 0);
	assert_int_equal(so_far, 3);
	assert_in_range(since, began + 1, clock_now());
}

/* A faulter's buffer may not reach the pattern, neither from its page nor across a boundary. */
static void buffers_miss_the_pattern(void **state)
{
	skip_without_thp();
	for (unsigned page = 0; page + 1 < arena.pages; page++) {
		char *pattern = (char *)arena_pattern_at(&arena, 0, page);

		assert_true(arena_page(&arena, 0, page) + ARENA_BUFFER_MAX <= pattern);
		assert_true(pattern + sizeof(uint64_t) <= arena_page(&arena, 0, page + 1) - 4);
	}
}

static void writers_are_announced(void **state)
{
	struct arena_made made = {0};
	uint64_t started = arena.writers_started;

	skip_without_thp();
	arena_remake(&arena, 0, 4, &made);
	assert_int_equal(arena.writers_started, started + 1);
	assert_int_equal(arena.writers_done, arena.writers_started);
}

static void impossible_arenas_are_refused(void **state)
{
	struct arena a;
	struct error err = {""};

	assert_int_equal(arena_create(&a, &memory_anon, 2 * MIB, 4 * KIB, 0, 1, &err), -22);
	assert_non_null(strstr(err.text, "impossible"));
	assert_int_equal(arena_create(&a, &memory_anon, 4 * KIB, 4 * KIB, 8, 1, &err), -22);
	arena_destroy(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(remake_gives_huge_pages),
		cmocka_unit_test(small_pages_are_seen),
		cmocka_unit_test(split_then_remake_is_huge_again),
		cmocka_unit_test(patterns_hold_and_losses_show),
		cmocka_unit_test(aim_goes_where_it_is_told),
		cmocka_unit_test(a_slot_that_is_being_made_is_not_aimed_at),
		cmocka_unit_test(remaking_tells_how_far_it_is),
		cmocka_unit_test(buffers_miss_the_pattern),
		cmocka_unit_test(writers_are_announced),
		cmocka_unit_test(impossible_arenas_are_refused),
	};

	return cmocka_run_group_tests_name("arena", tests, make, unmake);
}
