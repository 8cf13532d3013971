/* SPDX-License-Identifier: GPL-2.0-only */
/* Config files: what they become, the way back, and each mistake with its line. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "put_file.h"
#include "memory/memory.h"
#include "words/arguments.h"
#include "words/config.h"
#include "words/config_apply.h"
#include "words/config_write.h"
#include "words/ini_line.h"
#include "words/option_table.h"
#include "words/option_value.h"
#include "words/options.h"
#include "words/sweep_axes.h"

static char dir[] = "/tmp/thpstorm-config-XXXXXX", file[64];
static struct run_plan plan;
static struct error err;

static int make_dir(void **state)
{
	if (!mkdtemp(dir))
		return -1;
	snprintf(file, sizeof(file), "%s/x", dir);
	return 0;
}

static int remove_dir(void **state)
{
	unlink(file);
	return rmdir(dir);
}

static int read_bytes(const char *bytes, size_t n)
{
	FILE *out = fopen(file, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, n, out), n);
	assert_int_equal(fclose(out), 0);
	err.text[0] = '\0';
	return config_read(file, &plan, NULL, &err);
}

static int read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

static void good(const char *text)
{
	if (read_text(text))
		fail_msg("refused: %s", err.text);
}

/* The message is FILE:LINE: @message. */
static void bad(const char *text, unsigned line, const char *message)
{
	char expected[ERROR_TEXT_MAX];

	assert_true(read_text(text) < 0);
	snprintf(expected, sizeof(expected), "%s:%u: %s", file, line, message);
	assert_string_equal(err.text, expected);
}

static void begins_bad(const char *text, unsigned line, const char *message)
{
	char expected[ERROR_TEXT_MAX];

	assert_true(read_text(text) < 0);
	snprintf(expected, sizeof(expected), "%s:%u: %s", file, line, message);
	assert_memory_equal(err.text, expected, strlen(expected));
}

static void a_config_becomes_a_plan(void **state)
{
	good("# a comment\n"
	     "duration = 5s\n"
	     "  \t seed=7 ; a comment after a value\n"
	     "\n"
	     "[splitter] ; of which there is one\n"
	     "worker = split_cold\r\n"
	     "nice = 19\n"
	     "[run]\n"
	     "arena = 4M\n"
	     "[expose]\n"
	     "folio_splits = 100\n"
	     "[fault_read]\n"
	     "[tails]\n"
	     "; worker = null\n"
	     "worker = fault_fstat\n"
	     "threads = 12\n"
	     "target = hot_tail");
	assert_string_equal(plan.config, file);
	assert_int_equal(plan.duration, 5 * NSEC_PER_SEC);
	assert_int_equal(plan.seed, 7);
	assert_int_equal(plan.arena_size, 4 * MIB);
	assert_int_equal(plan.quiet, 2 * NSEC_PER_SEC);
	assert_int_equal(plan.expose[EXPOSURE_folio_splits], 100);
	assert_int_equal(plan.groups, 3);
	assert_string_equal(plan.group[0].name, "splitter");
	assert_string_equal(plan.group[0].worker, "split_cold");
	assert_int_equal(plan.group[0].nice, 19);
	assert_string_equal(plan.group[1].worker, "fault_read"); /* an empty section is a group */
	assert_int_equal(plan.group[1].threads, 1);
	assert_int_equal(plan.group[2].threads, 12);
	assert_int_equal(plan.group[2].target, TARGET_HOT_TAIL);
	assert_int_equal(plan.group[2].nice, 0);
	assert_int_equal(config_validate(&plan, &err), 0);
}

static void reading_starts_from_defaults(void **state)
{
	memset(&plan, 0xff, sizeof(plan));
	good("");
	assert_int_equal(plan.groups, 0);
	assert_int_equal(plan.duration, 30 * NSEC_PER_SEC);
	good("\xef\xbb\xbf[null]\n");
	assert_int_equal(plan.groups, 1);
}

