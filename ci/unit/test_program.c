/* SPDX-License-Identifier: GPL-2.0-only */
/* Programs that bench/ runs: what they inherit, how their end is told, and that none is waited for.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/program.h"

static int run(const char *command, unsigned limit_ms, FILE *out)
{
	const char *const argv[] = {"sh", "-c", command, NULL};
	const struct program p = {.argv = argv,
				  .in = -1,
				  .out = out ? fileno(out) : -1,
				  .err = -1,
				  .limit_ms = limit_ms};

	return program_run(&p);
}

static void the_end_is_told(void **state)
{
	assert_int_equal(run("exit 0", 0, NULL), 0);
	assert_int_equal(run("exit 3", 0, NULL), 3);
	assert_int_equal(run("exit 127", 60000, NULL), 127);
	assert_int_equal(run("kill -9 $$", 0, NULL), 128 + SIGKILL);
}

static void one_that_is_not_there(void **state)
{
	const char *const argv[] = {"thpstorm-no-such-program", NULL};
	const struct program p = {.argv = argv, .in = -1, .out = -1, .err = -1};

	assert_int_equal(program_run(&p), -ENOENT);
}

static void one_that_hangs_is_killed(void **state)
{
	assert_int_equal(run("exec sleep 1000", 50, NULL), -ETIMEDOUT);
}

static void the_users_settings_stay_behind(void **state)
{
	static const char *const theirs[] = {"GNUTERM", "TAR_OPTIONS", "XZ_OPT", "LC_MESSAGES",
					     "SYSTEMD_COLORS"};
	char text[4096] = "";
	FILE *out = tmpfile();

	assert_non_null(out);
	for (size_t i = 0; i < ARRAY_SIZE(theirs); i++)
		setenv(theirs[i], "theirs", 1);
	setenv("GNUPLOT_LIB", "/a/path", 1);
	assert_int_equal(run("env", 0, out), 0);
	rewind(out);
	text[fread(text, 1, sizeof(text) - 1, out)] = '\0';
	fclose(out);
	assert_null(strstr(text, "theirs"));
	assert_non_null(strstr(text, "LC_ALL=C\n"));
	assert_non_null(strstr(text, "PATH="));
	assert_non_null(strstr(text, "GNUPLOT_LIB=/a/path\n"));
}

/* An ignored SIGPIPE would make a program of a pipe write on for nobody. */
static void signals_are_the_defaults(void **state)
{
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(run("kill -PIPE $$", 0, NULL), 128 + SIGPIPE);
	signal(SIGPIPE, SIG_DFL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_end_is_told),
		cmocka_unit_test(one_that_is_not_there),
		cmocka_unit_test(one_that_hangs_is_killed),
		cmocka_unit_test(the_users_settings_stay_behind),
		cmocka_unit_test(signals_are_the_defaults),
	};

	return cmocka_run_group_tests_name("program", tests, NULL, NULL);
}
