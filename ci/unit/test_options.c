/* SPDX-License-Identifier: GPL-2.0-only */
/* The option table, row by row: defaults, both ends of each range and one step beyond, and back. */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "words/nearest.h"
#include "words/option_table.h"
#include "words/option_value.h"
#include "words/options.h"
#include "words/sweep_axes.h"
#include "words/sweep_plan.h"

static struct run_plan plan;
static struct group_plan group;
static struct sweep_plan sweep;

static int set(const struct option *o, const char *value, struct error *err)
{
	if (o->scope == SCOPE_RUN)
		return options_set_run(&plan, o->key, value, "here:7", err);
	if (o->scope == SCOPE_GROUP)
		return options_set_group(&group, o->key, value, "here:7", err);
	if (o->scope == SCOPE_SWEEP)
		return options_set_sweep(&sweep, o->key, value, "here:7", err);
	return options_set_expose(&plan, o->key, value, "here:7", err);
}

static const void *base_of(const struct option *o)
{
	return o->scope == SCOPE_GROUP	 ? (void *)&group
	       : o->scope == SCOPE_SWEEP ? (void *)&sweep
					 : (void *)&plan;
}

static const char *formatted(const struct option *o)
{
	static char buf[512];

	return option_format(o, base_of(o), buf, sizeof(buf));
}

static bool is_number(const struct option *o)
{
	return o->type <= TYPE_SIZE;
}

/* A value in the smallest unit, which every number's parser reads. */
static const char *raw(const struct option *o, long long value)
{
	static char buf[40];

	snprintf(buf, sizeof(buf), "%lld%s", value, o->type == TYPE_DURATION ? "ns" : "");
	return buf;
}

static void accept(const struct option *o, const char *value)
{
	struct error err = {""};

	if (set(o, value, &err))
		fail_msg("%s = %s refused: %s", o->key, value, err.text);
}

static void refuse(const struct option *o, const char *value)
{
	char before[512], start[64];
	struct error err = {""};

	snprintf(before, sizeof(before), "%s", formatted(o));
	if (!set(o, value, &err))
		fail_msg("%s = '%s' accepted", o->key, value);
	snprintf(start, sizeof(start), "here:7: %s = ", o->key);
	if (strncmp(err.text, start, strlen(start)) || !strstr(err.text, "must be "))
		fail_msg("%s = '%s': %s", o->key, value, err.text);
	assert_string_equal(formatted(o), before);
}

static int fresh(void **state)
{
	options_defaults(&plan);
	options_group_defaults(&group, "null");
	sweep_defaults(&sweep);
	return 0;
}

static void table_is_sound(void **state)
{
	for (unsigned i = 0; i < option_count; i++) {
		const struct option *o = &option_table[i];
		int words = 0;

		assert_ptr_equal(option_find(o->scope, o->key), o); /* no key twice in a scope */
		assert_true(o->help && *o->help);
		assert_true(o->min <= o->max);
		while (o->choices && o->choices[words])
			words++;
		if (o->type == TYPE_CHOICE)
			assert_int_equal(words, o->max + 1 + (o->must ? o->max : 0));
		for (long long v = 1; o->must && v <= o->max; v++) {
			assert_memory_equal(o->choices[o->max + v], "try_", 4);
			assert_string_equal(o->choices[o->max + v] + 4, o->choices[v]);
		}
	}
}

static void defaults_parse_and_format(void **state)
{
	for (unsigned i = 0; i < option_count; i++) {
		const struct option *o = &option_table[i];
		const char *expected = o->fallback ? o->fallback : "null";

		assert_string_equal(formatted(o), expected);
		accept(o, expected);
		assert_string_equal(formatted(o), expected);
		assert_false(option_is_changed(o, base_of(o)));
	}
}

static void ends_of_ranges(void **state)
{
	for (unsigned i = 0; i < option_count; i++) {
		const struct option *o = &option_table[i];

		if (!is_number(o))
			continue;
		for (int end = 0; end < 2; end++) {
			char kept[512];

			accept(o, raw(o, end ? o->max : o->min));
			snprintf(kept, sizeof(kept), "%s", formatted(o));
			accept(o, kept);
			assert_string_equal(formatted(o), kept);
		}
		if (o->type == TYPE_DURATION || o->type == TYPE_SIZE || o->type == TYPE_U64)
			assert_int_equal(*(const uint64_t *)((const char *)base_of(o) + o->offset),
					 o->max);
		refuse(o, raw(o, o->min - 1));
		if (o->max < LLONG_MAX)
			refuse(o, raw(o, o->max + 1));
	}
}

