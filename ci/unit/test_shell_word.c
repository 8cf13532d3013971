/* SPDX-License-Identifier: GPL-2.0-only */
/* Lines that are pasted: what the shell makes of them is what they were made from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "report/report.h"
#include "words/shell_word.h"

static char text[20000];

static const char *word(const char *from, bool ascii)
{
	FILE *out = fmemopen(text, sizeof(text), "w");

	shell_write_word(out, from, ascii);
	fclose(out);
	return text;
}

static const char *name(const char *from)
{
	FILE *out = fmemopen(text, sizeof(text), "w");

	shell_write_name(out, from);
	fclose(out);
	return text;
}

static void words(void **state)
{
	assert_string_equal(word("a/b.conf", false), "a/b.conf");
	assert_string_equal(word("", false), "''");
	assert_string_equal(word("a b", false), "'a b'");
	assert_string_equal(word("it's $x", false), "'it'\\''s $x'");
	assert_string_equal(word("\xc3\xbcn", false), "'\xc3\xbcn'");
	assert_string_equal(word("\xc3\xbcn", true), "$'\\xc3\\xbcn'");
	assert_string_equal(word("a\xff'b\\", false), "$'a\\xff\\'b\\\\'");
	assert_string_equal(word("a\nb\x1b[31m", false), "$'a\\x0ab\\x1b[31m'");
	/* Overlong, cut, a surrogate, one that turns the line. */
	assert_string_equal(word("\xc0\xaf", false), "$'\\xc0\\xaf'");
	assert_string_equal(word("\xe2\x82", false), "$'\\xe2\\x82'");
	assert_string_equal(word("\xed\xa0\x80", false), "$'\\xed\\xa0\\x80'");
	assert_string_equal(word("\xe2\x80\xae", false), "$'\\xe2\\x80\\xae'");
	/* One without a width. */
	assert_string_equal(word("a\xe2\x80\x8b", false), "$'a\\xe2\\x80\\x8b'");
}

static void names(void **state)
{
	assert_string_equal(name("o_ spa ce \xc3\xbcn'\"$x"), "o_ spa ce \xc3\xbcn'\"$x");
	assert_string_equal(name("o\xff"), "$'o\\xff'");
}

static void one_that_does_not_fit_is_cut(void **state)
{
	char small[8];

	assert_string_equal(shell_word("a b", small, sizeof(small)), "'a b'");
	shell_word("a long word with blanks", small, sizeof(small));
	assert_true(strlen(small) < sizeof(small));
}

/* The report's last two lines: where the result is, and what repeats the run. */
static void a_report_names_its_directory(void **state)
{
	json_t *result = json_pack("{s:b, s:s, s:s, s:i, s:{}}", "complete", 1, "verdict", "PASS",
				   "directory", "o_ sp \xc3\xbc'$x", "exit_code", 0, "host");
	FILE *out = fmemopen(text, sizeof(text), "w");

	assert_non_null(result);
	assert_int_equal(report_write(out, result, "table"), 0);
	fclose(out);
	assert_non_null(strstr(text, "\nresult      o_ sp \xc3\xbc'$x\n"));
	assert_non_null(strstr(text, "\nrepeat: thpstorm run 'o_ sp \xc3\xbc'\\''$x/plan.conf'\n"));
	out = fmemopen(text, sizeof(text), "w");
	assert_int_equal(report_write(out, result, "mail"), 0);
	fclose(out);
	assert_non_null(
		strstr(text, "\nrepeat: thpstorm run $'o_ sp \\xc3\\xbc\\'$x/plan.conf'\n"));
	json_decref(result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(names),
		cmocka_unit_test(one_that_does_not_fit_is_cut),
		cmocka_unit_test(a_report_names_its_directory),
	};

	return cmocka_run_group_tests_name("shell_word", tests, NULL, NULL);
}
