/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Huge pages of each size that this kernel offers: the knobs of a run give that size and no other,
 * the arena's slots are such huge pages and it knows when they are not, a split is counted at that
 * size. That a slot is one huge page, the frames' flags say (/proc/kpageflags).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/missing.h"
#include "base/textfile.h"
#include "run/knobs.h"
#include "system/choice.h"
#include "system/thp.h"
#include "system/vmstat.h"
#include "memory/arena.h"
#include "memory/memory.h"
#include "told_given.h"

#define SLOTS 4

static struct thp_facts thp;
static struct journal *journal;
static struct error err;
static int storms; /* the lock that keeps them away */

static int apply(const struct run_plan *plan)
{
	static struct given given;
	struct wishes wishes;
	int ret;

	given = (struct given){.plan = *plan, .machine.host.thp = thp};
	told_given(&given);
	ret = wishes_make(&wishes, &given, &err);
	if (!ret)
		ret = knobs_apply(journal, &given, &wishes, &err);
	wishes_free(&wishes);
	return ret;
}

static const char *choice(uint64_t size)
{
	static char now[32];
	char path[128], text[128];

	assert_true(textfile_read(thp_size_path(size, "enabled", path, sizeof(path)), text,
				  sizeof(text)) > 0);
	assert_int_equal(choice_current(text, now, sizeof(now)), 0);
	return now;
}

static void need_sizes(void)
{
	if (!journal || !thp.anon.counted) {
		print_message("SKIP: %s\n",
			      journal ? "one size of huge page here, or not counted" : err.text);
		skip();
	}
}

static uint64_t frame(const char *at)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	uint64_t entry = 0;

	assert_int_equal(pread(fd, &entry, 8, (off_t)((uintptr_t)at / thp.page_bytes * 8)), 8);
	close(fd);
	assert_true(entry >> 63);
	return entry & ((1ull << 55) - 1);
}

static bool flag(uint64_t pfn, unsigned bit)
{
	int fd = open("/proc/kpageflags", O_RDONLY);
	uint64_t flags = 0;

	assert_int_equal(pread(fd, &flags, 8, (off_t)(pfn * 8)), 8);
	close(fd);
	return flags >> bit & 1;
}

/* Pages from @at on that are one folio whose head is @at's; 1 for a base page. */
static unsigned folio_pages(const char *at)
{
	uint64_t first = frame(at);
	unsigned pages = 1;

	if (!flag(first, KPF_COMPOUND_HEAD) || !flag(first, KPF_THP))
		return 1;
	while (flag(first + pages, KPF_COMPOUND_TAIL))
		pages++;
	return pages;
}

static void set_size(uint64_t size)
{
	struct run_plan plan = {.thp_size = size};

	assert_int_equal(apply(&plan), 0);
}

static void make(struct arena *a, size_t slot_bytes, struct arena_made *made)
{
	struct arena_made cold = {0};

	assert_int_equal(arena_create(a, &memory_anon, slot_bytes, thp.page_bytes, SLOTS, 1, &err),
			 0);
	/* The first time a checker's own memory faults as well. */
	assert_int_equal(arena_remake(a, 0, SLOTS, &cold), 0);
	memset(made, 0, sizeof(*made));
	assert_int_equal(arena_remake(a, 0, SLOTS, made), 0);
}

