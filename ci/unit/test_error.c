/* SPDX-License-Identifier: GPL-2.0-only */
/* Sentences for failures: sign, text, length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/error.h"

static void returns_negated_and_formats(void **state)
{
	struct error e;

	assert_int_equal(error_set(&e, EINVAL, "%s is %d", "x", 3), -EINVAL);
	assert_string_equal(e.text, "x is 3");
	assert_int_equal(error_errno(&e, ENOENT, "cannot open %s", "/x"), -ENOENT);
	assert_string_equal(e.text, "cannot open /x: No such file or directory");
}

static void null_is_allowed(void **state)
{
	assert_int_equal(error_set(NULL, EINVAL, "x"), -EINVAL);
	assert_int_equal(error_errno(NULL, EIO, "x"), -EIO);
}

static void long_texts_are_cut_and_ended(void **state)
{
	char text[2 * ERROR_TEXT_MAX];
	struct error e;

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	error_set(&e, EIO, "%s", text);
	assert_int_equal(strlen(e.text), ERROR_TEXT_MAX - 1);
	error_errno(&e, EIO, "%s", text);
	assert_int_equal(strlen(e.text), ERROR_TEXT_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(returns_negated_and_formats),
		cmocka_unit_test(null_is_allowed),
		cmocka_unit_test(long_texts_are_cut_and_ended),
	};

	return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
