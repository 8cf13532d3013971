/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a cell's process ended: signals do not end the wait for it, the seal names who killed it, harm
 * outlives an interrupt; and how long it may take.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "measure/clock.h"
#include "contract/plan.h"
#include "sweep/cell_end.h"
#include "sweep/cell_limit.h"

#define SIGNALS 3

static int leash = -1;
static volatile sig_atomic_t came;

static void on_alarm(int signo)
{
	if (++came == SIGNALS)
		close(leash);
}

/* Ends when the test lets go of the pipe. */
static void start(struct cell_run *c)
{
	int fds[2];
	char byte;

	assert_int_equal(pipe(fds), 0);
	c->pid = fork();
	assert_true(c->pid >= 0);
	if (!c->pid) {
		close(fds[1]);
		_exit(read(fds[0], &byte, 1) ? 1 : 7);
	}
	close(fds[0]);
	leash = fds[1];
	c->pidfd = (int)syscall(SYS_pidfd_open, c->pid, 0);
}

/* The process ends at the third signal alone. */
static void signals_do_not_end_the_wait(void **state)
{
	const struct itimerval every = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
	const struct sigaction on = {.sa_handler = on_alarm};
	struct cell_run c = {.pidfd = -1};
	int status = 0;
	bool ended;

	start(&c);
	assert_int_equal(sigaction(SIGALRM, &on, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &every, NULL), 0);
	ended = cell_run_await(&c, 600000, &status);
	setitimer(ITIMER_REAL, &never, NULL);
	assert_true(ended);
	assert_true(came >= SIGNALS);
	assert_int_equal(WEXITSTATUS(status), 7);
	assert_int_equal(c.pidfd, -1);
}

static void a_wait_ends_in_time(void **state)
{
	struct cell_run c = {.pidfd = -1};
	int status = 0;

	start(&c);
	assert_false(cell_run_await(&c, 1, &status));
	close(leash);
	assert_true(cell_run_await(&c, 600000, &status));
}

static void says(const struct cell_end *end, int code, const char *reason)
{
	static struct cell_page page = {.refused.text = "no plan"};
	struct cell_log seal = {.code = -1};

	cell_end_describe(end, &page, &seal);
	assert_int_equal(seal.code, code);
	assert_string_equal(seal.reason, reason);
}

static void the_seal_names_who_killed_it(void **state)
{
	struct cell_end end = {.status = SIGKILL};

	says(&end, VERDICT_BROKEN, "the run's process died of signal 9 (Killed)");
	end.killed_after = 930500 * NSEC_PER_MSEC;
	end.planned = 630 * NSEC_PER_SEC;
	says(&end, VERDICT_BROKEN,
	     "the run hung: the sweep killed it after 930 s, 300 s over its planned 630 s");
	/* It ended by itself before SIGKILL came. */
	end.status = SIGSEGV;
	says(&end, VERDICT_BROKEN, "the run's process died of signal 11 (Segmentation fault)");
	end.status = VERDICT_SKIP << 8;
	says(&end, VERDICT_SKIP, "no plan");
}

static void of_a_run_it_is_the_runs_reason(void **state)
{
	struct cell_end end = {.status = VERDICT_PASS << 8};
	struct cell_page page = {.ran = true,
				 .outcome = {.reason = "no harm seen", .failure = "disk full"}};
	struct cell_log seal = {.code = -1};

	cell_end_describe(&end, &page, &seal);
	assert_int_equal(seal.code, VERDICT_PASS);
	assert_string_equal(seal.reason, "no harm seen");
	/* A result that is not complete proves a FAIL only. */
	page.outcome.write_failed = -ENOSPC;
	cell_end_describe(&end, &page, &seal);
	assert_string_equal(seal.reason, "disk full");
	page.outcome.verdict = VERDICT_FAIL;
	cell_end_describe(&end, &page, &seal);
	assert_string_equal(seal.reason, "no harm seen");
	memset(page.outcome.reason, 'x', sizeof(page.outcome.reason) - 1);
	cell_end_describe(&end, &page, &seal);
	assert_int_equal(strlen(seal.reason), SWEEP_REASON_MAX - 1);
}

/* It was done when the signal came: killed or not, its outcome holds. */
static void a_process_killed_after_its_run_is_its_run(void **state)
{
	const struct cell_end end = {.status = SIGKILL};
	const struct cell_page page = {
		.ran = true, .outcome = {.verdict = VERDICT_FAIL, .reason = "a soft lockup"}};
	struct cell_log seal = {.code = -1};

	cell_end_describe(&end, &page, &seal);
	assert_int_equal(seal.code, VERDICT_FAIL);
	assert_string_equal(seal.reason, "a soft lockup");
}

