/* SPDX-License-Identifier: GPL-2.0-only */
/* How a cell's process ended: signals do not end the wait for it, and the seal names who killed it.
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
#include "sweep/cell_end.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signals_do_not_end_the_wait),
		cmocka_unit_test(a_wait_ends_in_time),
		cmocka_unit_test(the_seal_names_who_killed_it),
		cmocka_unit_test(of_a_run_it_is_the_runs_reason),
	};

	return cmocka_run_group_tests_name("cell_end", tests, NULL, NULL);
}