static void mistakes_have_their_line(void **state)
{
	bad("\n# c\ntreads = 4\n", 3, "unknown key 'treads' in section [run]");
	bad("[null]\ntreads = 4\n", 2,
	    "unknown key 'treads' in section [null]; did you mean 'threads'?");
	bad("[a]\nworker = nul\n", 2,
	    "worker = nul: must be a worker (see: thpstorm list workers); did you mean 'null'?");
	bad("[null]\nthreads = 257\n", 2, "threads = 257: must be a number from 1 to 256");
	bad("[null]\nthreads =\n", 2, "threads = : must be a number from 1 to 256");
	bad("duration = 5s\n\nduration = 6s\n", 3,
	    "'duration' is set twice; the first is on line 1");
	bad("duration = 5s\n[null]\n[run]\nduration = 6s\n", 4,
	    "'duration' is set twice; the first is on line 1");
	bad("[null]\nnice = 1\n[b]\nworker = null\nnice = 1\nnice = 1\n", 6,
	    "'nice' is set twice; the first is on line 5");
	bad("[null]\n[b]\nworker = null\n[null]\n", 4,
	    "section [null] appears twice; the first is on line 1");
	bad("[run]\n[null]\n\n[run]\n", 4, "section [run] appears twice; the first is on line 1");
	bad("[expose]\n[expose]\n", 2, "section [expose] appears twice; the first is on line 1");
	bad("[null]\njust words\n", 2, "expected 'key = value', a [section] or a comment");
	bad("[null]\nthreads ; = 4\n", 2, "expected 'key = value', a [section] or a comment");
	bad("[null]\njust words\nthreads = 0\n", 2,
	    "expected 'key = value', a [section] or a comment");
	bad("[null]\nthreads = 0\njust words\n", 2, "threads = 0: must be a number from 1 to 256");
	bad("[null\n", 1, "the section's name has no ']'");
	bad("\n[null] x\n", 2, "' x' after the section's name");
	bad("[]\n", 1,
	    "[]: a section's name must be letters, digits, '_' and '-', begin with a letter and be "
	    "at most 31 long");
	bad("[a.b]\n", 1,
	    "[a.b]: a section's name must be letters, digits, '_' and '-', begin with a letter and "
	    "be at most 31 long");
	bad("[null]\n\n[fault_raed]\nthreads = 2\n", 3,
	    "[fault_raed] has no 'worker =', and no worker has that name (see: thpstorm "
	    "list workers)");
	/* Indented lines are keys of their own, not the continuation of the one before. */
	bad("[null]\nthreads = 2\n  3\n", 3, "expected 'key = value', a [section] or a comment");
}

/* All of a file's mistakes at once, each with its line, and none that only follows from another. */
static void all_mistakes_are_told(void **state)
{
	static const struct {
		unsigned line;
		const char *message;
	} expected[] = {
		{1, "unknown key 'durration' in section [run]; did you mean 'duration'?"},
		{2,
		 "[fault_raed] has no 'worker =', and no worker has that name (see: thpstorm list "
		 "workers)"},
		{3, "threads = 0: must be a number from 1 to 256"},
		{4, "[a.b]: a section's name must be letters, digits, '_' and '-', begin with a "
		    "letter and be at most 31 long"},
		{7, "worker = nul: must be a worker (see: thpstorm list workers); did you mean "
		    "'null'?"},
		{8, "expected 'key = value', a [section] or a comment"},
		{9, "'worker' is set twice; the first is on line 7"},
		{10, "section [b] appears twice; the first is on line 6"},
		{13, "[sweep] defines several runs; use `thpstorm sweep FILE`"},
		{15, "the section's name has no ']'"},
	};
	struct mistakes all;
	char text[200], *at;
	FILE *out;

	put_file(file,
		 "durration = 5s\n[fault_raed]\nthreads = 0\n[a.b]\nnice = 99\n[b]\nworker = nul\n"
		 "junk\nworker = null\n[b]\nnice = 99\n\n[sweep]\nnice = 1, 2\n[c\nd = 4\n");
	assert_int_equal(config_read_all(file, &plan, NULL, &all, &err), -EINVAL);
	for (unsigned i = 0; i < ARRAY_SIZE(expected) && i < all.count; i++) {
		snprintf(text, sizeof(text), "%s:%u: %s", file, expected[i].line,
			 expected[i].message);
		at = strstr(text, "FILE");
		if (at)
			snprintf(at, sizeof(text) - (size_t)(at - text), "%s`", file);
		assert_string_equal(all.first[i].error.text, text);
	}
	assert_int_equal(all.count, ARRAY_SIZE(expected));
	assert_string_equal(err.text, all.first[0].error.text);

	/* As many as are kept are the first ones of the file; the others are counted. */
	out = fopen(file, "w");
	assert_non_null(out);
	fputs("[last_raed]\n", out);
	for (int i = 0; i < 30; i++)
		fputs("nice = 99\n", out);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(config_read_all(file, &plan, NULL, &all, &err), -EINVAL);
	assert_int_equal(all.count, 31);
	for (unsigned i = 0; i < MISTAKES_MAX; i++)
		assert_int_equal(all.first[i].line, i + 1);
	good("[null]\n");
	assert_int_equal(config_read_all(file, &plan, NULL, &all, &err), 0);
	assert_int_equal(all.count, 0);
}

