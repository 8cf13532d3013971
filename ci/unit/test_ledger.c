/* SPDX-License-Identifier: GPL-2.0-only */
/* The ledger of a sweep: what is added comes back, and what happens to the file is seen. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "measure/clock.h"
#include "sweep/ledger.h"
#include "sweep/ledger_read.h"
#include "sweep/ledger_write.h"
#include "words/ini_line.h"

#define BOOT_A "11111111-2222-3333-4444-555555555555"
#define BOOT_B "99999999-2222-3333-4444-555555555555"

static char dir[] = "/tmp/thpstorm-sweep-XXXXXX", file[64];
static int dirfd_;
static struct ledger j;
static struct error err;

static void begin(unsigned cells)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", cells);
	unlink(file);
	assert_int_equal(ledger_create(&j, dirfd_, dir, &err), 0);
	assert_int_equal(ledger_fact_add(&j, "kernel", "6.18 of somebody", &err), 0);
	assert_int_equal(ledger_fact_add(&j, "cells", number, &err), 0);
	assert_int_equal(ledger_conf_add(&j, "[sweep]", &err), 0);
	assert_int_equal(ledger_conf_add(&j, "cpus =\t0-3", &err), 0);
	assert_int_equal(ledger_size(&j, cells, &err), 0);
	assert_int_equal(ledger_begin(&j, dirfd_, &err), 0);
	assert_int_equal(ledger_session_add(&j, BOOT_A, &err), 0);
}

static void reopen(void)
{
	ledger_close(&j);
	if (ledger_open(&j, dirfd_, dir, true, &err))
		fail_msg("not opened: %s", err.text);
}

static void what_is_added_comes_back(void **state)
{
	struct cell_log seal = {.code = 1,
				.run_ms = 2500,
				.gap_ms = 31,
				.size = 12345,
				.reason = "a\tlockup\nhere"};

	begin(4);
	assert_int_equal(ledger_start(&j, 2, &err), 0);
	assert_int_equal(ledger_seal(&j, 2, &seal, &err), 0);
	assert_int_equal(ledger_start(&j, 3, &err), 0);
	reopen();
	assert_int_equal(j.cells, 4);
	assert_string_equal(ledger_fact(&j, "kernel"), "6.18 of somebody");
	assert_null(ledger_fact(&j, "binary"));
	assert_int_equal(j.conf_lines, 2);
	assert_string_equal(j.conf[1], "cpus =\t0-3");
	assert_int_equal(j.sessions, 1);
	assert_string_equal(j.session[0].boot, BOOT_A);
	assert_int_equal(j.session[0].pid, getpid());
	assert_int_equal(j.log[0].state, CELL_OPEN);
	assert_int_equal(j.log[1].state, CELL_SEALED);
	assert_int_equal(j.log[1].code, 1);
	assert_int_equal(j.log[1].run_ms, 2500);
	assert_int_equal(j.log[1].gap_ms, 31);
	assert_int_equal(j.log[1].size, 12345);
	assert_string_equal(j.log[1].reason, "a lockup here");
	assert_int_equal(j.log[2].state, CELL_STARTED);
	assert_int_equal(j.log[2].session, 1);
	assert_false(j.ended);
}

/* A line of the plan as long as a config may have it. */
static void a_long_line_comes_back(void **state)
{
	static char line[INI_LINE_MAX + 1];

	unlink(file);
	memset(line, 'x', INI_LINE_MAX);
	assert_int_equal(ledger_create(&j, dirfd_, dir, &err), 0);
	assert_int_equal(ledger_fact_add(&j, "cells", "1", &err), 0);
	assert_int_equal(ledger_conf_add(&j, line, &err), 0);
	assert_int_equal(ledger_begin(&j, dirfd_, &err), 0);
	reopen();
	assert_int_equal(j.conf_lines, 1);
	assert_string_equal(j.conf[0], line);
}

