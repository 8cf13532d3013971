/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is left of a machine that went down: of this crash and no other, from pstore, from the
 * archive that systemd-pstore moved it to, and from a journalctl that may hang.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "put_file.h"
#include "sweep/dumps.h"
#include "sweep/lost.h"

#define BOOT	"11111111-2222-3333-4444-555555555555"
#define PLAIN	"11111111222233334444555555555555"
#define PANIC	"<0>[   12.345678] Kernel panic - not syncing: %s\n"
#define SINCE	1700000000LL /* the session began */
#define CRASHED (SINCE + 500)
#define BOOTED	(SINCE + 600)

static char dir[] = "/tmp/thpstorm-lost-XXXXXX";
static char pstore[64], archive[64], journalctl[64], cells[64], text[LOST_TEXT_MAX];
static struct lost_sources from;
static const struct lost_machine machine = {.boot = BOOT, .since = SINCE};
static struct error err;

static void sh(const char *fmt, const char *arg)
{
	char command[300];

	snprintf(command, sizeof(command), fmt, arg);
	if (system(command))
		fail_msg("failed: %s", command);
}

static void write_text(const char *path, const char *content, long long when)
{
	const struct timespec at[2] = {{.tv_sec = when}, {.tv_sec = when}};

	put_file(path, content);
	assert_int_equal(utimensat(AT_FDCWD, path, at, 0), 0);
}

/* A record with a panic whose reason is @why. */
static void dump(const char *place, const char *name, const char *why, long long when)
{
	char path[256], content[128];

	snprintf(path, sizeof(path), "%s/%s", place, name);
	snprintf(content, sizeof(content), "Panic#1 Part1\n" PANIC, why);
	write_text(path, content, when);
}

static void script(const char *body)
{
	char content[1000];

	snprintf(content, sizeof(content), "#!/bin/sh\n%s\n", body);
	write_text(journalctl, content, SINCE);
	assert_int_equal(chmod(journalctl, 0755), 0);
}

static int setup(void **state)
{
	if (!mkdtemp(strcpy(dir, "/tmp/thpstorm-lost-XXXXXX")))
		return -1;
	snprintf(pstore, sizeof(pstore), "%s/pstore", dir);
	snprintf(archive, sizeof(archive), "%s/archive", dir);
	snprintf(journalctl, sizeof(journalctl), "%s/journalctl", dir);
	snprintf(cells, sizeof(cells), "%s/cells", dir);
	from = (struct lost_sources){
		.pstore = pstore, .archive = archive, .journalctl = journalctl, .booted = BOOTED};
	sh("mkdir %s/pstore", dir);
	sh("mkdir -p %s/archive/1700000500/001", dir);
	sh("mkdir -p %s/cells/00003 ", dir);
	sh("mkdir -p %s/cells/00007", dir);
	script("exit 1");
	return 0;
}

static int teardown(void **state)
{
	sh("rm -rf %s", dir);
	return 0;
}

static void collect(const char *cell)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", cells, cell);
	text[0] = '\0';
	if (lost_collect(path, &machine, &from, text, sizeof(text), &err))
		fail_msg("not collected: %s", err.text);
}

static void expect(const char *what)
{
	if (!strstr(text, what))
		fail_msg("'%s' is not in '%s'", what, text);
}

static void a_record_says_where_it_is_from(void **state)
{
	char path[192], expected[256];
	struct stat st;

	dump(pstore, "dmesg-ramoops-0", "mine", CRASHED);
	collect("00003");
	snprintf(expected, sizeof(expected), "Kernel panic - not syncing: mine (1 file from %s)",
		 pstore);
	assert_string_equal(text, expected);
	snprintf(path, sizeof(path), "%s/00003/lost/pstore/dmesg-ramoops-0", cells);
	assert_int_equal(stat(path, &st), 0);
	snprintf(path, sizeof(path), "%s/dmesg-ramoops-0", pstore);
	assert_int_equal(stat(path, &st), 0); /* the owner's */
}

