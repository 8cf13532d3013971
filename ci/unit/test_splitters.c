/* SPDX-License-Identifier: GPL-2.0-only */
/* The rounds of splitters over an arena whose slots come out as the test says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "memory/memory.h"
#include "workers/book.h"
#include "workers/worker.h"

#define SLOTS 4

extern const struct worker_ops worker_split_dontneed;

static off_t written(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	return st.st_size;
}

/* The range's last slot is not huge, so no operation ever ends the round. */
static void the_shrinker_runs_also_where_the_last_slot_is_small(void **state)
{
	const struct run_plan plan = {.verify = false};
	const struct group_plan group = {.threads = 1};
	/* Aligned to a cache line, which calloc() does not promise. */
	static struct worker_share share;
	struct worker w = {.ops = &worker_split_dontneed,
			   .plan = &plan,
			   .group = &group,
			   .share = &share,
			   .counts = &share.storm,
			   .range = {.count = SLOTS, .next = SLOTS}};
	struct arena arena;
	struct error err;
	unsigned split = 0;
	int fd = memfd_create("drop_caches", 0);

	/* The worker's state begins with the file that it writes to. */
	w.state = test_calloc(1, w.ops->state_size);
	memcpy(w.state, &fd, sizeof(fd));
	assert_int_equal(arena_create(&arena, &memory_anon, 2 * MIB, 4096, SLOTS, 1, &err), 0);
	w.arena = &arena;
	for (unsigned round = 0; round < 2; round++) {
		/* Between two rounds nothing is aimed at where every slot came out small. */
		w.ops->aim(&w);
		for (unsigned i = 0; i < SLOTS; i++)
			arena.slot[i].state = i + 1 < SLOTS ? SLOT_WHOLE : SLOT_SPLIT;
		w.range.next = 0;
		while (w.range.next < w.range.count) {
			if (!w.ops->aim(&w))
				break;
			w.ops->step(&w);
			w.ops->settle(&w);
			/* Of its page 0 is no loss. */
			assert_int_equal(arena.slot[w.at.slot].dropped, w.at.page + 1);
			split++;
		}
		assert_int_equal(written(fd), round);
		assert_int_equal(ftruncate(fd, 0), 0);
	}
	assert_int_equal(split, 2 * (SLOTS - 1));
	arena_destroy(&arena);
	close(fd);
	test_free(w.state);
}

/* "made: 8 on node 0" counts huge pages, not what is mapped. */
static void only_what_is_huge_is_made(void **state)
{
	uint32_t on_node[NODE_IDS_MAX] = {0};
	struct arena_made made = {0};
	struct arena arena;
	unsigned sum = 0;
	struct error err;

	assert_int_equal(arena_create(&arena, &memory_anon, 64 * KIB, 4096, SLOTS, 1, &err), 0);
	assert_int_equal(arena_remake(&arena, 0, SLOTS, &made), 0);
	for (unsigned i = 0; i < SLOTS; i++)
		arena.slot[i].state = i == 1 ? SLOT_SPLIT : SLOT_WHOLE;
	book_nodes(&arena, 0, SLOTS, on_node);
	for (unsigned n = 0; n < ARRAY_SIZE(on_node); n++)
		sum += on_node[n];
	arena_destroy(&arena);
	if (!sum)
		skip(); /* a kernel without NUMA */
	assert_int_equal(sum, SLOTS - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shrinker_runs_also_where_the_last_slot_is_small),
		cmocka_unit_test(only_what_is_huge_is_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
