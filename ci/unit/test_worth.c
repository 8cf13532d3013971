/* SPDX-License-Identifier: GPL-2.0-only */
/* What a PASS is worth is said of the storm that was measured, for the kernels nearest to this one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "report/parts.h"

static char text[4096];

struct ran {
	const char *verdict, *config, *overrides, *release, *model;
	uint64_t storm_ms, slot_kib;
};

static bool skipped; /* a group of the run */

static const struct ran usual = {"PASS",
				 "/usr/share/thpstorm/configs/tail_move.conf",
				 "{\"duration\": \"30s\", \"watchdog_thresh\": \"5\"}",
				 "6.12.6-amd64",
				 "none",
				 30000,
				 2048};

static void report(const struct ran *r)
{
	FILE *out = fmemopen(memset(text, 0, sizeof(text)), sizeof(text), "w");
	struct page page = {.out = out, .columns = 400};
	json_t *result =
		json_pack("{s:[{s:b}], s:s, s:s, s:I, s:I, s:{s:o*, s:s, s:{s:s}, s:{s:I}}}",
			  "groups", "skipped", skipped, "verdict", r->verdict, "config", r->config,
			  "storm_ns", (json_int_t)(r->storm_ms * NSEC_PER_MSEC), "slot_bytes",
			  (json_int_t)(r->slot_kib * KIB), "host", "overrides",
			  json_loads(r->overrides, JSON_DECODE_ANY, NULL), "release", r->release,
			  "preempt", "model", r->model, "thp", "pmd_bytes", (json_int_t)(2 * MIB));

	assert_non_null(result);
	report_worth(&page, result);
	fclose(out);
	json_decref(result);
}

static void assert_says(const char *what)
{
	if (!strstr(text, what))
		fail_msg("'%s' is not in: %s", what, text);
}

static void the_nearest_kernels_are_told(void **state)
{
	struct ran r = usual;

	report(&r);
	assert_says("worth       this storm failed known-bad:6.12 (preempt none) on 10 of 10");
	assert_null(strstr(text, "voluntary"));
	assert_null(strstr(text, "5.10"));
	r.overrides = "{}";
	report(&r);
	assert_says("known-bad:6.12");
	r.release = "6.18.1";
	r.model = "lazy";
	report(&r);
	assert_says("known-bad:6.12 (preempt none)");
	assert_says("known-bad:6.12 (preempt full)");
	r.release = "7.3.0";
	report(&r);
	assert_says("known-bad:7.2 (preempt lazy)");
	assert_null(strstr(text, "full"));
	r.release = "4.19.0";
	report(&r);
	assert_says("known-bad:5.10");
}

static void another_storm_is_worth_nothing(void **state)
{
	const struct ran others[] = {
		{"FAIL", usual.config, usual.overrides, usual.release, usual.model, 30000, 2048},
		{"PASS", "/tmp/tail.conf", usual.overrides, usual.release, usual.model, 30000,
		 2048},
		{"PASS", "tail_move", usual.overrides, usual.release, usual.model, 30000, 2048},
		/* Not of a shipped config; of a result of 0.2.0. */
		{"PASS", usual.config, "", usual.release, usual.model, 30000, 2048},
		{"PASS", usual.config, "null", usual.release, usual.model, 30000, 2048},
		{"PASS", usual.config, "{\"arena\": \"32M\"}", usual.release, "none", 30000, 2048},
		{"PASS", usual.config, "{\"quiet\": \"1s\", \"tails.threads\": \"1\"}",
		 usual.release, "none", 30000, 2048},
		{"PASS", usual.config, usual.overrides, usual.release, usual.model, 100, 2048},
		{"PASS", usual.config, usual.overrides, usual.release, usual.model, 30000, 64},
	};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		report(&others[i]);
		if (text[0])
			fail_msg("%zu says: %s", i, text);
	}
	skipped = true;
	report(&usual);
	skipped = false;
	assert_string_equal(text, "");
}

static void a_storm_that_does_not_meet_the_bug_says_so(void **state)
{
	struct ran r = usual;

	r.config = "configs/tail_fault.conf";
	report(&r);
	assert_says("does not meet the bug of known-bad:6.12 (preempt none): it failed on 0 of");
	r.release = "5.10.200";
	report(&r);
	assert_says("this storm failed known-bad:5.10 (preempt none)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_nearest_kernels_are_told),
		cmocka_unit_test(another_storm_is_worth_nothing),
		cmocka_unit_test(a_storm_that_does_not_meet_the_bug_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
