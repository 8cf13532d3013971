/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's counters: names match whole, what is absent is absent, and the live file is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "system/vmstat.h"

static void known_text_gives_known_numbers(void **state)
{
	struct vmstat v;

	vmstat_parse("nr_free_pages 1\n"
		     "pgfault 18446744073709551614\n"
		     "thp_split_page 12\n"
		     "thp_split_page_failed 34\n"
		     "thp_split_pmd 0\n"
		     "oom_kill 7",
		     &v);
	assert_int_equal(v.value[VMSTAT_thp_split_page], 12);
	assert_int_equal(v.value[VMSTAT_thp_split_page_failed], 34);
	assert_int_equal(v.value[VMSTAT_thp_split_pmd], 0);
	assert_int_equal(v.value[VMSTAT_pgfault], UINT64_MAX - 1);
	assert_int_equal(v.value[VMSTAT_oom_kill], 7);
}

static void a_kernel_without_thp_lines_has_none(void **state)
{
	struct vmstat v;

	vmstat_parse("nr_free_pages 1\npgmigrate_success 5\nxthp_split_page 9\nthp_split 3\n", &v);
	assert_int_equal(v.value[VMSTAT_thp_split_page], VMSTAT_ABSENT);
	assert_int_equal(v.value[VMSTAT_thp_fault_alloc], VMSTAT_ABSENT);
	assert_int_equal(v.value[VMSTAT_pgmigrate_success], 5);
	vmstat_parse("", &v);
	for (int c = 0; c < VMSTAT_COUNT; c++)
		assert_int_equal(v.value[c], VMSTAT_ABSENT);
}

static void a_delta_needs_both_sides(void **state)
{
	struct vmstat before, after;

	vmstat_parse("pgfault 10\noom_kill 1\n", &before);
	vmstat_parse("pgfault 25\npgmajfault 3\n", &after);
	assert_int_equal(vmstat_delta(&before, &after, VMSTAT_pgfault), 15);
	assert_int_equal(vmstat_delta(&before, &after, VMSTAT_oom_kill), VMSTAT_ABSENT);
	assert_int_equal(vmstat_delta(&before, &after, VMSTAT_pgmajfault), VMSTAT_ABSENT);
}

/* A file as long as a big machine's, the wanted line last. */
static void a_long_file_is_read_to_its_end(void **state)
{
	char path[] = "/tmp/vmstat.XXXXXX";
	int fd = mkstemp(path);
	struct vmstat_files files = {.vmstat = fd, .of_size = {-1, -1, -1, -1, -1}};
	struct vmstat v;

	assert_true(fd >= 0);
	unlink(path);
	for (int i = 0; i < 1000; i++)
		dprintf(fd, "nr_something_%04d %d\n", i, i);
	dprintf(fd, "oom_kill 42\n");
	assert_int_equal(vmstat_read(&files, &v), 0);
	assert_int_equal(v.value[VMSTAT_oom_kill], 42);
	for (int i = 0; i < 2000; i++)
		dprintf(fd, "nr_something_%04d %d\n", i, i);
	assert_int_equal(vmstat_read(&files, &v), -EFBIG);
	close(fd);
}

/* Faults of our own show in the next reading through the same descriptor. */
static void the_live_file_moves(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), n = 500;
	struct vmstat before, after;
	struct vmstat_files files;
	char *at;

	assert_int_equal(vmstat_open(&files, 0), 0);
	assert_int_equal(vmstat_read(&files, &before), 0);
	if (before.value[VMSTAT_pgfault] == VMSTAT_ABSENT) {
		vmstat_close(&files);
		skip();
	}
	at = mmap(NULL, n * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(at != MAP_FAILED);
	madvise(at, n * page, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < n; i++)
		at[i * page] = 1;
	assert_int_equal(vmstat_read(&files, &after), 0);
	assert_true(vmstat_delta(&before, &after, VMSTAT_pgfault) >= n);
	assert_true(vmstat_delta(&before, &after, VMSTAT_pgfault) < UINT32_MAX);
	munmap(at, n * page);
	vmstat_close(&files);
	assert_int_equal(vmstat_read(&files, &after), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_text_gives_known_numbers),
		cmocka_unit_test(a_kernel_without_thp_lines_has_none),
		cmocka_unit_test(a_delta_needs_both_sides),
		cmocka_unit_test(a_long_file_is_read_to_its_end),
		cmocka_unit_test(the_live_file_moves),
	};

	return cmocka_run_group_tests_name("vmstat", tests, NULL, NULL);
}
