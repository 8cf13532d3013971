/* SPDX-License-Identifier: GPL-2.0-only */
/* Settings that somebody else changes while a run goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/textfile.h"
#include "run/knob_watch.h"

static char dir[] = "/tmp/thpstorm-knobs-XXXXXX";
static struct wish wish[8];
static struct wishes wishes = {.wish = wish};
static struct knob_watch watch;

static void knob(const char *name, const char *text, int refused)
{
	struct wish *w = &wishes.wish[wishes.count++];

	memset(w, 0, sizeof(*w));
	snprintf(w->path, sizeof(w->path), "%s/%s", dir, name);
	w->refused = refused;
	close(open(w->path, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(textfile_write(w->path, text), 0);
}

static void set(unsigned i, const char *text)
{
	assert_int_equal(textfile_write(wishes.wish[i].path, text), 0);
}

static int begin(void **state)
{
	wishes.count = 0;
	knob("choice", "always [madvise] never\n", 0);
	knob("left", "1\n", -EACCES);
	knob("number", "3600000\n", 0);
	snprintf(wishes.wish[wishes.count].path, sizeof(wishes.wish[0].path), "%s/absent", dir);
	wishes.wish[wishes.count++].refused = 0;
	assert_int_equal(knob_watch_begin(&watch, &wishes), 0);
	return 0;
}

static int end(void **state)
{
	knob_watch_end(&watch);
	return 0;
}

static void nothing_new(void)
{
	struct knob_change c;
	unsigned at = 0;

	assert_false(knob_watch_next(&watch, &at, &c));
}

static void each_change_is_told_once(void **state)
{
	struct knob_change c;
	unsigned at = 0;

	nothing_new();
	set(0, "always madvise [never]\n");
	set(1, "0\n");
	set(2, "10000\n");
	assert_true(knob_watch_next(&watch, &at, &c));
	assert_string_equal(c.path, wishes.wish[0].path);
	assert_string_equal(c.from, "madvise");
	assert_string_equal(c.to, "never");
	assert_false(c.thp_off); /* some other knob */
	assert_true(knob_watch_next(&watch, &at, &c));
	assert_string_equal(c.path, wishes.wish[2].path);
	assert_string_equal(c.from, "3600000");
	assert_string_equal(c.to, "10000");
	assert_false(knob_watch_next(&watch, &at, &c));
	nothing_new();
	/* And back. */
	at = 0;
	set(0, "always [madvise] never\n");
	assert_true(knob_watch_next(&watch, &at, &c));
	assert_string_equal(c.from, "never");
	assert_string_equal(c.to, "madvise");
	nothing_new();
}

/* Its read waits for whoever writes it, who waits for every CPU. */
static void a_knob_whose_read_may_wait_is_not_read(void **state)
{
	unsigned had = watch.count;

	knob_watch_end(&watch);
	snprintf(wishes.wish[wishes.count].path, sizeof(wishes.wish[0].path),
		 "/proc/sys/kernel/watchdog_thresh");
	wishes.wish[wishes.count++].refused = 0;
	assert_int_equal(knob_watch_begin(&watch, &wishes), 0);
	assert_int_equal(watch.count, had);
}

static int remove_all(void **state)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_change_is_told_once, begin, end),
		cmocka_unit_test_setup_teardown(a_knob_whose_read_may_wait_is_not_read, begin, end),
	};

	if (!mkdtemp(dir))
		return 1;
	return cmocka_run_group_tests_name("knob_watch", tests, NULL, remove_all);
}