static void too_many_groups(void **state)
{
	char text[4096], expected[96];
	size_t n = 0;

	for (int i = 0; i < PLAN_GROUPS_MAX; i++)
		n += (size_t)sprintf(text + n, "[g%d]\nworker = null\n", i);
	good(text);
	strcpy(text + n, "[more]\n");
	snprintf(expected, sizeof(expected),
		 "[more] is one group too many; at most %d are possible", PLAN_GROUPS_MAX);
	bad(text, 2 * PLAN_GROUPS_MAX + 1, expected);
}

/* What is written of @was is read as the same; a copy of a plan as well. */
static void comes_back(const struct run_plan *was, const struct sweep_plan *axes)
{
	struct sweep_plan *read = calloc(1, sizeof(*read));
	struct run_plan *copy = calloc(1, sizeof(*copy));
	FILE *out = fopen(file, "w");

	assert_non_null(read);
	assert_non_null(copy);
	assert_non_null(out);
	config_write(out, was, false);
	config_write_sweep(out, axes);
	assert_int_equal(fclose(out), 0);
	plan_copy(copy, was);
	if (config_read(file, &plan, read, &err))
		fail_msg("refused: %s", err.text);
	strcpy(plan.config, copy->config);
	assert_memory_equal(&plan, copy, sizeof(plan));
	assert_int_equal(read->axes, axes->axes);
	for (unsigned a = 0; a < axes->axes; a++) {
		assert_int_equal(read->axis[a].values, axes->axis[a].values);
		assert_memory_equal(read->axis[a].value, axes->axis[a].value,
				    sizeof(axes->axis[a].value));
	}
	free(read);
	free(copy);
}

static void forty_groups(void **state)
{
	static struct sweep_plan none;
	static struct run_plan was;
	char text[4096] = "seed = 5\n";

	for (int i = 0; i < 40; i++)
		sprintf(text + strlen(text), "[group-%d]\nworker = null\nthreads = %d\n", i,
			i % 3 + 1);
	good(text);
	assert_int_equal(plan.groups, 40);
	assert_int_equal(config_validate(&plan, &err), 0);
	assert_int_equal(config_apply(&plan, "group-39.nice=7", "command line", &err), 0);
	assert_int_equal(plan.group[39].nice, 7);
	plan_copy(&was, &plan);
	sweep_defaults(&none);
	comes_back(&was, &none);
}

/* "0,2,4,...", @length characters. */
static void every_second(char *list, size_t length)
{
	char next[16];

	list[0] = '\0';
	for (int cpu = 0;; cpu += 2) {
		snprintf(next, sizeof(next), "%s%d", cpu ? "," : "", cpu);
		if (strlen(list) + strlen(next) > length)
			break;
		strcat(list, next);
	}
	while (strlen(list) < length) { /* the first one is written as 00 or 000 */
		memmove(list + 1, list, strlen(list) + 1);
		list[0] = '0';
	}
}

