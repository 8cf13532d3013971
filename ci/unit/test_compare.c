/* SPDX-License-Identifier: GPL-2.0-only */
/* compare says in what the two sides were not the same storm, in the words of the command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compare/compare.h"

static json_t *result(const char *version, const char *duration, const char *group, int threads)
{
	return json_pack("{s:s, s:{s:I, s:b}, s:[{s:s, s:s, s:{s:i, s:s, s:s}}], s:{s:{s:i}}}",
			 "version", version, "plan", "duration_ns",
			 (json_int_t)(strtoul(duration, NULL, 10) * NSEC_PER_SEC), "evidence",
			 threads == 2, "groups", "name", group, "role", "fault_kernel", "plan",
			 "threads", threads, "worker", "fault_fstat", "cpus",
			 threads == 2 ? "" : "0-3", "exposures", "folio_splits", "declared",
			 threads);
}

/* What is printed of two sides with one run each; takes the results over. */
static char *printed(json_t *base, json_t *now)
{
	struct sample run[SIDES] = {{.result = base}, {.result = now}};
	struct cell_samples cell = {.key = (char[]){""},
				    .side = {{.count = 1, .run = &run[BASE]},
					     {.count = 1, .run = &run[NEW]}}};
	const struct samples samples = {.cells = 1, .cell = &cell};
	struct comparison c;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(base);
	assert_non_null(now);
	assert_int_equal(comparison_make(&c, &samples), 0);
	comparison_print(&c, out);
	comparison_free(&c);
	fclose(out);
	json_decref(base);
	json_decref(now);
	return text;
}

static void expect(char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("'%s' is not in:\n%s", what, text);
}

static void the_same_storm(void **state)
{
	char *text = printed(result("1", "2s", "tails", 2), result("1", "2s", "tails", 2));

	assert_null(strstr(text, "not the same storm"));
	assert_null(strstr(text, "version"));
	free(text);
}

static void keys_of_groups_are_named(void **state)
{
	char *text = printed(result("1", "2s", "tails", 2), result("1", "3s", "tails", 3));

	expect(text, "duration: base 2s, new 3s: not the same storm");
	expect(text, "  evidence: base yes, new no: not the same storm");
	expect(text, "tails.threads: base 2, new 3: not the same storm");
	expect(text, "tails.cpus: base (empty), new 0-3: not the same storm");
	expect(text, "expose.folio_splits: base 2, new 3\n");
	assert_null(strstr(text, "_ns"));
	assert_null(strstr(text, "worker"));
	free(text);
}

static void groups_of_one_side(void **state)
{
	char *text = printed(result("1", "2s", "tails", 2), result("1", "2s", "heads", 2));

	expect(text, "[tails]: only in base: not the same storm");
	expect(text, "[heads]: only in new: not the same storm");
	free(text);
}

static void versions_are_named(void **state)
{
	char *text = printed(result("0.1.0", "2s", "tails", 2), result("0.2.0", "2s", "tails", 2));

	expect(text, "version: base 0.1.0, new 0.2.0");
	free(text);
}

/* An option that only one of two versions has. */
static void keys_of_one_side(void **state)
{
	json_t *base = result("1", "2s", "tails", 2), *now = result("1", "2s", "tails", 2);
	char *text;

	json_object_set_new(json_object_get(now, "plan"), "pace", json_string("steady"));
	text = printed(base, now);
	expect(text, "pace: base (no such option), new steady: not the same storm");
	free(text);
}

/* A result of a version whose rows hold less, with no such row of its own. */
static void what_a_row_holds(void **state)
{
	json_t *base = result("1", "2s", "tails", 2), *now = result("1", "2s", "tails", 2);
	json_t *of[SIDES] = {base, now};
	char *text;

	for (int side = 0; side < SIDES; side++) {
		json_t *latency = json_pack("{s:{}, s:{}}", "storm_fault", "storm_behind");

		if (side == BASE)
			json_object_del(latency, "storm_behind");
		json_object_set_new(json_array_get(json_object_get(of[side], "groups"), 0),
				    "latency", latency);
	}
	text = printed(base, now);
	expect(text, "faults      base leaves out those that overlapped an mmap_lock writer");
	free(text);
}

/* Two sweeps over other values: still told in what they differ. */
static void no_cell_in_common(void **state)
{
	struct sample run[SIDES] = {{.result = result("0.1.0", "2s", "tails", 2)},
				    {.result = result("0.2.0", "3s", "tails", 2)}};
	struct cell_samples cell[SIDES] = {
		{.key = (char[]){"a"}, .side = {{.count = 1, .run = &run[BASE]}, {.count = 0}}},
		{.key = (char[]){"b"}, .side = {{.count = 0}, {.count = 1, .run = &run[NEW]}}}};
	const struct samples samples = {
		.cells = 2, .cell = cell, .first = {run[BASE].result, run[NEW].result}};
	struct comparison c;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	json_object_set_new(run[BASE].result, "host", json_pack("{s:s}", "hypervisor", "yes"));
	assert_int_equal(comparison_make(&c, &samples), 0);
	comparison_print(&c, out);
	comparison_free(&c);
	fclose(out);
	expect(text, "cells       none of base is in new");
	expect(text, "duration: base 2s, new 3s: not the same storm");
	expect(text, "version: base 0.1.0, new 0.2.0");
	expect(text, "virtual: unknown");
	free(text);
	json_decref(run[BASE].result);
	json_decref(run[NEW].result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_storm),     cmocka_unit_test(keys_of_groups_are_named),
		cmocka_unit_test(groups_of_one_side), cmocka_unit_test(versions_are_named),
		cmocka_unit_test(keys_of_one_side),   cmocka_unit_test(what_a_row_holds),
		cmocka_unit_test(no_cell_in_common),
	};

	return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
