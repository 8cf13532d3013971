/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rescue's hands, on the running kernel: a thread that is sent arrives, one that does not exist
 * is an answer too, a helper that hangs is passed over, and nothing is left behind. And its eyes:
 * texts of /proc, and threads of this process that run, sleep and wait.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "checker.h"
#include "measure/clock.h"
#include "run/helper.h"
#include "run/thread_state.h"
#include "system/topology.h"

static int first_cpu, last_cpu;

static int await(const struct helpers *h, int helper)
{
	int result = 1;

	for (int i = 0; i < 30000 && !helpers_answered(h, helper, &result); i++)
		clock_sleep(NSEC_PER_MSEC);
	return result;
}

static void a_thread_is_sent(void **state)
{
	struct helpers h;
	struct error err;
	cpu_set_t set;
	pid_t child;
	int helper;

	assert_int_equal(helpers_start(&h, last_cpu, &err), 0);
	child = fork();
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	helper = helpers_send(&h, child);
	assert_true(helper >= 0);
	assert_int_equal(await(&h, helper), 0);
	assert_int_equal(sched_getaffinity(child, sizeof(set), &set), 0);
	assert_int_equal(CPU_COUNT(&set), 1);
	assert_true(CPU_ISSET(last_cpu, &set));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);

	helper = helpers_send(&h, child); /* it is gone */
	assert_int_equal(await(&h, helper), -ESRCH);
	helpers_stop(&h);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left */
}

static void one_that_hangs_is_passed_over(void **state)
{
	struct helpers h;
	struct error err;
	int first, second, ignored;

	assert_int_equal(helpers_start(&h, last_cpu, &err), 0);
	kill(h.pid[0], SIGSTOP);
	waitpid(h.pid[0], NULL, WUNTRACED);
	first = helpers_send(&h, INT_MAX);
	assert_int_equal(first, 0);
	clock_sleep(20 * NSEC_PER_MSEC);
	assert_false(helpers_answered(&h, first, &ignored));
	second = helpers_send(&h, INT_MAX);
	assert_int_equal(second, 1);
	assert_int_equal(await(&h, second), -ESRCH);
	helpers_stop(&h);
}

static void nothing_is_stopped_safely(void **state)
{
	struct helpers h = {0};

	helpers_stop(&h);
}

static void texts_are_understood(void **state)
{
	static const char stat[] =
		"65 (a ) b (c) R 60 60 0 0 -1 4194368 74 0 0 0 12 34 0 0 39 19 13 0 253 2 3 4 5 6 "
		"7 8 9 10 11 12 13 14 0 0 17 2 0 0 0 0 0 0 0 0 0 0 0 0 0\n";
	struct thread_look look;

	thread_look_parse(stat, "123456789 77 3\n", &look);
	assert_true(look.known);
	assert_int_equal(look.state, 'R');
	assert_int_equal(look.cpu, 2);
	assert_int_equal(look.run, 123456789);
	/* Without schedstat: 12 + 34 ticks. */
	thread_look_parse(stat, "0 0 0\n", &look);
	assert_int_equal(look.run, 46 * (NSEC_PER_SEC / (uint64_t)sysconf(_SC_CLK_TCK)));
	thread_look_parse("65 (cut) R 1 2", "", &look);
	assert_false(look.known);
	thread_look_parse("", "", &look);
	assert_false(look.known);
}

struct one {
	pthread_t id;
	pid_t tid;
	int policy;
	bool stop, sleeps;
	sem_t end; /* what one that sleeps waits for, or it would be seen as it wakes */
};

static void *live(void *arg)
{
	struct one *one = arg;
	struct sched_param param = {.sched_priority = one->policy == SCHED_FIFO};
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(first_cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	sched_setscheduler(0, one->policy, &param);
	store_release(&one->tid, (pid_t)syscall(SYS_gettid));
	while (!load_relaxed(&one->stop)) {
		if (one->sleeps)
			sem_wait(&one->end);
	}
	return NULL;
}

static void begin(struct one *one)
{
	sem_init(&one->end, 0, 0);
	assert_int_equal(pthread_create(&one->id, NULL, live, one), 0);
	while (!load_acquire(&one->tid))
		clock_sleep(NSEC_PER_MSEC);
}

/* A real-time thread spins on a CPU, and an ordinary one waits for it: as in a lockup. */
static void a_starved_thread_is_seen(void **state)
{
	struct one runs = {.policy = SCHED_FIFO}, waits = {.policy = SCHED_OTHER},
		   sleeps = {.policy = SCHED_OTHER, .sleeps = true};
	struct one *all[] = {&waits, &sleeps, &runs};
	struct thread_look before[3], after[3];
	struct thread_files files[3];
	bool starved = false;

	skip_under_checker("threads take turns");
	if (geteuid() || first_cpu == last_cpu)
		skip();
	for (int i = 0; i < 3; i++) {
		begin(all[i]);
		thread_files_open(&files[i], getpid(), all[i]->tid);
	}
	/* The kernel keeps a few hundredths for ordinary threads: between two looks it may have
	 * run. */
	for (int tries = 0; !starved && tries < 200; tries++) {
		for (int i = 0; i < 3; i++)
			thread_look(&files[i], &before[i]);
		clock_sleep(50 * NSEC_PER_MSEC);
		for (int i = 0; i < 3; i++)
			thread_look(&files[i], &after[i]);
		starved = before[0].state == 'R' && after[0].state == 'R' &&
			  after[0].run == before[0].run &&
			  after[2].run >= before[2].run + 20 * NSEC_PER_MSEC;
	}
	for (int i = 2; i >= 0; i--) {
		store_relaxed(&all[i]->stop, true);
		sem_post(&all[i]->end);
	}
	for (int i = 0; i < 3; i++) {
		pthread_join(all[i]->id, NULL);
		thread_files_close(&files[i]);
		assert_true(before[i].known && after[i].known);
	}
	assert_true(starved);
	assert_int_equal(after[0].cpu, first_cpu);
	assert_int_equal(after[1].state, 'S');
	assert_int_equal(after[2].state, 'R');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thread_is_sent),
		cmocka_unit_test(one_that_hangs_is_passed_over),
		cmocka_unit_test(nothing_is_stopped_safely),
		cmocka_unit_test(texts_are_understood),
		cmocka_unit_test(a_starved_thread_is_seen),
	};
	struct clock_facts facts;
	cpu_set_t set;

	clock_setup(&facts);
	sched_getaffinity(0, sizeof(set), &set);
	first_cpu = cpulist_nth(&set, 0);
	last_cpu = cpulist_nth(&set, (unsigned)CPU_COUNT(&set) - 1);
	/* The test looks on from the last CPU. */
	CPU_ZERO(&set);
	CPU_SET(last_cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