static void slots_are_huge_pages_of(uint64_t size)
{
	struct vmstat before, after;
	struct vmstat_files files;
	struct arena_made made;
	struct arena a;

	assert_int_equal(vmstat_open(&files, size), 0);
	assert_int_equal(vmstat_read(&files, &before), 0);
	make(&a, size, &made);
	assert_int_equal(made.huge, SLOTS);
	for (unsigned slot = 0; slot < SLOTS; slot++) {
		char *head = arena_page(&a, slot, 0);

		assert_int_equal(a.slot[slot].state, SLOT_WHOLE);
		assert_int_equal(folio_pages(head), a.pages);
		assert_int_equal(frame(arena_page(&a, slot, a.pages - 1)) - frame(head),
				 a.pages - 1);
		assert_int_equal(madvise(head + thp.page_bytes, thp.page_bytes, MADV_COLD), 0);
		assert_int_equal(folio_pages(head), 1);
	}
	assert_int_equal(vmstat_read(&files, &after), 0);
	assert_true(vmstat_delta(&before, &after, VMSTAT_size_anon_fault_alloc) >= SLOTS);
	assert_true(vmstat_delta(&before, &after, VMSTAT_size_split) >= SLOTS);
	if (size < thp.pmd_bytes)
		assert_true(vmstat_delta(&before, &after, VMSTAT_thp_split_page) < SLOTS);
	arena_destroy(&a);
	vmstat_close(&files);
}

static void each_size_is_made_and_split_as_such(void **state)
{
	need_sizes();
	for (uint64_t size = 1; size; size <<= 1) {
		if (!(thp.anon.counted & size) ||
		    (size == thp.pmd_bytes && !strcmp(thp.anon.all, "never")))
			continue;
		set_size(size);
		slots_are_huge_pages_of(size);
		assert_int_equal(journal_restore(journal, &err), 0);
	}
}

/* Huge pages, but half as large as the slots: two faults a slot, and no slot is whole. */
static void half_a_size_is_not_the_size(void **state)
{
	struct arena_made made;
	struct arena a;

	need_sizes();
	for (uint64_t size = 1; size < thp.pmd_bytes; size <<= 1) {
		if (!(thp.anon.sizes & size))
			continue;
		set_size(size);
		make(&a, 2 * size, &made);
		assert_int_equal(folio_pages(arena_page(&a, 0, 0)), size / thp.page_bytes);
		assert_int_equal(made.huge, 0);
		assert_int_equal(made.small, SLOTS);
		arena_destroy(&a);
		assert_int_equal(journal_restore(journal, &err), 0);
	}
}

/* Whatever the owner has set. */
static void only_the_size_of_the_run_is_on(void **state)
{
	struct run_plan plan = {.thp_enabled = THP_MADVISE};
	uint64_t small = thp.anon.counted & -thp.anon.counted;
	char path[128], was[32];

	need_sizes();
	snprintf(was, sizeof(was), "%s", choice(small));
	thp_size_path(small, "enabled", path, sizeof(path));
	assert_int_equal(textfile_write(path, "always"), 0);
	assert_int_equal(apply(&plan), 0);
	for (uint64_t size = 1; size; size <<= 1) {
		if (thp.anon.sizes & size)
			assert_string_equal(choice(size),
					    size == thp.pmd_bytes ? "inherit" : "never");
	}
	assert_int_equal(journal_restore(journal, &err), 0);
	assert_string_equal(choice(small), "always");

	/* Nothing is touched where things are to stay as they are. */
	plan.thp_enabled = THP_KEEP;
	assert_int_equal(apply(&plan), 0);
	assert_string_equal(choice(small), "always");
	plan.thp_size = small;
	assert_int_equal(apply(&plan), 0);
	assert_string_equal(choice(small), "madvise");
	assert_int_equal(journal_restore(journal, &err), 0);
	assert_int_equal(textfile_write(path, was), 0);
}

static int begin(void **state)
{
	int failed;

	/* A storm of somebody else sets these knobs too, and so does another run of this test. */
	storms = open("/proc/self/ns/time", O_RDONLY);
	if (storms >= 0)
		assert_int_equal(flock(storms, LOCK_EX), 0);
	thp_read(&thp);
	if (geteuid())
		snprintf(err.text, sizeof(err.text), "needs root");
	else
		journal = journal_open(NULL, NULL, &failed, &err);
	return 0;
}

static int end(void **state)
{
	journal_close(journal);
	close(storms);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_size_is_made_and_split_as_such),
		cmocka_unit_test(half_a_size_is_not_the_size),
		cmocka_unit_test(only_the_size_of_the_run_is_on),
	};

	return cmocka_run_group_tests_name("sizes", tests, begin, end);
}
