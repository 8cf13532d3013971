/* SPDX-License-Identifier: GPL-2.0-only */
/* Where pages lie: those that are there are counted, the others not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "system/residence.h"

#define PAGES 300 /* more than one batch */

static uint32_t on_node[TOPOLOGY_NODES_MAX];

static unsigned sum(void)
{
	unsigned n = 0;

	for (int i = 0; i < TOPOLOGY_NODES_MAX; i++)
		n += on_node[i];
	return n;
}

static void what_is_present_is_counted(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), bytes = PAGES * page;
	char *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int ret;

	assert_true(at != MAP_FAILED);
	ret = residence_add(at, page, PAGES, on_node);
	if (ret == -ENOSYS)
		skip();
	assert_int_equal(ret, 0);
	assert_int_equal(sum(), 0);
	for (unsigned i = 0; i < PAGES; i += 3)
		at[i * page] = 1;
	assert_int_equal(residence_add(at, page, PAGES, on_node), 0);
	assert_int_equal(sum(), (PAGES + 2) / 3);
	munmap(at, bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_present_is_counted),
	};

	return cmocka_run_group_tests_name("residence", tests, NULL, NULL);
}
