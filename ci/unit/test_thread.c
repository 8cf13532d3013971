/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The thread of a worker that has a service beside it: the service is there before the first phase
 * and until the loop is over, whatever becomes of the setup.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "run/segment.h"
#include "run/thread.h"

static struct {
	unsigned asked, answered, began, ended, torn_down;
	int setup, tid;
} seen;

/* The step waits for its service, as a fault waits for the handler of its userfaultfd. */
static bool asking_aim(struct worker *w)
{
	return true;
}

static void asking_step(struct worker *w)
{
	unsigned mine = __atomic_add_fetch(&seen.asked, 1, __ATOMIC_SEQ_CST);

	while (load_acquire(&seen.answered) < mine)
		usleep(10);
}

static void asking_service(struct worker *w)
{
	struct pollfd end = {.fd = w->service_end, .events = POLLIN};

	seen.tid = (int)syscall(SYS_gettid);
	__atomic_add_fetch(&seen.began, 1, __ATOMIC_SEQ_CST);
	while (!poll(&end, 1, 1))
		store_release(&seen.answered, load_acquire(&seen.asked));
	__atomic_add_fetch(&seen.ended, 1, __ATOMIC_SEQ_CST);
}

static int asking_setup(struct worker *w)
{
	/* It begins once there is something to serve. */
	assert_int_equal(seen.began, 0);
	return seen.setup ? error_set(&w->error, -seen.setup, "told to fail") : 0;
}

static void asking_teardown(struct worker *w)
{
	assert_int_equal(seen.began, seen.ended);
	seen.torn_down++;
}

static const struct worker_ops asking = {
	.name = "asking",
	.part = PART_DISTURBER,
	.state_size = 1,
	.setup = asking_setup,
	.aim = asking_aim,
	.step = asking_step,
	.service = asking_service,
	.teardown = asking_teardown,
};

static const struct group_plan group = {.name = "asking", .threads = 1};
static struct run_plan plan;
static struct arena arena;
static struct share share;
static cpu_set_t cpus;

/* Runs one such worker through a storm of @ops operations; it is then gone. */
static void run(uint64_t ops, struct thread *t)
{
	const short node = -1;
	struct error err;

	arena.page_bytes = 4096;
	assert_int_equal(sched_getaffinity(0, sizeof(cpus), &cpus), 0);
	assert_int_equal(share_create(&share, 1, 1, &node, &err), 0);
	*t = (struct thread){
		.group_cpus = &cpus,
		.worker = {.ops = &asking,
			   .plan = &plan,
			   .group = &group,
			   .arena = &arena,
			   .cpu = -1},
	};
	t->loop.w = &t->worker;
	t->loop.share = &share;
	t->worker.share = share_worker(&share, 0);
	assert_int_equal(thread_start(&t->id, thread_main, t), 0);
	while (ops && !share_all_parked(&share, NSEC_PER_SEC))
		;
	share_set_phase(&share, PHASE_STORM, 0);
	while (load_relaxed(&t->worker.share->finished) < ops)
		usleep(100);
	share_set_phase(&share, PHASE_STOP, 0);
	pthread_join(t->id, NULL);
}

static int fresh(void **state)
{
	memset(&seen, 0, sizeof(seen));
	return 0;
}

static int end(void **state)
{
	share_destroy(&share);
	return 0;
}

static void a_service_serves_until_the_loop_is_over(void **state)
{
	struct thread t;

	run(100, &t);
	assert_int_equal(share_worker(&share, 0)->life, LIFE_DONE);
	assert_true(share_worker(&share, 0)->storm.ops >= 100);
	assert_int_equal(seen.began, 1);
	assert_int_equal(seen.ended, 1);
	assert_int_equal(seen.torn_down, 1);
	/* Whatever the kernel log says of it is of this worker. */
	assert_int_equal(share_worker(&share, 0)->service_tid, seen.tid);
	assert_int_not_equal(seen.tid, share_worker(&share, 0)->tid);
}

static void no_service_without_a_setup(void **state)
{
	struct thread t;

	seen.setup = -ENODEV;
	run(0, &t);
	assert_int_equal(share_worker(&share, 0)->life, LIFE_FAILED);
	assert_int_equal(share_worker(&share, 0)->setup_error, ENODEV);
	assert_string_equal(share_worker(&share, 0)->message, "told to fail");
	assert_int_equal(seen.began, 0);
	assert_int_equal(seen.torn_down, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_service_serves_until_the_loop_is_over, fresh,
						end),
		cmocka_unit_test_setup_teardown(no_service_without_a_setup, fresh, end),
	};

	return cmocka_run_group_tests_name("thread", tests, NULL, NULL);
}
