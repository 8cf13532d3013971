/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's "one of these" files: both marks, and texts that have none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "system/choice.h"

static void expect(const char *text, const char *word)
{
	char buf[32];

	assert_int_equal(choice_current(text, buf, sizeof(buf)), 0);
	assert_string_equal(buf, word);
}

static void both_marks_are_known(void **state)
{
	expect("always [madvise] never", "madvise");
	expect("[always] madvise never\n", "always");
	expect("always defer defer+madvise madvise [never]", "never");
	expect("none (voluntary) full", "voluntary");
	expect("full (lazy)\n", "lazy");
	expect("full (lazy) laziest", "lazy");
}

static void texts_without_a_mark_say_so(void **state)
{
	char buf[32] = "kept";

	assert_int_equal(choice_current("", buf, sizeof(buf)), -ENOENT);
	assert_int_equal(choice_current("67584", buf, sizeof(buf)), -ENOENT);
	assert_int_equal(choice_current("always madvise never", buf, sizeof(buf)), -ENOENT);
	assert_int_equal(choice_current("[always madvise] never", buf, sizeof(buf)), -ENOENT);
	assert_int_equal(choice_current("[always)", buf, sizeof(buf)), -ENOENT);
	assert_int_equal(choice_current("[", buf, sizeof(buf)), -ENOENT);
	assert_string_equal(buf, "kept");
	assert_int_equal(choice_current("[] never", buf, sizeof(buf)), -EINVAL);
}

static void the_buffer_is_not_overrun(void **state)
{
	char buf[8] = "";

	assert_int_equal(choice_current("[madvise]", buf, 7), -ENOSPC);
	assert_int_equal(choice_current("[madvise]", buf, 8), 0);
	assert_string_equal(buf, "madvise");
}

static void offers_whole_words(void **state)
{
	const char *text = "always defer defer+madvise [madvise] never\n";

	assert_true(choice_offers(text, "always"));
	assert_true(choice_offers(text, "madvise"));
	assert_true(choice_offers(text, "defer"));
	assert_true(choice_offers(text, "never"));
	assert_false(choice_offers(text, "advise"));
	assert_false(choice_offers(text, "mad"));
	assert_false(choice_offers(text, "[madvise]"));
	assert_false(choice_offers(text, "lazy"));
	assert_false(choice_offers(text, "nevermore"));
	assert_false(choice_offers("", "never"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_marks_are_known),
		cmocka_unit_test(texts_without_a_mark_say_so),
		cmocka_unit_test(the_buffer_is_not_overrun),
		cmocka_unit_test(offers_whole_words),
	};

	return cmocka_run_group_tests_name("choice", tests, NULL, NULL);
}
