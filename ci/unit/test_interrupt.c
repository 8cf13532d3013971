/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Signals that end a process, each in a child of its own: none is forgotten, the first is
 * remembered, what is ignored stays ignored, this process's own failed write is no interrupt, and
 * a child that leaves them to its parent is not ended.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <sys/time.h>

#include "base/base.h"
#include "base/interrupt.h"
#include "child.h"

/* wait(2)'s status of a child that got the signal: stopped, ended or none of both. */
static int status_after(int signo, void (*prepare)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		const struct rlimit none = {0, 0};

		setrlimit(RLIMIT_CORE, &none);
		signal(signo, SIG_DFL);
		if (prepare)
			prepare();
		raise(signo);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	if (WIFSTOPPED(status)) {
		int killed;

		kill(pid, SIGKILL);
		waitpid(pid, &killed, 0);
	}
	return status;
}

static bool is_own_fault(int signo)
{
	static const int faults[] = {SIGKILL, SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV, SIGSYS};

	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		if (signo == faults[i])
			return true;
	}
	return false;
}

static void every_signal_that_ends_is_one(void **state)
{
	sigset_t set;

	skip_under_checker("a checker keeps signals for itself");
	interrupts_set(&set);
	for (int signo = 1; signo < _NSIG; signo++) {
		bool internal = signo >= __SIGRTMIN && signo < SIGRTMIN; /* the C library's */
		bool ends;

		if (internal)
			continue;
		ends = WIFSIGNALED(status_after(signo, NULL)) && !is_own_fault(signo);
		if (ends != (sigismember(&set, signo) == 1))
			fail_msg("signal %d (%s): it %s a process", signo, strsignal(signo),
				 ends ? "ends" : "does not end");
	}
}

static int caught_then_died(void)
{
	sigset_t set;
	int later = 0;

	interrupts_set(&set);
	for (int signo = 1; signo < _NSIG; signo++) {
		if (sigismember(&set, signo) != 1)
			continue;
		later = signo;
		signal(signo, SIG_DFL);
		interrupts_catch();
		raise(signo);
		if (signo == SIGPIPE || signo == SIGXFSZ) {
			/* Of itself it is a write that failed. */
			if (interrupts_count())
				return 1;
		} else if (interrupts_count() != 1 || interrupts_first() != signo) {
			return 2;
		}
		interrupts_release();
		if (interrupts_count() || interrupts_first())
			return 3;
	}
	interrupts_catch();
	raise(SIGTERM);
	raise(later);
	return interrupts_count() == 2 && interrupts_first() == SIGTERM ? 0 : 4;
}

/* To the process and to its group: one; the next is a second. */
static int echoes_count_once(void)
{
	const struct timespec half = {.tv_nsec = 500000000};

	signal(SIGHUP, SIG_DFL);
	interrupts_catch();
	raise(SIGHUP);
	raise(SIGHUP);
	raise(SIGHUP);
	if (interrupts_count() != 1)
		return 1;
	raise(SIGTERM);
	if (interrupts_count() != 2)
		return 2;
	nanosleep(&half, NULL);
	raise(SIGTERM);
	return interrupts_count() == 3 ? 0 : 3;
}

static void an_echo_is_no_second_interrupt(void **state)
{
	expect_in_child(echoes_count_once, "");
}

static void the_first_is_remembered(void **state)
{
	expect_in_child(caught_then_died, "");
}

static void die_of_it(void)
{
	const struct rlimit whole = {RLIM_INFINITY, RLIM_INFINITY};

	/* Where root may, so that a core would be written. */
	setrlimit(RLIMIT_CORE, &whole);
	interrupts_catch();
	raise(SIGQUIT);
	interrupt_die(interrupts_first());
}

static void it_dies_of_the_same(void **state)
{
	int status = status_after(SIGTERM, die_of_it);

	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGQUIT);
	assert_false(WCOREDUMP(status));
}

