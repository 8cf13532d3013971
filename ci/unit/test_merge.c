/* SPDX-License-Identifier: GPL-2.0-only */
/* A merge that fails leaves nothing of its own, and what was there before. */
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
#include "base/directory.h"
#include "contract/record.h"
#include "sweep/begin.h"
#include "sweep/ledger_write.h"
#include "sweep/merge.h"
#include "words/config.h"

static char dir[] = "/tmp/thpstorm-merge-XXXXXX";
static char part[2][64], out[64];
static struct error err;

/* A part of one plan with that cell sealed, of a storm that was skipped. */
static void make_part(const char *path, unsigned cell)
{
	struct sweep *s = calloc(1, sizeof(*s));
	struct cell_log log = {.code = VERDICT_SKIP};
	char config[64];

	assert_non_null(s);
	snprintf(config, sizeof(config), "%s/c.conf", dir);
	put_file(config, "seed = 3\n[floor]\nworker = null\n[sweep]\nfloor.threads = 1, 2\n");
	sweep_init(s);
	if (config_read(config, &s->plan, &s->axes, &err) || sweep_prepare(s, &err) ||
	    sweep_create(s, path, &err) || ledger_session_add(&s->ledger, "boot", &err) ||
	    ledger_start(&s->ledger, cell, &err) || ledger_seal(&s->ledger, cell, &log, &err))
		fail_msg("no part: %s", err.text);
	sweep_free(s);
	free(s);
}

static int setup(void **state)
{
	assert_non_null(mkdtemp(dir));
	snprintf(out, sizeof(out), "%s/out", dir);
	for (unsigned i = 0; i < 2; i++) {
		snprintf(part[i], sizeof(part[i]), "%s/part%u", dir, i + 1);
		make_part(part[i], i + 1);
	}
	return 0;
}

static int teardown(void **state)
{
	directory_discard(dir, true);
	return access(dir, F_OK) ? 0 : -1;
}

static int summary(FILE *to, const struct sweep *s)
{
	return 0;
}

static int merge_parts(const char *first, const char *second)
{
	char *parts[] = {(char *)(uintptr_t)first, (char *)(uintptr_t)second};

	err.text[0] = '\0';
	return merge(out, parts, 2, NULL, summary, &err);
}

static void a_cell_twice_is_refused_before(void **state)
{
	assert_int_equal(merge_parts(part[0], part[0]), -EEXIST);
	assert_non_null(strstr(err.text, "cell 1 is in "));
	assert_int_equal(access(out, F_OK), -1);
}

/* What can't be copied is met when the directory is made already. */
static void what_fails_midway_is_removed(void **state)
{
	char config[96], file[96];

	snprintf(config, sizeof(config), "%s/sweep.conf", part[0]);
	assert_int_equal(unlink(config), 0);
	assert_int_equal(mkdir(config, 0755), 0);
	assert_true(merge_parts(part[0], part[1]) < 0);
	assert_non_null(strstr(err.text, "cannot copy"));
	assert_int_equal(access(out, F_OK), -1);

	assert_int_equal(mkdir(out, 0755), 0);
	assert_true(merge_parts(part[0], part[1]) < 0);
	assert_int_equal(access(out, F_OK), 0);
	assert_true(directory_is_empty(out));

	snprintf(file, sizeof(file), "%s/theirs", out);
	put_file(file, "theirs\n");
	assert_true(merge_parts(part[0], part[1]) < 0);
	assert_int_equal(access(file, F_OK), 0);

	directory_discard(out, true);
	assert_int_equal(rmdir(config), 0);
	put_file(config, "\n");
	if (merge_parts(part[0], part[1]))
		fail_msg("%s", err.text);
	assert_false(directory_is_empty(out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cell_twice_is_refused_before),
		cmocka_unit_test(what_fails_midway_is_removed),
	};

	return cmocka_run_group_tests_name("merge", tests, setup, teardown);
}