static void long_lists(void **state)
{
	static struct sweep_plan axes;
	static struct run_plan was;
	char list[2001], text[8192], expected[200];

	every_second(list, 1000);
	assert_int_equal(strlen(list), 1000);
	snprintf(text, sizeof(text), "cpus = %s ; a comment; with more of it\n[null]\nnodes=\t%s\n",
		 list, list);
	good(text);
	assert_string_equal(plan.cpus, list);
	assert_string_equal(plan.group[0].nodes, list);
	snprintf(text, sizeof(text), "null.cpus=%s", list);
	assert_int_equal(config_apply(&plan, text, "command line", &err), 0);
	plan_copy(&was, &plan);

	/* As wide and as long as an axis may be. */
	sweep_defaults(&axes);
	text[0] = '\0';
	for (int i = 0; i < SWEEP_VALUES_MAX; i++) {
		every_second(list, 100);
		for (char *c = list; (c = strchr(c, ','));)
			*c = '+';
		sprintf(text + strlen(text), "%s%s+%d", i ? ", " : "", list, i);
	}
	if (sweep_set(&axes, "null.cpus", text, "test", &err))
		fail_msg("refused: %s", err.text);
	comes_back(&was, &axes);

	every_second(list, 2000);
	snprintf(text, sizeof(text), "\ncpus = %s\n", list);
	snprintf(expected, sizeof(expected), "cpus = %.80s...: must be at most %d characters long",
		 list, PLAN_LIST_MAX - 1);
	bad(text, 2, expected);
	memset(list, 'x', SWEEP_VALUE_MAX);
	list[SWEEP_VALUE_MAX] = '\0';
	assert_int_equal(sweep_set(&axes, "null.cpus", list, "test", &err), -EINVAL);
	snprintf(expected, sizeof(expected),
		 "test: the axis 'null.cpus': '%.40s...' is longer than %d characters", list,
		 SWEEP_VALUE_MAX - 1);
	assert_string_equal(err.text, expected);
}

/* libinih would split it and read the rest as a line of its own. */
static void long_lines(void **state)
{
	static char text[INI_LINE_MAX + 100] = "# ", expected[80];

	memset(text + 2, 'x', sizeof(text) - 100);
	strcat(text, "\n[null]\nnice = 1\n");
	good(text);
	memset(text, 0, sizeof(text));
	memset(text, ' ', 300);
	strcpy(text + 300, "seed = 5\n");
	good(text);
	assert_int_equal(plan.seed, 5);
	for (int width = 185; width < 220; width++) { /* about libinih's own buffer */
		snprintf(text, sizeof(text), "seed = %0*d; 1\nquiet = 1s;\n", width, 5);
		begins_bad(text, 1, "seed = 000");
		snprintf(text, sizeof(text), "seed : %0*d ;1 ; 2 \nquiet = 1s;\n", width, 5);
		begins_bad(text, 2, "quiet = 1s;: must be");
		snprintf(text, sizeof(text), "seed = %0*d\t; = 2\n", width, 5);
		good(text);
		assert_int_equal(plan.seed, 5);
		snprintf(text, sizeof(text), "\n%0*d\n", width, 5);
		bad(text, 2, "expected 'key = value', a [section] or a comment");
		snprintf(text, sizeof(text), "[null] %*s ; %0*d\nnice = 1\n", width - 10, "", width,
			 5);
		good(text);
		assert_int_equal(plan.group[0].nice, 1);
	}
	snprintf(text, sizeof(text), "\n%0300d = 1\n", 5);
	bad(text, 2, "the key is longer than 198 characters");
	snprintf(text, sizeof(text), "seed = %0*d\n", INI_LINE_MAX - 7, 5);
	good(text);
	assert_int_equal(plan.seed, 5);
	snprintf(text, sizeof(text), "seed = %0*d\n", INI_LINE_MAX - 6, 5);
	snprintf(expected, sizeof(expected), "the line is longer than %d characters", INI_LINE_MAX);
	bad(text, 1, expected);
}