static void tries_and_losses_are_counted(void **state)
{
	begin(1);
	assert_int_equal(ledger_start(&j, 1, &err), 0);
	assert_int_equal(ledger_stop(&j, 1, "interrupted", &err), 0);
	reopen();
	assert_int_equal(j.log[0].state, CELL_OPEN);
	assert_true(j.log[0].stopped);
	assert_int_equal(ledger_start(&j, 1, &err), 0);
	reopen();
	assert_int_equal(ledger_session_add(&j, BOOT_B, &err), 0);
	assert_string_equal(j.session[j.log[0].session - 1].boot, BOOT_A);
	assert_int_equal(ledger_lost(&j, 1, "a panic", &err), 0);
	reopen();
	assert_int_equal(j.log[0].tries, 2);
	assert_int_equal(j.log[0].lost, 1);
	assert_string_equal(j.log[0].lost_text, "a panic");
	assert_int_equal(j.log[0].state, CELL_OPEN);
	assert_int_equal(ledger_end(&j, &err), 0);
	reopen();
	assert_true(j.ended);
}

/* A merge takes over how a cell came to its seal: given up after a loss, or run again. */
static void a_loss_is_adopted(void **state)
{
	struct cell_log given_up = {.state = CELL_SEALED,
				    .tries = 2,
				    .lost = 2,
				    .code = 1,
				    .given_up = true,
				    .reason = "lost",
				    .lost_text = "a panic"};
	struct cell_log passed = {.state = CELL_SEALED, .tries = 2, .lost = 1, .reason = "none"};

	begin(2);
	assert_int_equal(ledger_adopt(&j, 1, &given_up, &err), 0);
	assert_int_equal(ledger_adopt(&j, 2, &passed, &err), 0);
	for (int i = 0; i < 2; i++, reopen()) {
		assert_true(j.log[0].given_up);
		assert_int_equal(j.log[0].tries, 2);
		assert_int_equal(j.log[0].lost, 2);
		assert_string_equal(j.log[0].lost_text, "a panic");
		assert_false(j.log[1].given_up);
		assert_int_equal(j.log[1].tries, 2);
		assert_int_equal(j.log[1].lost, 1);
	}
}

/* Not run again yet: the loss alone, for whoever resumes it. */
static void an_open_loss_is_adopted(void **state)
{
	struct cell_log lost = {.state = CELL_OPEN, .tries = 2, .lost = 1, .lost_text = "a panic"};

	begin(1);
	assert_int_equal(ledger_adopt(&j, 1, &lost, &err), 0);
	for (int i = 0; i < 2; i++, reopen()) {
		assert_int_equal(j.log[0].state, CELL_OPEN);
		assert_int_equal(j.log[0].tries, 2);
		assert_int_equal(j.log[0].lost, 1);
		assert_string_equal(j.log[0].lost_text, "a panic");
	}
}

static void the_last_of_a_fact_holds(void **state)
{
	begin(1);
	assert_int_equal(ledger_fact_add(&j, "kernel", "6.19", &err), 0);
	reopen();
	assert_string_equal(ledger_fact(&j, "kernel"), "6.19");
}

static off_t size_of(void)
{
	struct stat st;

	assert_int_equal(stat(file, &st), 0);
	return st.st_size;
}

/* Wherever a line is torn: what stands before it holds, and the next line takes its place. */
static void a_torn_line_is_forgotten(void **state)
{
	off_t whole, all;

	begin(2);
	whole = size_of();
	assert_int_equal(ledger_start(&j, 1, &err), 0);
	all = size_of();
	for (off_t cut = all - 1; cut > whole; cut--) {
		assert_int_equal(truncate(file, cut), 0);
		reopen();
		assert_true(j.torn);
		assert_int_equal(j.log[0].state, CELL_OPEN);
	}
	assert_int_equal(ledger_start(&j, 2, &err), 0);
	reopen();
	assert_false(j.torn);
	assert_int_equal(j.log[0].state, CELL_OPEN);
	assert_int_equal(j.log[1].state, CELL_STARTED);
}

static void refused(const char *sentence)
{
	ledger_close(&j);
	assert_int_equal(ledger_open(&j, dirfd_, dir, true, &err), -EINVAL);
	if (!strstr(err.text, sentence))
		fail_msg("'%s' is not in: %s", sentence, err.text);
}