static void harm_outlives_an_interrupt_and_a_full_disk(void **state)
{
	struct cell_page page = {.ran = false};

	assert_null(cell_end_voids(&page, false));
	assert_string_equal(cell_end_voids(&page, true), "interrupted");
	page.ran = true;
	/* The signal came after its end. */
	assert_null(cell_end_voids(&page, true));
	page.outcome.interrupted_by = SIGTERM;
	assert_string_equal(cell_end_voids(&page, false), "interrupted");
	page.outcome.verdict = VERDICT_FAIL;
	assert_null(cell_end_voids(&page, true));
	page.outcome = (struct run_outcome){.write_failed = -EIO};
	assert_null(cell_end_voids(&page, false));
	for (unsigned i = 0; i < 2; i++) {
		page.outcome = (struct run_outcome){.write_failed = i ? -ENOSPC : -EDQUOT};
		assert_string_equal(cell_end_voids(&page, false), "the disk is full");
		page.outcome.verdict = VERDICT_FAIL;
		assert_null(cell_end_voids(&page, false));
	}
}

#define LOOK (CELL_LOOK_MS * NSEC_PER_MSEC)

/* How long a cell that never ends is looked at, each look @every ns after the one before. */
static uint64_t limit_of(const struct run_plan *plan, uint64_t every, uint64_t stood)
{
	struct cell_limit limit;
	uint64_t now = 12345;

	cell_limit_begin(&limit, plan, now);
	do
		now += every;
	while (!cell_limit_is_over(&limit, now, stood));
	return limit.ran;
}

static void a_cell_has_minutes_beyond_its_plan(void **state)
{
	struct run_plan plan = {.warmup = 2 * NSEC_PER_SEC,
				.quiet = 3 * NSEC_PER_SEC,
				.duration = 25 * NSEC_PER_SEC,
				.groups = 2};
	uint64_t limit = limit_of(&plan, LOOK, 0);

	assert_int_equal(limit, 330 * NSEC_PER_SEC + LOOK);
	/* Each pass over the arena at 1 GiB/s: made, proved for each group, verified, unmapped. */
	plan.arena_size = 200 * GIB;
	assert_int_equal(limit_of(&plan, LOOK, 0), limit + 5 * 200 * NSEC_PER_SEC);
}

static void what_stood_still_does_not_count(void **state)
{
	const struct run_plan plan = {.duration = 30 * NSEC_PER_SEC};
	struct cell_limit limit;

	cell_limit_begin(&limit, &plan, 0);
	assert_false(cell_limit_is_over(&limit, LOOK, 0));
	/* An hour in the freezer: the first look after it. */
	assert_false(cell_limit_is_over(&limit, 3600 * NSEC_PER_SEC, 0));
	assert_true(limit.ran <= 3 * LOOK);
	/* The storm alone: the sweep kept looking, the run tells of it. */
	assert_int_equal(limit_of(&plan, LOOK, 1000 * NSEC_PER_SEC), 1330 * NSEC_PER_SEC + LOOK);
	/* A sweep that is short of CPU time looks late, and still sees a hang. */
	assert_true(limit_of(&plan, 5 * LOOK, 0) < 400 * NSEC_PER_SEC);
}

/* An interval is as long as it ran. */
static void the_page_knows_what_stood_still(void **state)
{
	struct cell_page page = {.ran = false};
	const struct run_sink sink = cell_page_sink(&page);
	struct interval i = {.when = 5 * NSEC_PER_SEC, .seconds_ns = 2 * NSEC_PER_SEC};

	assert_int_equal(sink.interval(sink.ctx, &i), 0);
	assert_int_equal(page.stood, 0);
	i = (struct interval){.when = 6 * NSEC_PER_SEC, .seconds_ns = NSEC_PER_SEC};
	assert_int_equal(sink.interval(sink.ctx, &i), 0);
	assert_int_equal(page.stood, 0);
	i = (struct interval){.when = 16 * NSEC_PER_SEC, .seconds_ns = NSEC_PER_SEC};
	assert_int_equal(sink.interval(sink.ctx, &i), 0);
	i = (struct interval){.when = 17 * NSEC_PER_SEC, .seconds_ns = 0};
	assert_int_equal(sink.interval(sink.ctx, &i), 0);
	assert_int_equal(page.stood, 10 * NSEC_PER_SEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signals_do_not_end_the_wait),
		cmocka_unit_test(a_wait_ends_in_time),
		cmocka_unit_test(the_seal_names_who_killed_it),
		cmocka_unit_test(of_a_run_it_is_the_runs_reason),
		cmocka_unit_test(a_process_killed_after_its_run_is_its_run),
		cmocka_unit_test(harm_outlives_an_interrupt_and_a_full_disk),
		cmocka_unit_test(a_cell_has_minutes_beyond_its_plan),
		cmocka_unit_test(what_stood_still_does_not_count),
		cmocka_unit_test(the_page_knows_what_stood_still),
	};

	return cmocka_run_group_tests_name("cell_end", tests, NULL, NULL);
}
