/* SPDX-License-Identifier: GPL-2.0-only */
/* See interrupt.h. */
#include "base/interrupt.h"

#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"

/* signal(7): those that end a process, but for KILL and what tells of a fault of its own. */
#define INTERRUPTS(X)                                                                              \
	X(HUP)                                                                                     \
	X(INT)                                                                                     \
	X(QUIT)                                                                                    \
	X(ABRT)                                                                                    \
	X(USR1)                                                                                    \
	X(USR2)                                                                                    \
	X(PIPE)                                                                                    \
	X(ALRM)                                                                                    \
	X(TERM)                                                                                    \
	X(XCPU)                                                                                    \
	X(XFSZ)                                                                                    \
	X(VTALRM)                                                                                  \
	X(PROF)                                                                                    \
	X(POLL)                                                                                    \
	X(PWR)

static const struct {
	int signo;
	const char *name;
} named[] = {
#define X(name) {SIG##name, "SIG" #name},
	INTERRUPTS(X)
#undef X
#ifdef SIGSTKFLT
		{SIGSTKFLT, "SIGSTKFLT"},
#endif
};

/* Nobody presses a key again so soon. */
#define ECHO_NS (300 * NSEC_PER_MSEC)

static unsigned count; /* the stop flag */
static int first;
static struct sigaction before[_NSIG];
static struct sigaction output_before; /* of SIGTTOU */

void interrupts_set(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < ARRAY_SIZE(named); i++)
		sigaddset(set, named[i].signo);
	for (int signo = SIGRTMIN; signo <= SIGRTMAX; signo++)
		sigaddset(set, signo);
}

/*
 * A terminal that closes, timeout(1) and job schedulers send the same signal to the process and to
 * its group: one event.
 */
static bool is_echo(int signo)
{
	static uint64_t last_ns;
	static int last;
	struct timespec now;
	uint64_t ns, before_ns;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ns = (uint64_t)now.tv_sec * NSEC_PER_SEC + (uint64_t)now.tv_nsec;
	before_ns = __atomic_exchange_n(&last_ns, ns, __ATOMIC_RELAXED);
	return __atomic_exchange_n(&last, signo, __ATOMIC_RELAXED) == signo &&
	       load_relaxed(&count) && ns - before_ns < ECHO_NS;
}

static void on_interrupt(int signo, siginfo_t *info, void *context)
{
	int none = 0;

	/* Of this process's own write: its errno says it. */
	if ((signo == SIGPIPE || signo == SIGXFSZ) && info->si_pid == getpid())
		return;
	if (is_echo(signo))
		return;
	__atomic_compare_exchange_n(&first, &none, signo, false, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	__atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST);
}

void interrupts_catch(void)
{
	struct sigaction sa = {.sa_sigaction = on_interrupt, .sa_flags = SA_SIGINFO};
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t set;

	interrupts_set(&set);
	count = 0;
	first = 0;
	for (int signo = 1; signo < _NSIG; signo++) {
		if (sigismember(&set, signo) != 1)
			continue;
		sigaction(signo, NULL, &before[signo]);
		if (before[signo].sa_handler != SIG_IGN)
			sigaction(signo, &sa, NULL);
	}
	sigaction(SIGTTOU, &ignore, &output_before);
}

void interrupts_release(void)
{
	sigset_t set;

	interrupts_set(&set);
	for (int signo = 1; signo < _NSIG; signo++) {
		if (sigismember(&set, signo) == 1)
			sigaction(signo, &before[signo], NULL);
	}
	sigaction(SIGTTOU, &output_before, NULL);
	count = 0;
	first = 0;
}

unsigned interrupts_count(void)
{
	return load_relaxed(&count);
}

int interrupts_first(void)
{
	return load_relaxed(&first);
}

static void pass_on(int signo, siginfo_t *info, void *context)
{
	static bool passed;

	/* What somebody sent to the whole group the parent has got as well. */
	if (info->si_code == SI_KERNEL && !__atomic_exchange_n(&passed, true, __ATOMIC_RELAXED))
		kill(getppid(), signo);
}

void interrupts_leave(void)
{
	struct sigaction sa = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO | SA_RESTART};
	sigset_t set;

	interrupts_set(&set);
	for (int signo = 1; signo < _NSIG; signo++) {
		if (sigismember(&set, signo) == 1)
			signal(signo, SIG_IGN);
	}
	sigaction(SIGXCPU, &sa, NULL);
}

const char *interrupt_name(int signo, char buf[INTERRUPT_NAME_MAX])
{
	for (size_t i = 0; i < ARRAY_SIZE(named); i++) {
		if (named[i].signo == signo)
			return strcpy(buf, named[i].name);
	}
	if (signo >= SIGRTMIN && signo <= SIGRTMAX)
		snprintf(buf, INTERRUPT_NAME_MAX, "SIGRTMIN+%d", signo - SIGRTMIN);
	else
		snprintf(buf, INTERRUPT_NAME_MAX, "signal %d", signo);
	return buf;
}

void interrupt_die(int signo)
{
	sigset_t set;

	prctl(PR_SET_DUMPABLE, 0);
	signal(signo, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, signo);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(signo);
	_exit(128 + signo);
}
