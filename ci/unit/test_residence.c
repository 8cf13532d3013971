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

static uint32_t on_node[NODE_IDS_MAX];

static bool told; /* or what the kernel says */

long __wrap_move_pages(int pid, unsigned long count, void **page, const int *node, int *status,
		       int flags);
long __real_move_pages(int pid, unsigned long count, void **page, const int *node, int *status,
		       int flags);

long __wrap_move_pages(int pid, unsigned long count, void **page, const int *node, int *status,
		       int flags)
{
	if (!told)
		return __real_move_pages(pid, count, page, node, status, flags);
	for (unsigned long i = 0; i < count; i++)
		status[i] = i == 8 ? NODE_IDS_MAX - 1 : 252 + (int)i % 4;
	return 0;
}

static unsigned sum(void)
{
	unsigned n = 0;

	for (int i = 0; i < NODE_IDS_MAX; i++)
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

/* Memory of GPUs is nodes 252 to 255 of a POWER9. */
static void every_node_number_is_counted(void **state)
{
	char page = 0;

	memset(on_node, 0, sizeof(on_node));
	told = true;
	assert_int_equal(residence_add(&page, 0, 9, on_node), 0);
	told = false;
	for (int n = 252; n < 256; n++)
		assert_int_equal(on_node[n], 2);
	assert_int_equal(on_node[NODE_IDS_MAX - 1], 1);
	assert_int_equal(sum(), 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_present_is_counted),
		cmocka_unit_test(every_node_number_is_counted),
	};

	return cmocka_run_group_tests_name("residence", tests, NULL, NULL);
}
