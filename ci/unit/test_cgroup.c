/* SPDX-License-Identifier: GPL-2.0-only */
/* What the limits of a cgroup and of those above it leave, in a hierarchy of plain files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

#include "put_file.h"
#include "base/base.h"
#include "system/cgroup.h"

static char top[64];

static void put(const char *dir, const char *name, const char *text)
{
	char path[160];

	snprintf(path, sizeof(path), "%s%s", top, dir);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s%s/%s", top, dir, name);
	put_file(path, text);
}

static int make(void **state)
{
	snprintf(top, sizeof(top), "/tmp/thpstorm-cgroup-XXXXXX");
	return mkdtemp(top) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	return remove(path);
}

static int clear(void **state)
{
	return nftw(top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void no_limit_no_room_to_speak_of(void **state)
{
	assert_true(cgroup_room_in(top, "/", true) == UINT64_MAX);
	put("/a", "memory.max", "max\n");
	put("/a", "memory.current", "4096\n");
	assert_true(cgroup_room_in(top, "/a", true) == UINT64_MAX);
	/* PAGE_COUNTER_MAX in bytes. */
	put("/a", "memory.limit_in_bytes", "9223372036854771712\n");
	put("/a", "memory.usage_in_bytes", "4096\n");
	assert_true(cgroup_room_in(top, "/a", false) == UINT64_MAX);
}

static void page_cache_is_not_used_up(void **state)
{
	put("/a", "memory.max", "1000000\n");
	put("/a", "memory.current", "700000\n");
	assert_int_equal(cgroup_room_in(top, "/a", true), 300000);
	put("/a", "memory.stat", "anon 1\nfile 9\ninactive_file 100000\nactive_file 20000\n");
	assert_int_equal(cgroup_room_in(top, "/a", true), 420000);
	put("/a", "memory.limit_in_bytes", "500000\n");
	put("/a", "memory.usage_in_bytes", "400000\n");
	put("/a", "memory.stat",
	    "inactive_file 7\ntotal_inactive_file 50000\ntotal_active_file 1000\n");
	assert_int_equal(cgroup_room_in(top, "/a", false), 151000);
	/* Beyond its limit, as it is just after the limit was lowered. */
	put("/a", "memory.current", "1700000\n");
	assert_int_equal(cgroup_room_in(top, "/a", true), 0);
}

static void the_tightest_above_it_holds(void **state)
{
	put("", "memory.max", "900\n");
	put("", "memory.current", "100\n");
	put("/a", "memory.max", "700\n");
	put("/a", "memory.current", "100\n");
	put("/a/b", "memory.max", "800\n");
	put("/a/b", "memory.current", "0\n");
	assert_int_equal(cgroup_room_in(top, "/a/b", true), 600);
	put("", "memory.current", "500\n");
	assert_int_equal(cgroup_room_in(top, "/a/b", true), 400);
	assert_int_equal(cgroup_room_in(top, "/", true), 400);
	put("/a/b", "memory.current", "777\n");
	assert_int_equal(cgroup_room_in(top, "/a/b", true), 23);
	/* A path that this mount namespace does not show. */
	assert_int_equal(cgroup_room_in(top, "/gone/away", true), 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_limit_no_room_to_speak_of, make, clear),
		cmocka_unit_test_setup_teardown(page_cache_is_not_used_up, make, clear),
		cmocka_unit_test_setup_teardown(the_tightest_above_it_holds, make, clear),
	};

	return cmocka_run_group_tests_name("cgroup", tests, NULL, NULL);
}
