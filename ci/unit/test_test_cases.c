/* SPDX-License-Identifier: GPL-2.0-only */
/* Verdicts as tests: each verdict in KTAP and JUnit, and texts that would break either format. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/test_cases.h"

static char *written(int (*write)(FILE *, const struct test_suite *), struct test_case *tests,
		     unsigned count)
{
	const struct test_suite suite = {
		.name = "a<b", .started = "2026-01-02T03:04:05Z", .count = count, .test = tests};
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_int_equal(write(out, &suite), 0);
	fclose(out);
	return text;
}

static void every_verdict_in_ktap(void **state)
{
	struct test_case tests[] = {
		{.name = "a", .code = VERDICT_PASS, .reason = "no harm seen"},
		{.name = "b", .code = VERDICT_FAIL, .reason = "soft lockup - CPU#1"},
		{.name = "c", .code = VERDICT_SKIP, .reason = "needs 2 nodes"},
		{.name = "d", .code = VERDICT_NOT_EXERCISED, .reason = "x reached 3"},
		{.name = "e", .code = VERDICT_BROKEN, .reason = "the disk is full"},
		{.name = "f", .code = TEST_NOT_RUN},
		{.name = "g", .code = TEST_NOT_ENDED},
		{.name = "h", .code = 42, .reason = "what is this"},
	};
	char *text = written(ktap_write, tests, ARRAY_SIZE(tests));

	assert_string_equal(text, "KTAP version 1\n"
				  "1..8\n"
				  "ok 1 a\n"
				  "not ok 2 b # soft lockup - CPU.1\n"
				  "ok 3 c # SKIP needs 2 nodes\n"
				  "ok 4 d # SKIP NOT EXERCISED: x reached 3\n"
				  "not ok 5 e # ERROR the disk is full\n"
				  "ok 6 f # SKIP not run\n"
				  "not ok 7 g # ERROR did not end\n"
				  "not ok 8 h # ERROR what is this\n");
	free(text);
}

static void every_verdict_in_junit(void **state)
{
	struct test_case tests[] = {
		{.name = "a", .code = VERDICT_PASS, .reason = "no harm seen", .seconds = 1.25},
		{.name = "b", .code = VERDICT_FAIL, .reason = "lockup", .detail = "line\nline"},
		{.name = "c", .code = VERDICT_SKIP, .reason = "no"},
		{.name = "d", .code = VERDICT_NOT_EXERCISED, .reason = "few"},
		{.name = "e", .code = VERDICT_BROKEN, .reason = "disk"},
		{.name = "f", .code = TEST_NOT_RUN},
	};
	char *text = written(junit_write, tests, ARRAY_SIZE(tests));

	assert_non_null(strstr(text, "<testsuite name=\"thpstorm.a&lt;b\" tests=\"6\" "
				     "failures=\"1\" errors=\"1\" skipped=\"3\" time=\"1.250\" "
				     "timestamp=\"2026-01-02T03:04:05Z\">"));
	assert_non_null(strstr(text, "name=\"a\" time=\"1.250\">\n    </testcase>"));
	assert_non_null(strstr(text, "<failure message=\"lockup\"/>\n"
				     "      <system-out>line&#10;line</system-out>"));
	assert_non_null(strstr(text, "<skipped message=\"NOT EXERCISED: few\"/>"));
	assert_non_null(strstr(text, "<error message=\"disk\"/>"));
	assert_non_null(strstr(text, "<skipped message=\"not run\"/>"));
	free(text);
}

/* Nothing in a text ends its line, its element or its attribute. */
static void texts_are_harmless(void **state)
{
	struct test_case nasty = {.name = "a#\n\t\"",
				  .code = VERDICT_FAIL,
				  .reason = "]]>\x01<&'\xe9\" # SKIP",
				  .detail = "not ok 2 x\n\n# y\x1b"};
	char *text = written(ktap_write, &nasty, 1);

	assert_string_equal(text, "KTAP version 1\n1..1\n"
				  "# not ok 2 x\n# \n# # y?\n"
				  "not ok 1 a.? \" # ]]>?<&'?\" . SKIP\n");
	free(text);
	text = written(junit_write, &nasty, 1);
	assert_non_null(strstr(text, "name=\"a#&#10;?&quot;\""));
	assert_non_null(strstr(text, "message=\"]]&gt;?&lt;&amp;'?&quot; # SKIP\""));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_verdict_in_ktap),
		cmocka_unit_test(every_verdict_in_junit),
		cmocka_unit_test(texts_are_harmless),
	};

	return cmocka_run_group_tests_name("test_cases", tests, NULL, NULL);
}