static void overwrite(off_t at, const char *text)
{
	int fd = open(file, O_WRONLY);

	assert_int_equal(pwrite(fd, text, strlen(text), at), strlen(text));
	close(fd);
}

/* Each byte of the file but the newlines: a damaged line is named, with its number. */
static void a_damaged_line_is_named(void **state)
{
	off_t size;

	begin(2);
	assert_int_equal(ledger_start(&j, 1, &err), 0);
	size = size_of();
	for (off_t at = 0; at < size; at++) {
		char was = 0;
		int fd = open(file, O_RDWR);

		assert_int_equal(pread(fd, &was, 1, at), 1);
		close(fd);
		if (was == '\n')
			continue;
		overwrite(at, "~");
		refused("journal:");
		assert_non_null(strstr(err.text, "damaged"));
		overwrite(at, (char[]){was, '\0'});
	}
	reopen();
}

static void foreign_files_are_refused(void **state)
{
	begin(1);
	assert_int_equal(truncate(file, 0), 0);
	refused("ends before the sweep began");
	overwrite(0, "set /sys/x\tvalue\n");
	refused("journal:1: the line is damaged");
	ledger_close(&j);
	unlink(file);
	assert_int_equal(ledger_open(&j, dirfd_, dir, true, &err), -ENOENT);
	assert_non_null(strstr(err.text, "cannot open the sweep's ledger"));
}

/* The link wraps it: a disk may take milliseconds for each. */
static unsigned synced;

int __wrap_fdatasync(int fd);

int __wrap_fdatasync(int fd)
{
	synced++;
	return 0;
}

/* CPU time of reading a ledger of @cells sealed cells, ns. */
static uint64_t time_to_read(unsigned cells)
{
	struct cell_log seal = {.code = 0, .run_ms = 2500, .size = 12345, .reason = "no harm seen"};
	uint64_t best = UINT64_MAX;

	begin(cells);
	synced = 0;
	for (unsigned cell = 1; cell <= cells; cell++) {
		assert_int_equal(ledger_start(&j, cell, &err), 0);
		assert_int_equal(ledger_seal(&j, cell, &seal, &err), 0);
	}
	/* Each line is on the disk before the next step. */
	assert_int_equal(synced, 2 * cells);
	for (int i = 0; i < 3; i++) {
		uint64_t from = clock_thread_cpu();

		reopen();
		best = MIN(best, clock_thread_cpu() - from);
	}
	assert_int_equal(j.log[cells - 1].state, CELL_SEALED);
	return best;
}

/* Ten times the cells take ten times the time, and not a hundred times. */
static void ten_thousand_cells(void **state)
{
	uint64_t few = time_to_read(1000), many;

	ledger_close(&j);
	many = time_to_read(10000);
	print_message("1,000 cells read in %.1f ms, 10,000 in %.1f ms\n", (double)few / 1e6,
		      (double)many / 1e6);
	assert_true(many < 40 * few);
}

static int setup(void **state)
{
	if (!mkdtemp(dir))
		return -1;
	dirfd_ = open(dir, O_RDONLY | O_DIRECTORY);
	snprintf(file, sizeof(file), "%s/journal", dir);
	return dirfd_ < 0;
}

static int teardown(void **state)
{
	char command[64];

	close(dirfd_);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static int close_ledger(void **state)
{
	ledger_close(&j);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(what_is_added_comes_back, close_ledger),
		cmocka_unit_test_teardown(a_long_line_comes_back, close_ledger),
		cmocka_unit_test_teardown(tries_and_losses_are_counted, close_ledger),
		cmocka_unit_test_teardown(a_loss_is_adopted, close_ledger),
		cmocka_unit_test_teardown(an_open_loss_is_adopted, close_ledger),
		cmocka_unit_test_teardown(the_last_of_a_fact_holds, close_ledger),
		cmocka_unit_test_teardown(a_torn_line_is_forgotten, close_ledger),
		cmocka_unit_test_teardown(a_damaged_line_is_named, close_ledger),
		cmocka_unit_test_teardown(foreign_files_are_refused, close_ledger),
		cmocka_unit_test_teardown(ten_thousand_cells, close_ledger),
	};

	return cmocka_run_group_tests_name("ledger", tests, setup, teardown);
}