static int ignored_stays_ignored(void)
{
	struct sigaction now;

	signal(SIGHUP, SIG_IGN);
	interrupts_catch();
	raise(SIGHUP);
	if (interrupts_count())
		return 1;
	sigaction(SIGHUP, NULL, &now);
	if (now.sa_handler != SIG_IGN)
		return 2;
	interrupts_release();
	sigaction(SIGHUP, NULL, &now);
	if (now.sa_handler != SIG_IGN)
		return 3;
	sigaction(SIGINT, NULL, &now);
	return now.sa_handler == SIG_DFL ? 0 : 4;
}

static void nohup_holds(void **state)
{
	expect_in_child(ignored_stays_ignored, "");
}

static int failed_writes(void)
{
	const struct rlimit small = {1, RLIM_INFINITY};
	char name[] = "/tmp/thpstorm-test-XXXXXX";
	int ends[2], file;

	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	interrupts_catch();
	if (pipe(ends) || close(ends[0]))
		return 1;
	if (write(ends[1], "x", 1) != -1 || errno != EPIPE)
		return 2;
	file = mkstemp(name);
	unlink(name);
	setrlimit(RLIMIT_FSIZE, &small);
	if (write(file, "xx", 2) != 1)
		return 3;
	if (write(file, "x", 1) != -1 || errno != EFBIG)
		return 4;
	return interrupts_count() ? 5 : 0;
}

static void a_failed_write_is_no_interrupt(void **state)
{
	expect_in_child(failed_writes, "");
}

static int sent_by_another(void)
{
	pid_t self = getpid(), child;

	signal(SIGPIPE, SIG_DFL);
	interrupts_catch();
	child = fork();
	if (!child)
		_exit(kill(self, SIGPIPE));
	while (waitpid(child, NULL, 0) != child)
		;
	while (!interrupts_count())
		;
	return interrupts_first() == SIGPIPE ? 0 : 1;
}

static void a_signal_of_another_is(void **state)
{
	expect_in_child(sent_by_another, "");
}

static int left_to_the_parent(void)
{
	sigset_t set;

	interrupts_set(&set);
	interrupts_leave();
	for (int signo = 1; signo < _NSIG; signo++) {
		if (sigismember(&set, signo) == 1)
			raise(signo);
	}
	return 0;
}

static void a_child_leaves_them(void **state)
{
	expect_in_child(left_to_the_parent, "");
}

/* RLIMIT_CPU is of each process: the child's own SIGXCPU is the parent's to handle. */
static int cpu_time_of_the_child(void)
{
	pid_t child;
	int status;

	signal(SIGXCPU, SIG_DFL);
	interrupts_catch();
	child = fork();
	if (!child) {
		const struct rlimit second = {1, 60};

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		interrupts_leave();
		kill(getpid(), SIGXCPU); /* sent to the group, say: not passed on */
		setrlimit(RLIMIT_CPU, &second);
		for (;;)
			;
	}
	while (!interrupts_count())
		;
	kill(child, SIGKILL);
	while (waitpid(child, &status, 0) != child)
		;
	return interrupts_count() == 1 && interrupts_first() == SIGXCPU ? 0 : 1;
}

static void a_childs_limit_is_passed_on(void **state)
{
	expect_in_child(cpu_time_of_the_child, "");
}

static void names(void **state)
{
	char buf[INTERRUPT_NAME_MAX];

	assert_string_equal(interrupt_name(SIGXCPU, buf), "SIGXCPU");
	assert_string_equal(interrupt_name(SIGRTMIN + 3, buf), "SIGRTMIN+3");
	assert_string_equal(interrupt_name(SIGCHLD, buf), "signal 17");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_signal_that_ends_is_one),
		cmocka_unit_test(the_first_is_remembered),
		cmocka_unit_test(an_echo_is_no_second_interrupt),
		cmocka_unit_test(it_dies_of_the_same),
		cmocka_unit_test(nohup_holds),
		cmocka_unit_test(a_failed_write_is_no_interrupt),
		cmocka_unit_test(a_signal_of_another_is),
		cmocka_unit_test(a_child_leaves_them),
		cmocka_unit_test(a_childs_limit_is_passed_on),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
