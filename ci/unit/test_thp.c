/* SPDX-License-Identifier: GPL-2.0-only */
/* Facts about huge pages, and whether a page is in one: seen on a huge page and on a small one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/missing.h"
#include "child.h"
#include "system/thp.h"

static struct thp_facts facts;

static void facts_agree_with_the_kernel(void **state)
{
	assert_int_equal(facts.page_bytes, sysconf(_SC_PAGESIZE));
	assert_int_equal(facts.present, !access(THP_SYSFS "/enabled", R_OK));
	if (!facts.present)
		skip();
	assert_true(facts.pmd_bytes > facts.page_bytes);
	assert_int_equal(facts.pmd_bytes % facts.page_bytes, 0);
	assert_true(!strcmp(facts.anon.all, "always") || !strcmp(facts.anon.all, "madvise") ||
		    !strcmp(facts.anon.all, "never"));
	assert_true(facts.defrag[0]);
}

/* 1 or 0 for a fresh mapping of one huge page's size; -errno when it can't be known. */
static int fresh_page(int advice, size_t offset, bool touch)
{
	size_t size = facts.pmd_bytes;
	char *base =
		mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *at = (char *)(((uintptr_t)base + size - 1) / size * size);
	int huge;

	assert_true(base != MAP_FAILED);
	assert_int_equal(madvise(at, size, advice), 0);
	if (touch)
		memset(at, 1, size);
	huge = thp_page_is_huge(at + offset);
	munmap(base, 2 * size);
	return huge;
}

static void need_thp(void)
{
	if (!facts.present || !strcmp(facts.anon.all, "never") || geteuid()) {
		print_message("SKIP: transparent huge pages are absent or off, or not root\n");
		skip();
	}
}

static void a_huge_page_is_huge_throughout(void **state)
{
	need_thp();
	assert_int_equal(fresh_page(MADV_HUGEPAGE, 0, true), 1);
	assert_int_equal(fresh_page(MADV_HUGEPAGE, facts.page_bytes, true), 1);
	assert_int_equal(fresh_page(MADV_HUGEPAGE, facts.pmd_bytes - 1, true), 1);
}

static void a_small_or_absent_page_is_not(void **state)
{
	need_thp();
	assert_int_equal(fresh_page(MADV_NOHUGEPAGE, 0, true), 0);
	assert_int_equal(fresh_page(MADV_NOHUGEPAGE, facts.pmd_bytes - 1, true), 0);
	assert_int_equal(fresh_page(MADV_HUGEPAGE, 0, false), 0);
}

static void sizes_have_names_and_knobs(void **state)
{
	char text[128];

	assert_string_equal(thp_sizes_format(64 * KIB | MIB | 2 * MIB, text, sizeof(text)),
			    "64K 1M 2M");
	assert_string_equal(thp_sizes_format(0, text, sizeof(text)), "none");
	assert_string_equal(thp_size_format(48 * KIB, text, sizeof(text)), "48K");
	assert_string_equal(thp_size_format(3 * MIB, text, sizeof(text)), "3M");
	assert_string_equal(thp_size_format(MIB + 512 * KIB, text, sizeof(text)), "1536K");
	assert_string_equal(thp_size_path(64 * KIB, "enabled", text, sizeof(text)),
			    THP_SYSFS "/hugepages-64kB/enabled");
	for (unsigned bit = 12; bit < 64; bit++) {
		thp_size_path(1ull << bit, "enabled", text, sizeof(text));
		assert_int_equal(facts.anon.sizes >> bit & 1, !access(text, F_OK));
		thp_size_path(1ull << bit, "stats/split", text, sizeof(text));
		if (facts.anon.sizes >> bit & 1)
			assert_int_equal(facts.anon.counted >> bit & 1, !access(text, F_OK));
	}
	assert_int_equal(facts.anon.counted & ~facts.anon.sizes, 0);
	assert_int_equal(!facts.anon.pmd[0], !(facts.anon.sizes & facts.pmd_bytes));
}

static int denied_and_allowed(void)
{
	if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0))
		return CHILD_SKIP;
	if (thp_process_read() != THP_PROCESS_NONE)
		return 1;
	if (thp_process_allow() || thp_process_read() != THP_PROCESS_ANY)
		return 2;
	/* Linux 6.18 */
	if (prctl(PR_SET_THP_DISABLE, 1, PR_THP_DISABLE_EXCEPT_ADVISED, 0, 0))
		return 0;
	if (thp_process_read() != THP_PROCESS_ADVISED)
		return 3;
	return thp_process_allow() || thp_process_read() != THP_PROCESS_ANY ? 4 : 0;
}

static void a_process_may_be_denied_them(void **state)
{
	expect_in_child(denied_and_allowed, "prctl(PR_SET_THP_DISABLE) is refused");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_agree_with_the_kernel),
		cmocka_unit_test(a_huge_page_is_huge_throughout),
		cmocka_unit_test(a_small_or_absent_page_is_not),
		cmocka_unit_test(sizes_have_names_and_knobs),
		cmocka_unit_test(a_process_may_be_denied_them),
	};

	thp_read(&facts);
	return cmocka_run_group_tests_name("thp", tests, NULL, NULL);
}
