/* SPDX-License-Identifier: GPL-2.0-only */
/* Small text files: what is read, what is refused, what is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/textfile.h"

static char path[] = "/tmp/thpstorm-textfile.XXXXXX";

static int make(void **state)
{
	int fd = mkstemp(path);

	return fd < 0 ? -1 : close(fd);
}

static int unmake(void **state)
{
	return unlink(path);
}

static void put(const char *text)
{
	assert_int_equal(textfile_write(path, text), 0);
}

static void reads_whole_and_cuts_one_newline(void **state)
{
	char buf[16];

	put("two\nlines\n\n");
	assert_int_equal(textfile_read(path, buf, sizeof(buf)), 10);
	assert_string_equal(buf, "two\nlines\n");
	put("");
	assert_int_equal(textfile_read(path, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "");
}

static void too_long_is_said(void **state)
{
	char buf[4];

	put("abc");
	assert_int_equal(textfile_read(path, buf, sizeof(buf)), 3);
	put("abcd");
	assert_int_equal(textfile_read(path, buf, sizeof(buf)), -EFBIG);
	assert_string_equal(buf, "abc");
}

static void missing_is_said(void **state)
{
	char buf[4] = "x";
	uint64_t v;

	assert_int_equal(textfile_read("/nowhere/file", buf, sizeof(buf)), -ENOENT);
	assert_int_equal(textfile_read_u64("/nowhere/file", &v), -ENOENT);
	assert_int_equal(textfile_write("/nowhere/file", "x"), -ENOENT);
	assert_int_equal(textfile_read("/tmp", buf, sizeof(buf)), -EISDIR);
}

static void writing_replaces(void **state)
{
	char buf[32];

	put("a longer text than the next");
	put("short");
	textfile_read(path, buf, sizeof(buf));
	assert_string_equal(buf, "short");
	if (!access("/dev/full", W_OK))
		assert_int_equal(textfile_write("/dev/full", "x"), -ENOSPC);
}

static void numbers(void **state)
{
	static const char *const bad[] = {"",	 "x", "-1", " 5", "5 6", "18446744073709551616",
					  "0x10"};
	uint64_t v;

	put("18446744073709551615\n");
	assert_int_equal(textfile_read_u64(path, &v), 0);
	assert_true(v == UINT64_MAX);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put(bad[i]);
		assert_int_equal(textfile_read_u64(path, &v), -EINVAL);
	}
}

static void fields(void **state)
{
	static const char text[] =
		"thp_split_page_failed 7\nthp_split_page 5\nMemFree:\t  12 kB\nodd x\n";
	uint64_t v;

	assert_int_equal(textfile_field_u64(text, "thp_split_page", &v), 0);
	assert_int_equal(v, 5);
	assert_int_equal(textfile_field_u64(text, "thp_split_page_failed", &v), 0);
	assert_int_equal(v, 7);
	assert_int_equal(textfile_field_u64(text, "MemFree", &v), 0);
	assert_int_equal(v, 12);
	assert_int_equal(textfile_field_u64(text, "thp_split", &v), -ENOENT);
	assert_int_equal(textfile_field_u64(text, "odd", &v), -EINVAL);
	assert_int_equal(textfile_field_u64("", "odd", &v), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_whole_and_cuts_one_newline),
		cmocka_unit_test(too_long_is_said),
		cmocka_unit_test(missing_is_said),
		cmocka_unit_test(writing_replaces),
		cmocka_unit_test(numbers),
		cmocka_unit_test(fields),
	};

	return cmocka_run_group_tests_name("textfile", tests, make, unmake);
}