static void numbers_take_no_junk(void **state)
{
	static const char *const junk[] = {"",
					   "-",
					   "+1",
					   "1 ",
					   " 1",
					   "1x",
					   "0x10",
					   "1e3",
					   "1.5",
					   "1,5",
					   "one",
					   "--1",
					   "1-",
					   "-9999",
					   "1s s",
					   "1sec",
					   "1MB",
					   "1 s",
					   "9223372036854775808",
					   "18446744073709551617",
					   "99999999999999999999999999",
					   "9223372036854775807d",
					   "18014398509481985K",
					   "-18446744073709551615"};

	for (unsigned i = 0; i < option_count; i++)
		for (unsigned j = 0; is_number(&option_table[i]) && j < ARRAY_SIZE(junk); j++)
			refuse(&option_table[i], junk[j]);
}

/* Products that are in the range again after they went round 2^64. */
static void products_do_not_wrap(void **state)
{
	refuse(option_find(SCOPE_RUN, "duration"), "36028797018963998s"); /* 2^55 + 30 */
	refuse(option_find(SCOPE_RUN, "arena"), "17592186044544M");	  /* 2^44 + 128 */
	refuse(option_find(SCOPE_RUN, "arena"), "16777217T");		  /* 2^24 + 1 */
	refuse(option_find(SCOPE_RUN, "seed"), "18446744073709551617");	  /* 2^64 + 1 */
	refuse(option_find(SCOPE_GROUP, "threads"), "4294967297");	  /* 2^32 + 1 */
}

static void words_take_no_others(void **state)
{
	for (unsigned i = 0; i < option_count; i++) {
		const struct option *o = &option_table[i];

		for (unsigned j = 0; o->type == TYPE_CHOICE && o->choices[j]; j++) {
			accept(o, o->choices[j]);
			assert_string_equal(formatted(o), o->choices[j]);
		}
		if (o->type == TYPE_BOOL) {
			accept(o, "no");
			assert_string_equal(formatted(o), "no");
			accept(o, "yes");
			assert_string_equal(formatted(o), "yes");
		}
		if (o->type == TYPE_CHOICE || o->type == TYPE_BOOL) {
			refuse(o, "");
			refuse(o, "YES");
			refuse(o, "1");
		}
	}
}

static void texts_are_checked(void **state)
{
	char longest[PLAN_LIST_MAX + 1] = "";

	for (unsigned i = 0; i < PLAN_LIST_MAX; i++)
		longest[i] = i % 2 ? ',' : '1';
	for (unsigned i = 0; i < option_count; i++) {
		const struct option *o = &option_table[i];

		if (o->type != TYPE_TEXT)
			continue;
		assert_true(!o->check != !o->names);
		refuse(o, longest);
		refuse(o, "no such, thing");
	}
	accept(option_find(SCOPE_RUN, "cpus"), "0-3,8");
	refuse(option_find(SCOPE_RUN, "cpus"), "3-0");
	refuse(option_find(SCOPE_RUN, "cpus"), "0;1");
	accept(option_find(SCOPE_RUN, "detectors"), "kmsg,taint");
	accept(option_find(SCOPE_RUN, "detectors"), "none");
	refuse(option_find(SCOPE_RUN, "detectors"), "kmsg,");
	refuse(option_find(SCOPE_RUN, "detectors"), "kmsg,all");
	refuse(option_find(SCOPE_GROUP, "worker"), "");
}

