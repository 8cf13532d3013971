/* SPDX-License-Identifier: GPL-2.0-only */
/* What movers ask the kernel for, on nodes that this machine does not have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "run/segment.h"
#include "workers/mover.h"

extern const struct worker_ops worker_move_mbind;

static struct node_mask asked;
static unsigned long maxnode;
static unsigned calls;

long __wrap_mbind(void *addr, unsigned long bytes, int mode, const unsigned long *mask,
		  unsigned long max, unsigned flags);

long __wrap_mbind(void *addr, unsigned long bytes, int mode, const unsigned long *mask,
		  unsigned long max, unsigned flags)
{
	memset(&asked, 0, sizeof(asked));
	memcpy(&asked, mask, (max - 1 + 7) / 8);
	maxnode = max;
	calls++;
	return 0;
}

static void assert_asked_for(int node)
{
	for (int n = 0; n < NODE_IDS_MAX; n++) {
		bool set = asked.word[(unsigned)n / NODE_MASK_WORD_BITS] >>
				   ((unsigned)n % NODE_MASK_WORD_BITS) &
			   1;

		assert_int_equal(set, n == node);
	}
	/* The kernel takes one off: mm/mempolicy.c, get_nodes(). */
	assert_true(maxnode - 1 > (unsigned)node);
}

static const int node[] = {0, 1, 63, 64, 252, 253, 254, 255, NODE_IDS_MAX - 1};

static void mbind_names_the_node(void **state)
{
	struct mover mover = {0};
	struct arena arena = {.slot_bytes = 2 * MIB};
	struct worker w = {.ops = &worker_move_mbind, .state = &mover, .arena = &arena};

	for (size_t i = 0; i < ARRAY_SIZE(node); i++) {
		mover.to = node[i];
		w.ops->ready(&w);
		w.ops->step(&w);
		assert_asked_for(node[i]);
	}
	assert_int_equal(calls, ARRAY_SIZE(node));
}

/* A worker's part of the shared segment lies on its node. */
static void the_segment_names_the_node(void **state)
{
	struct share share;
	struct error err;

	for (size_t i = 0; i < ARRAY_SIZE(node); i++) {
		const short nodes[] = {(short)node[i]};

		assert_int_equal(share_create(&share, 1, 1, nodes, &err), 0);
		assert_asked_for(node[i]);
		share_destroy(&share);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mbind_names_the_node),
		cmocka_unit_test(the_segment_names_the_node),
	};

	return cmocka_run_group_tests_name("movers", tests, NULL, NULL);
}
