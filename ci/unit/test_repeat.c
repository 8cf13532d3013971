/* SPDX-License-Identifier: GPL-2.0-only */
/* The line that repeats a run: it names a config as another machine knows it, or none. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "put_file.h"
#include "base/directory.h"
#include "words/config.h"
#include "words/config_apply.h"
#include "words/repeat.h"

#define STORM "duration = 2s\n[null]\nthreads = 2\n"

static char dir[] = "/tmp/thpstorm-repeat-XXXXXX";
static struct run_plan plan;
static struct error err;

static char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void put(const char *name, const char *text)
{
	put_file(path_of(name), text);
}

static int setup(void **state)
{
	if (!mkdtemp(strcpy(dir, "/tmp/thpstorm-repeat-XXXXXX")))
		return -1;
	mkdir(path_of("configs"), 0700);
	mkdir(path_of("mine"), 0700);
	mkdir(path_of("mine/configs"), 0700);
	put("configs/storm.conf", STORM);
	setenv("THPSTORM_SHARE", dir, 1);
	unsetenv("THPSTORM_RUNNER");
	return 0;
}

static int teardown(void **state)
{
	directory_discard(dir, true);
	return access(dir, F_OK) ? 0 : -1;
}

static void expect(const char *config, const char *line)
{
	char *text;

	if (config_read(path_of(config), &plan, NULL, &err) ||
	    config_apply(&plan, "null.threads=3", "command line", &err))
		fail_msg("%s", err.text);
	text = repeat_run(&plan, 7);
	if (!line)
		assert_null(text);
	else
		assert_string_equal(text ? text : "none", line);
	free(text);
}

static void add(void *to, const char *key, const char *value)
{
	char *text = to;

	sprintf(text + strlen(text), "%s=%s ", key, value);
}

/* As fields; the seed is no other storm. */
static void what_was_said_otherwise(void **state)
{
	char text[256] = "";

	expect("configs/storm.conf", "thpstorm run storm --seed=7 --null.threads=3");
	plan.seed = 7;
	plan.duration = 9 * NSEC_PER_SEC;
	assert_true(repeat_overrides(&plan, add, text));
	assert_string_equal(text, "duration=9s null.threads=3 ");
	put("mine/storm.conf", STORM "nap = 1ms\n");
	expect("mine/storm.conf", NULL);
	assert_false(repeat_overrides(&plan, add, text));
}

static void a_shipped_config_by_its_name(void **state)
{
	expect("configs/storm.conf", "thpstorm run storm --seed=7 --null.threads=3");
	setenv("THPSTORM_RUNNER", "ci/vm/run --kernel x --", 1);
	expect("configs/storm.conf", "ci/vm/run --kernel x -- run storm --seed=7 --null.threads=3");
	assert_string_equal(repeat_runner(), "ci/vm/run --kernel x --");
}

/* A copy is as good; what only has the name of a directory, or of a config, is not. */
static void of_others_none(void **state)
{
	put("mine/storm.conf", STORM);
	expect("mine/storm.conf", "thpstorm run storm --seed=7 --null.threads=3");
	put("mine/storm.conf", STORM "nap = 1ms\n");
	expect("mine/storm.conf", NULL);
	put("mine/configs/own.conf", STORM);
	expect("mine/configs/own.conf", NULL);
	put("mine/storm", STORM);
	expect("mine/storm", NULL);
}

static void what_it_is_saved_as(void **state)
{
	char name[NAME_MAX];

	assert_string_equal(repeat_file_name("a/b c$.conf", name, sizeof(name)), "b_c_.conf");
	assert_string_equal(repeat_file_name("", name, sizeof(name)), "run.conf");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(what_was_said_otherwise),
		T(a_shipped_config_by_its_name),
		T(of_others_none),
		T(what_it_is_saved_as),
	};

	return cmocka_run_group_tests_name("repeat", tests, NULL, NULL);
}
