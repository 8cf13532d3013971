/* SPDX-License-Identifier: GPL-2.0-only */
/* See test_cases.h. */
#include "report/test_cases.h"

#include <stdlib.h>

const struct test_outcome *test_outcome_of(int code)
{
	static const struct test_outcome table[] = {
		{VERDICT_BROKEN, false, "ERROR", "error", ""},
		{VERDICT_PASS, true, NULL, NULL, ""},
		{VERDICT_FAIL, false, NULL, "failure", ""},
		{VERDICT_SKIP, true, "SKIP", "skipped", ""},
		{VERDICT_NOT_EXERCISED, true, "SKIP", "skipped", "NOT EXERCISED: "},
		{TEST_NOT_RUN, true, "SKIP", "skipped", "not run"},
		{TEST_NOT_ENDED, false, "ERROR", "error", "did not end"},
		{TEST_INTERRUPTED, true, "SKIP", "skipped", "interrupted: "},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (table[i].code == code)
			return &table[i];
	}
	return &table[0];
}

void test_suite_free(struct test_suite *suite)
{
	for (unsigned i = 0; i < suite->count; i++) {
		free(suite->test[i].name);
		free(suite->test[i].reason);
		free(suite->test[i].detail);
	}
	free(suite->test);
}