/* systemd-pstore moved it before the sweep went on; its time is that of the move. */
static void a_record_that_was_moved(void **state)
{
	char expected[256], path[192];
	struct stat st;

	dump(archive, "1700000500/001/dmesg.txt", "moved", BOOTED + 3);
	collect("00003");
	snprintf(expected, sizeof(expected), "Kernel panic - not syncing: moved (1 file from %s)",
		 archive);
	assert_string_equal(text, expected);
	snprintf(path, sizeof(path), "%s/00003/lost/pstore/1700000500-001-dmesg.txt", cells);
	assert_int_equal(stat(path, &st), 0);
}

static void one_of_an_earlier_crash_is_not_taken(void **state)
{
	char log[128];

	dump(pstore, "dmesg-ramoops-0", "old", SINCE - 10);
	dump(archive, "dmesg-ramoops-0", "older", SINCE - 1000);
	collect("00003");
	expect("no harm found: 0 files from ");
	snprintf(log, sizeof(log), "%s/00003/lost/kernel.log", cells);
	assert_int_not_equal(access(log, F_OK), 0);
	expect("pstore (1 of another crash), 0 files from ");
	expect("archive (1 of another crash); no log of that boot");
}

/* The name has the time, whatever a copy's own is. */
static void a_name_tells_the_time(void **state)
{
	char name[64];

	assert_int_equal(dumps_time_of("dmesg-efi-170000050001001"), CRASHED);
	assert_int_equal(dumps_time_of("dmesg-efi_pstore-170000050001001"), CRASHED);
	snprintf(name, sizeof(name), "dmesg-erst-%llu", (unsigned long long)CRASHED << 32 | 2);
	assert_int_equal(dumps_time_of(name), CRASHED);
	assert_int_equal(dumps_time_of("dmesg-ramoops-0"), 0);

	dump(archive, "dmesg-efi-169999999901001", "old", BOOTED + 3);
	collect("00003");
	expect("archive (1 of another crash)");
	dump(archive, "dmesg-efi-170000050001001", "mine", BOOTED + 3);
	collect("00003");
	expect("not syncing: mine (1 file from");
}

/* Lost without a record; the machine crashed once more in the boot after it, with one. */
static void one_of_a_later_crash_is_not_taken(void **state)
{
	script("case $* in *--list-boots*) echo '["
	       "{\"boot_id\":\"a\",\"first_entry\":1699998000000000},"
	       "{\"boot_id\":\"" PLAIN "\",\"first_entry\":1699999000000000},"
	       "{\"boot_id\":\"b\",\"first_entry\":1700000100000000},"
	       "{\"boot_id\":\"c\",\"first_entry\":1700000600000000}]';; *) exit 1;; esac");
	dump(pstore, "dmesg-ramoops-0", "later", CRASHED);
	dump(archive, "dmesg.txt", "later", BOOTED + 3);
	collect("00003");
	expect("no harm found: 0 files from");
	dump(pstore, "dmesg-ramoops-1", "mine", SINCE + 50);
	collect("00003");
	expect("not syncing: mine (1 file from");
}

/* A record without a time gets that of the mount: it looks new at every boot. */
static void one_is_taken_once(void **state)
{
	dump(pstore, "dmesg-ramoops-0", "third", BOOTED + 1);
	collect("00003");
	expect("not syncing: third");
	collect("00007");
	expect("no harm found: 0 files from");
	collect("00003"); /* the sweep was killed before it could say so */
	expect("not syncing: third (1 file from");
}

/* As large as another cell's, and not the same: of a crash of its own. */
static void one_that_is_as_long_is_another(void **state)
{
	dump(pstore, "dmesg-ramoops-0", "first", BOOTED + 1);
	collect("00003");
	expect("not syncing: first");
	dump(pstore, "dmesg-ramoops-0", "other", BOOTED + 1);
	collect("00007");
	expect("not syncing: other (1 file from");
}

/* The same bytes at its beginning. */
static void one_that_is_longer_is_another(void **state)
{
	dump(pstore, "dmesg-ramoops-0", "first\n", BOOTED + 1);
	collect("00003");
	dump(pstore, "dmesg-ramoops-0", "first\nand more", BOOTED + 1);
	collect("00007");
	expect("(1 file from");
}

