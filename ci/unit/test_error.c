/* SPDX-License-Identifier: GPL-2.0-only */
/* Sentences for failures: sign, text, length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/error.h"
#include "base/stream_errno.h"

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

/* What failed first, whatever succeeded since; never "Success". */
static void a_stream_says_why_it_failed(void **state)
{
	static char much[3 * BUFSIZ];
	FILE *full = fopen("/dev/full", "w");

	if (!full)
		skip();
	errno = 0;
	assert_int_equal(stream_errno(full), 0);
	fputs("little: only the flush fails", full);
	assert_int_equal(stream_errno(full), ENOSPC);
	clearerr(full);
	errno = 0;
	fwrite(much, 1, sizeof(much), full);
	assert_int_equal(stream_errno(full), ENOSPC);
	/* Marked, and nothing left to flush. */
	setvbuf(full, NULL, _IONBF, 0);
	errno = 0;
	assert_int_equal(stream_errno(full), EIO);
	fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(returns_negated_and_formats),
		cmocka_unit_test(null_is_allowed),
		cmocka_unit_test(long_texts_are_cut_and_ended),
		cmocka_unit_test(a_stream_says_why_it_failed),
	};

	return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