/* One sentence each, exactly. */
static void messages(void **state)
{
	static const struct {
		enum option_scope scope;
		const char *key, *value, *text;
	} cases[] = {
		{SCOPE_GROUP, "treads", "4",
		 "here:7: unknown key 'treads' in section [null]; did you mean 'threads'?"},
		{SCOPE_GROUP, "duration", "4s",
		 "here:7: 'duration' is a key of [run], not of [null]; as an argument "
		 "--duration=VALUE"},
		{SCOPE_RUN, "threads", "4",
		 "here:7: 'threads' is a key of a worker group, not of [run]; as an argument "
		 "--GROUP.threads=VALUE"},
		{SCOPE_RUN, "folio_splits", "4",
		 "here:7: 'folio_splits' is a key of [expose], not of [run]; as an argument "
		 "--expose.folio_splits=VALUE"},
		{SCOPE_RUN, "xyzzy", "4", "here:7: unknown key 'xyzzy' in section [run]"},
		{SCOPE_GROUP, "threads", "9999",
		 "here:7: threads = 9999: must be a number from 1 to 256"},
		{SCOPE_GROUP, "threads", "4 # four",
		 "here:7: threads = 4 # four: must be a number from 1 to 256 (a comment after a "
		 "value begins with ' ;')"},
		{SCOPE_GROUP, "nice", "-21", "here:7: nice = -21: must be a number from -20 to 19"},
		{SCOPE_RUN, "duration", "30",
		 "here:7: duration = 30: must be a duration from 100ms to 30d, like 30s, 500ms or "
		 "2m"},
		{SCOPE_RUN, "arena", "1M",
		 "here:7: arena = 1M: must be a size from 2M to 1T, like 2M, 128M or 1G"},
		{SCOPE_RUN, "verify", "maybe", "here:7: verify = maybe: must be yes or no"},
		{SCOPE_RUN, "thp_enabled", "allways",
		 "here:7: thp_enabled = allways: must be keep, madvise, always, try_madvise or "
		 "try_always; did you mean 'always'?"},
		{SCOPE_GROUP, "target", "hot_tial",
		 "here:7: target = hot_tial: must be random, hot, hot_head or hot_tail; did you "
		 "mean "
		 "'hot_tail'?"},
		{SCOPE_GROUP, "worker", "fault_fsat",
		 "here:7: worker = fault_fsat: must be a worker (see: thpstorm list workers); did "
		 "you "
		 "mean 'fault_fstat'?"},
		{SCOPE_RUN, "detectors", "kmsg,tiant",
		 "here:7: detectors = kmsg,tiant: must be all, none, or detectors with commas "
		 "between "
		 "them (see: thpstorm list detectors); did you mean 'taint'?"},
		{SCOPE_RUN, "cpus", "0-x",
		 "here:7: cpus = 0-x: must be a list of numbers from 0 to 1023, like 0-3,8"},
		{SCOPE_EXPOSE, "folio_split", "1",
		 "here:7: unknown key 'folio_split' in section [expose]; did you mean "
		 "'folio_splits'?"},
	};

	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct option o = {.scope = cases[i].scope, .key = cases[i].key};
		struct error err = {""};

		assert_int_equal(set(&o, cases[i].value, &err), -EINVAL);
		assert_string_equal(err.text, cases[i].text);
	}
}

static void long_values_do_not_overflow_the_message(void **state)
{
	char value[4000];
	struct error err;

	memset(value, 'x', sizeof(value));
	value[sizeof(value) - 1] = '\0';
	for (unsigned i = 0; i < option_count; i++)
		refuse(&option_table[i], value);
	assert_int_equal(options_set_run(&plan, value, "1", "here", &err), -EINVAL);
	assert_null(strstr(err.text, "did you mean"));
}

static void units(void **state)
{
	static const struct {
		const char *text, *printed;
		uint64_t ns;
	} cases[] = {
		{"1d", "1d", 86400000000000},	  {"24h", "1d", 86400000000000},
		{"90m", "90m", 5400000000000},	  {"60s", "1m", 60000000000},
		{"1500ms", "1500ms", 1500000000}, {"2000ms", "2s", 2000000000},
		{"100000us", "100ms", 100000000}, {"100000001ns", "100000001ns", 100000001},
	};
	const struct option *o = option_find(SCOPE_RUN, "duration");

	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		accept(o, cases[i].text);
		assert_int_equal(plan.duration, cases[i].ns);
		assert_string_equal(formatted(o), cases[i].printed);
	}
	o = option_find(SCOPE_RUN, "arena");
	accept(o, "3145729");
	assert_int_equal(plan.arena_size, 3145729);
	assert_string_equal(formatted(o), "3145729");
	accept(o, "2048K");
	assert_string_equal(formatted(o), "2M");
	accept(option_find(SCOPE_GROUP, "nap"), "0");
	refuse(option_find(SCOPE_GROUP, "nap"), "5");
}

static void nearest(void **state)
{
	static const char *const words[] = {"threads", "target", "no", "cpus", "nodes", NULL};

	assert_string_equal(nearest_word("threads", words), "threads");
	assert_string_equal(nearest_word("treads", words), "threads");
	assert_string_equal(nearest_word("thraeds", words), "threads");
	assert_string_equal(nearest_word("threadsss", words), "threads");
	assert_string_equal(nearest_word("node", words), "nodes");
	assert_string_equal(nearest_word("cpu", words), "cpus");
	assert_null(nearest_word("threadsxyz", words));
	assert_null(nearest_word("xy", words)); /* two letters, both other */
	assert_null(nearest_word("", words));
	assert_null(nearest_word("threads", words + 5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(table_is_sound, fresh),
		cmocka_unit_test_setup(defaults_parse_and_format, fresh),
		cmocka_unit_test_setup(ends_of_ranges, fresh),
		cmocka_unit_test_setup(numbers_take_no_junk, fresh),
		cmocka_unit_test_setup(products_do_not_wrap, fresh),
		cmocka_unit_test_setup(words_take_no_others, fresh),
		cmocka_unit_test_setup(texts_are_checked, fresh),
		cmocka_unit_test_setup(messages, fresh),
		cmocka_unit_test_setup(long_values_do_not_overflow_the_message, fresh),
		cmocka_unit_test_setup(units, fresh),
		cmocka_unit_test_setup(nearest, fresh),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