/* The machine crashed again later on: of a record that looks new at every boot that says nothing. */
static void one_that_this_boot_dated_may_be_it(void **state)
{
	script("case $* in *--list-boots*) echo '["
	       "{\"boot_id\":\"" PLAIN "\",\"first_entry\":1699999000000000},"
	       "{\"boot_id\":\"b\",\"first_entry\":1700000100000000}]';; *) exit 1;; esac");
	dump(pstore, "dmesg-ramoops-0", "mine", BOOTED + 1);
	collect("00003");
	expect("not syncing: mine (1 file from");
}

static void one_in_both_places_is_one(void **state)
{
	char path[160];
	struct stat st;

	dump(pstore, "dmesg-ramoops-0", "both", CRASHED);
	dump(archive, "dmesg-ramoops-0", "both", BOOTED + 3);
	dump(archive, "dmesg-ramoops-1", "both", BOOTED + 3);
	collect("00003");
	snprintf(path, sizeof(path), "%s/00003/lost/pstore/dmesg-ramoops-1", cells);
	assert_int_not_equal(stat(path, &st), 0);
}

/* journalctl gets the boot without its dashes. */
static void the_log_of_that_boot(void **state)
{
	script("case $* in *--list-boots*) exit 1;; esac\n"
	       "for last; do :; done; echo \"[    5.1] host kernel: boot $last\"");
	collect("00003");
	expect("the log of that boot is kept");
	sh("grep -q 'boot " PLAIN "$' %s/00003/lost/kernel.log", cells);
}

static void a_journalctl_that_hangs_is_ended(void **state)
{
	from.limit_ms = 50;
	script("exec sleep 1000");
	collect("00003");
	expect("journalctl did not answer in time");
}

static void without_any_of_them(void **state)
{
	char path[128];

	from.pstore = from.archive = from.journalctl = "/nonexistent/x";
	collect("00003");
	expect("no log of that boot");
	/* What had been streamed to the result. */
	snprintf(path, sizeof(path), "%s/00003/kernel.log", cells);
	write_text(path, "[   12.345678] rcu: INFO: rcu_preempt self-detected stall on CPU\n",
		   SINCE);
	collect("00003");
	expect("self-detected stall");
	/* What the serial console's other end kept and put there. */
	snprintf(path, sizeof(path), "%s/00003/lost/console.log", cells);
	write_text(path,
		   "[   12.345678] watchdog: BUG: soft lockup - CPU#0 stuck for 5s! [x:1]\r\n",
		   SINCE);
	collect("00003");
	assert_string_equal(text, "watchdog: BUG: soft lockup - CPU#0 stuck for 5s! [x:1]");
}

/* Warnings are common over a boot: one counts where nothing worse is found. */
static void the_gravest_line(void **state)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/dmesg-ramoops-0", pstore);
	write_text(path,
		   "Panic#1 Part1\n<4>[    0.1] WARNING: CPU: 2 PID: 0 at smpboot.c:427\n<0>[   "
		   "12.345678] watchdog: BUG: soft lockup - CPU#2 stuck for 22s! [thpstorm:71]\n",
		   CRASHED);
	collect("00003");
	expect("watchdog: BUG: soft lockup - CPU#2 stuck for 22s! [thpstorm:71] (1 file");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_record_says_where_it_is_from),
		T(a_record_that_was_moved),
		T(one_of_an_earlier_crash_is_not_taken),
		T(a_name_tells_the_time),
		T(one_of_a_later_crash_is_not_taken),
		T(one_is_taken_once),
		T(one_that_is_as_long_is_another),
		T(one_that_is_longer_is_another),
		T(one_that_this_boot_dated_may_be_it),
		T(one_in_both_places_is_one),
		T(the_log_of_that_boot),
		T(a_journalctl_that_hangs_is_ended),
		T(without_any_of_them),
		T(the_gravest_line),
	};

	return cmocka_run_group_tests_name("lost", tests, NULL, NULL);
}