static void not_a_config(void **state)
{
	char expected[ERROR_TEXT_MAX];

	assert_true(read_bytes("seed = 1\nse\0ed = 2\n", 19) < 0);
	snprintf(expected, sizeof(expected), "%s:2: byte 0x00: not a text file", file);
	assert_string_equal(err.text, expected);

	assert_int_equal(config_read("/dev/zero", &plan, NULL, &err), -EINVAL);
	assert_string_equal(err.text, "/dev/zero:1: byte 0x00: not a text file");

	assert_int_equal(config_read(dir, &plan, NULL, &err), -EISDIR);
	snprintf(expected, sizeof(expected), "%s is a directory: name a config file in it", dir);
	assert_string_equal(err.text, expected);

	assert_int_equal(config_read("/nowhere/x.conf", &plan, NULL, &err), -ENOENT);
	assert_string_equal(err.text,
			    "cannot open config file /nowhere/x.conf: No such file or directory");
	assert_int_equal(config_read("no_such_config", &plan, NULL, &err), -ENOENT);
	assert_string_equal(err.text, "cannot open config file no_such_config: No such file or "
				      "directory (a config is given as a path, like "
				      "configs/tail_fault.conf)");
	memset(expected, 'x', 300);
	expected[300] = '\0';
	assert_int_equal(config_read(expected, &plan, NULL, &err), -ENAMETOOLONG);
}

static void command_line(void **state)
{
	static const struct {
		const char *assignment, *message;
	} cases[] = {
		{"duration", "command line: 'duration' is no KEY=VALUE"},
		{"duratoin=5s",
		 "command line: unknown key 'duratoin' in section [run]; did you mean "
		 "'duration'?"},
		{"tials.threads=3",
		 "command line: the plan has no section [tials]; did you mean 'tails'?"},
		{"tails.treads=3",
		 "command line: unknown key 'treads' in section [tails]; did you mean "
		 "'threads'?"},
		{"tails.rt_priority=90",
		 "command line: [tails]: rt_priority = 90: must be a number from 1 to 47"},
		{"expose.folios=3", "command line: unknown key 'folios' in section [expose]"},
		{"duration=5",
		 "command line: duration = 5: must be a duration from 100ms to 30d, like "
		 "30s, 500ms or 2m"},
	};

	good("[tails]\nworker = null\n");
	assert_int_equal(config_apply(&plan, "duration=5s", "command line", &err), 0);
	assert_int_equal(config_apply(&plan, "run.seed=9", "command line", &err), 0);
	assert_int_equal(config_apply(&plan, "tails.threads=3", "command line", &err), 0);
	assert_int_equal(config_apply(&plan, "tails.cpus=", "command line", &err), 0);
	assert_int_equal(config_apply(&plan, "expose.operations=12", "command line", &err), 0);
	assert_int_equal(plan.duration, 5 * NSEC_PER_SEC);
	assert_int_equal(plan.seed, 9);
	assert_int_equal(plan.group[0].threads, 3);
	assert_int_equal(plan.expose[EXPOSURE_operations], 12);
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(config_apply(&plan, cases[i].assignment, "command line", &err),
				 -EINVAL);
		assert_string_equal(err.text, cases[i].message);
	}
}

static void whole_plan_is_checked(void **state)
{
	good("");
	plan.config[0] = '\0';
	assert_int_equal(config_validate(&plan, &err), -EINVAL);
	assert_string_equal(err.text, "no worker group to run: name a config file that has one, as "
				      "in `thpstorm run configs/tail_fault.conf`");
	good("[a]\nworker = null\nthreads = 200\n[b]\nworker = null\nthreads = 57\n");
	assert_int_equal(config_validate(&plan, &err), -EINVAL);
	assert_string_equal(err.text,
			    "257 threads in all groups together; at most 256 are possible");
	plan.group[1].threads = 56;
	assert_int_equal(config_validate(&plan, &err), 0);
	strcpy(plan.group[1].name, "a");
	assert_int_equal(config_validate(&plan, &err), -EINVAL);
	assert_string_equal(err.text, "two groups are named [a]");
	strcpy(plan.group[1].worker, "nobody");
	assert_int_equal(config_validate(&plan, &err), -EINVAL);
	assert_string_equal(err.text, "[a]: unknown worker 'nobody'");
	good("stall_after = 20ms\n[null]\n");
	assert_int_equal(config_validate(&plan, &err), -EINVAL);
	assert_string_equal(err.text,
			    "heartbeat_period = 20ms must be shorter than stall_after = 20ms");
	good("stall_after = 1m\n[null]\n");
	assert_int_equal(config_validate(&plan, &err), -EINVAL);
	assert_string_equal(err.text, "stall_after = 1m must be shorter than lockup_after = 15s");
}

static void write_back(const struct run_plan *from, bool all)
{
	FILE *out = fopen(file, "w");

	assert_non_null(out);
	config_write(out, from, all);
	assert_int_equal(fclose(out), 0);
	if (config_read(file, &plan, NULL, &err))
		fail_msg("%s", err.text);
	memcpy(plan.config, from->config, sizeof(plan.config));
	assert_memory_equal(&plan, from, sizeof(plan));
}

static int arguments(struct arguments *a, const char *line);

/* The arguments that make @from out of the config file that has the groups alone. */
static void arguments_lead_back(const struct run_plan *from, const struct run_plan *base)
{
	static struct arguments a;
	char line[2048] = "";
	FILE *out = fmemopen(line, sizeof(line), "w");

	assert_non_null(out);
	fprintf(out, "%s", file);
	config_write_arguments(out, from, base);
	assert_int_equal(fclose(out), 0);
	write_back(base, false);
	assert_int_equal(arguments(&a, line), 0);
	memcpy(a.plan.config, from->config, sizeof(a.plan.config));
	assert_memory_equal(&a.plan, from, sizeof(*from));
}

static void words_are_quoted_for_a_shell(void **state)
{
	static const char *const words[][2] = {{"--cpus=0-3,8", "--cpus=0-3,8"},
					       {"", "''"},
					       {"a b", "'a b'"},
					       {"it's $HOME", "'it'\\''s $HOME'"},
					       {"*", "'*'"}};

	for (unsigned i = 0; i < ARRAY_SIZE(words); i++) {
		char text[64] = "";
		FILE *out = fmemopen(text, sizeof(text), "w");

		config_write_word(out, words[i][0]);
		fclose(out);
		assert_string_equal(text, words[i][1]);
	}
}

static const char *last_memory(void)
{
	const struct memory_ops *const *ops = memory_registry;

	while (ops[1])
		ops++;
	return (*ops)->name;
}

/* Every option at its default, then at another value: nothing may get lost on the way. */
static void plans_survive_the_way_back(void **state)
{
	static struct run_plan from, base;
	char value[64];

	good("[null]\n[tails]\nworker = fault_fstat\n");
	from = base = plan;
	write_back(&from, true);
	write_back(&from, false);
	for (unsigned i = 0; i < option_count; i++) {
		const struct option *o = &option_table[i];
		char *in = o->scope == SCOPE_GROUP ? (char *)&from.group[1] : (char *)&from;
		if (o->scope == SCOPE_SWEEP)
			continue;

		if (o->type == TYPE_BOOL)
			strcpy(value, strcmp(o->fallback, "yes") ? "yes" : "no");
		else if (o->type == TYPE_CHOICE)
			strcpy(value, o->choices[o->max]); /* of one with try_: it must */
		else if (o->type == TYPE_TEXT)
			strcpy(value, strstr(o->key, "work")	  ? "split_cold"
				      : strstr(o->key, "detec")	  ? "kmsg,taint"
				      : strstr(o->key, "witness") ? "pattern"
				      : strstr(o->key, "place")	  ? "0:1"
				      : strstr(o->key, "memory")  ? last_memory()
								  : "0-3,8");
		else
			snprintf(value, sizeof(value), "%lld%s", o->max,
				 o->type == TYPE_DURATION ? "ns" : "");
		if (o->fallback && !strcmp(value, o->fallback))
			continue;
		assert_int_equal(option_parse(o, value, in, &err), 0);
		assert_true(option_is_changed(o, in));
		write_back(&from, true);
		write_back(&from, false);
		arguments_lead_back(&from, &base);
	}
}

/* What a run only tries to set stays so in the file that repeats it, and what it must set too. */
static void what_is_tried_is_told_from_what_must_be(void **state)
{
	struct run_plan was;

	good("khugepaged = off\nnuma_balancing = try_on\n[null]\n");
	assert_int_equal(plan.must, MUST_KHUGEPAGED);
	assert_int_equal(plan.numa_balancing, SWITCH_ON);
	assert_int_equal(config_apply(&plan, "thp_enabled=madvise", "here", &err), 0);
	assert_int_equal(plan.must, MUST_KHUGEPAGED | MUST_THP_ENABLED);
	was = plan;
	write_back(&was, true);
	write_back(&was, false);
	assert_int_equal(config_apply(&plan, "khugepaged=try_off", "here", &err), 0);
	assert_int_equal(plan.must, MUST_THP_ENABLED);
	assert_int_equal(plan.khugepaged, SWITCH_OFF);
}

static void only_changes_are_written(void **state)
{
	char text[8192] = "";
	FILE *out;

	good("seed = 3\ncpus_max = 4\n[null]\nthreads = 1\n[tails]\nworker = null\nnice = 5\n");
	out = fmemopen(text, sizeof(text), "w");
	config_write(out, &plan, false);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text,
			    "# thpstorm " THPSTORM_VERSION ": what differs from the defaults\n\n"
			    "[run]\nseed = 3\n\n[null]\nworker = null\n\n"
			    "[tails]\nworker = null\nnice = 5\n");
	out = fmemopen(text, sizeof(text), "w");
	config_write(out, &plan, true);
	assert_int_equal(fclose(out), 0);
	for (unsigned i = 0; i < option_count; i++) {
		char line[64];

		snprintf(line, sizeof(line), "\n%s =", option_table[i].key);
		assert_int_equal(!strstr(text, line), option_table[i].scope == SCOPE_SWEEP);
	}
}

static int arguments(struct arguments *a, const char *line)
{
	static char words[2048];
	char *argv[80] = {"run"};
	int argc = 1;

	snprintf(words, sizeof(words), "%s", line);
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	err.text[0] = '\0';
	memset(a, 0, sizeof(*a));
	return arguments_read(a, argc, argv, "tonq", &err);
}

static void arguments_in_any_order(void **state)
{
	static struct arguments a;
	char line[256];

	good("duration = 9s\n[tails]\nworker = null\n");
	snprintf(line, sizeof(line), "--tails.threads=3 -nq -o out %s -t5s --seed 4", file);
	assert_int_equal(arguments(&a, line), 0);
	assert_string_equal(a.config, file);
	assert_string_equal(a.dir, "out");
	assert_true(a.print_plan && a.quiet);
	assert_int_equal(a.plan.duration, 5 * NSEC_PER_SEC);
	assert_int_equal(a.plan.seed, 4);
	assert_int_equal(a.plan.group[0].threads, 3);
	assert_int_equal(arguments(&a, ""), 0);
	assert_null(a.config);
	assert_int_equal(a.plan.groups, 0);
}

static void arguments_that_are_wrong(void **state)
{
	static const struct {
		const char *line, *message;
	} cases[] = {
		{"-x", "command line: unknown option '-x'; see --help"},
		{"-t", "command line: -t needs a duration, like -t 30s"},
		{"-n -o", "command line: -o needs a directory"},
		{"--seed", "command line: --seed needs a value: --seed=VALUE"},
		{"a.conf b.conf",
		 "command line: two config files, a.conf and b.conf; a run takes one "
		 "(options are --KEY=VALUE)"},
		{"--sede=1",
		 "command line: unknown key 'sede' in section [run]; did you mean 'seed'?"},
		{"--tails.nice=1",
		 "command line: the plan has no section [tails]; sections come from a config file"},
	};
	static struct arguments a;

	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_true(arguments(&a, cases[i].line) < 0);
		assert_string_equal(err.text, cases[i].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_config_becomes_a_plan),
		cmocka_unit_test(reading_starts_from_defaults),
		cmocka_unit_test(mistakes_have_their_line),
		cmocka_unit_test(all_mistakes_are_told),
		cmocka_unit_test(too_many_groups),
		cmocka_unit_test(forty_groups),
		cmocka_unit_test(long_lists),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(not_a_config),
		cmocka_unit_test(command_line),
		cmocka_unit_test(whole_plan_is_checked),
		cmocka_unit_test(plans_survive_the_way_back),
		cmocka_unit_test(words_are_quoted_for_a_shell),
		cmocka_unit_test(what_is_tried_is_told_from_what_must_be),
		cmocka_unit_test(only_changes_are_written),
		cmocka_unit_test(arguments_in_any_order),
		cmocka_unit_test(arguments_that_are_wrong),
	};

	return cmocka_run_group_tests_name("config", tests, make_dir, remove_dir);
}
