/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rescue step by step, on a machine that is told: heartbeats, threads and helpers are this
 * file's (linked with --wrap). Who is sent, when, and what is said of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "told_given.h"
#include "detect/heartbeat.h"
#include "run/rescue.h"
#include "run/segment.h"

#define WORKERS 3 /* 0 the mover, 1 and 2 faulters */
#define MSEC	NSEC_PER_MSEC

static struct given given;
static struct share share;
static struct evidence evidence[WORKERS];
static struct watch watch;
static struct rescue rescue;
static pid_t processes[WORKERS];
static const struct detector beats;

/* The machine. */
static uint64_t now, beat_at;
static unsigned soft_lockups;
static struct thread_look thread[WORKERS];
static bool gets_cpu[WORKERS];
static int sent_tid, helpers_free, answer, traces;
static bool answers;
/* What was said. */
static unsigned said[EVENT_KIND_COUNT], in_state[EVENT_STATE_COUNT];
static char last[EVENT_KIND_COUNT][EVENT_TEXT_MAX];

uint64_t __wrap_heartbeat_gap(const struct detector *d, int cpu, uint64_t at);
uint64_t __wrap_heartbeat_gap(const struct detector *d, int cpu, uint64_t at)
{
	return cpu == 0 ? at - beat_at : 0;
}

void __wrap_thread_look(const struct thread_files *f, struct thread_look *look);
void __wrap_thread_look(const struct thread_files *f, struct thread_look *look)
{
	*look = thread[f - rescue.files];
}

int __wrap_helpers_send(struct helpers *h, pid_t tid);
int __wrap_helpers_send(struct helpers *h, pid_t tid)
{
	if (!helpers_free)
		return -EAGAIN;
	helpers_free--;
	sent_tid = tid;
	return 0;
}

int __wrap_helpers_trace(struct helpers *h);
int __wrap_helpers_trace(struct helpers *h)
{
	traces++;
	return 1;
}

bool __wrap_helpers_answered(const struct helpers *h, int helper, int *result);
bool __wrap_helpers_answered(const struct helpers *h, int helper, int *result)
{
	*result = answer;
	return answers;
}

static void hear(struct watch *w, const struct event *e)
{
	said[e->kind]++;
	in_state[e->state]++;
	memcpy(last[e->kind], e->text, sizeof(e->text));
}

static void pass(uint64_t ns)
{
	for (uint64_t end = now + ns; now < end; now += 20 * MSEC) {
		for (int w = 0; w < WORKERS; w++)
			thread[w].run += gets_cpu[w] ? 20 * MSEC : 0;
		rescue_poll(&rescue, now, soft_lockups);
	}
}

static void operate(unsigned w, unsigned page)
{
	share_worker(&share, w)->flight.since = now;
	share_worker(&share, w)->flight.page = page;
}

static int set_up(void **state)
{
	struct error err;

	memset(said, 0, sizeof(said));
	memset(in_state, 0, sizeof(in_state));
	memset(&given, 0, sizeof(given));
	given.plan.lockup_after = 15 * NSEC_PER_SEC;
	given.plan.groups = 2;
	snprintf(given.plan.group[0].name, PLAN_NAME_MAX, "mover");
	snprintf(given.plan.group[0].worker, PLAN_NAME_MAX, "move_pages");
	snprintf(given.plan.group[1].name, PLAN_NAME_MAX, "tails");
	snprintf(given.plan.group[1].worker, PLAN_NAME_MAX, "fault_fstat");
	assert_int_equal(share_create(&share, 1, WORKERS, (const short[]){-1, -1, -1}, &err), 0);
	watch = (struct watch){
		.given = &given,
		.share = &share,
		.evidence = evidence,
		.emit = hear,
	};
	CPU_SET(0, &watch.watched);
	given.geometry.placement.thread[1].group = given.geometry.placement.thread[2].group = 1;
	told_given(&given);
	now = beat_at = 100 * NSEC_PER_SEC;
	soft_lockups = 0;
	for (int w = 0; w < WORKERS; w++) {
		share_worker(&share, (unsigned)w)->tid = 1000 + w;
		thread[w] = (struct thread_look){.known = true, .state = 'R', .run = 1000};
		gets_cpu[w] = false;
	}
	gets_cpu[1] = true; /* it spins */
	operate(0, 0);
	operate(1, 317);
	sent_tid = answer = traces = 0;
	helpers_free = 6;
	answers = true;
	memset(&rescue, 0, sizeof(rescue));
	rescue.helpers.cpu = 3;
	rescue.can_send = true;
	assert_int_equal(rescue_arm(&rescue, &watch, &beats, processes, &err), 0);
	rescue.patience = 30 * NSEC_PER_SEC;
	return 0;
}

static int tear_down(void **state)
{
	rescue_disarm(&rescue);
	share_destroy(&share);
	return 0;
}

static void a_pause_is_no_lockup(void **state)
{
	pass(5 * NSEC_PER_SEC);
	beat_at = now;
	pass(500 * MSEC);
	assert_int_equal(rescue.step, RESCUE_WATCH);
	assert_int_equal(rescue.lockups, 0);
	assert_int_equal(sent_tid, 0);
	assert_int_equal(said[EVENT_lockup_thread], 0);
}

static void the_kernel_speaks_first(void **state)
{
	pass(8 * NSEC_PER_SEC);
	assert_int_equal(rescue.lockups, 0);
	soft_lockups = 1;
	pass(900 * MSEC);
	assert_int_equal(rescue.lockups, 1);
	assert_int_equal(sent_tid, 0);
	pass(600 * MSEC);
	assert_int_equal(sent_tid, 1000);
	/* The evidence: the mover that waits, the faulter that spins, and one that only waits. */
	assert_int_equal(said[EVENT_lockup_thread], 3);
	assert_non_null(strstr(last[EVENT_lockup_thread], "1 more threads are runnable"));
	assert_int_equal(in_state[STATE_starved], 1);
	assert_int_equal(in_state[STATE_running], 1);
	beat_at = now;
	pass(100 * MSEC);
	assert_int_equal(said[EVENT_rescue], 1);
	assert_non_null(strstr(last[EVENT_rescue], "mover (move_pages) tid 1000 from CPU 0 went to "
						   "CPU 3"));
	assert_int_equal(rescue.rescued, 1);
	assert_int_equal(rescue.step, RESCUE_WATCH);
}

static void a_silent_watchdog_is_not_waited_for(void **state)
{
	pass(29 * NSEC_PER_SEC);
	assert_int_equal(sent_tid, 0);
	pass(3 * NSEC_PER_SEC);
	assert_int_equal(sent_tid, 1000);
}

/* A call on a running thread waits for its CPU and never returns. */
static void who_runs_is_not_sent(void **state)
{
	gets_cpu[0] = gets_cpu[2] = true;
	soft_lockups = 1;
	rescue.spoke = 0;
	pass(2 * NSEC_PER_SEC);
	soft_lockups = 2;
	pass(3 * NSEC_PER_SEC);
	assert_int_equal(sent_tid, 0);
	assert_int_equal(said[EVENT_rescue_failed], 1);
	assert_non_null(strstr(last[EVENT_rescue_failed], "no other splitter or mover is starved"));
	assert_int_equal(rescue.step, RESCUE_LEFT);
}

static void who_sleeps_is_not_sent(void **state)
{
	thread[0].state = 'S';
	thread[2].state = 'D';
	pass(2 * NSEC_PER_SEC);
	soft_lockups = 1;
	pass(3 * NSEC_PER_SEC);
	assert_int_equal(sent_tid, 0);
	assert_int_equal(said[EVENT_rescue_failed], 1);
}

/* Worker 2 is another mover here, and not in an operation. */
static void second_mover(void)
{
	given.geometry.placement.thread[2].group = 0;
}

static void the_next_one_follows(void **state)
{
	second_mover();
	pass(2 * NSEC_PER_SEC);
	soft_lockups = 1;
	pass(1500 * MSEC);
	assert_int_equal(sent_tid, 1000);
	gets_cpu[2] = true; /* it ran a while, so it is looked at anew */
	pass(500 * MSEC);
	gets_cpu[2] = false;
	pass(2500 * MSEC); /* the first did not help */
	assert_int_equal(sent_tid, 1002);
	pass(5 * NSEC_PER_SEC);
	assert_int_equal(rescue.step, RESCUE_LEFT);
	assert_int_equal(rescue.rescued, 0);
	assert_int_equal(said[EVENT_lockup_thread], 3); /* told once */
	/* It ends by itself: nobody's merit. The next lockup is a new one. */
	beat_at = now;
	pass(100 * MSEC);
	assert_int_equal(said[EVENT_rescue], 0);
	assert_int_equal(rescue.step, RESCUE_WATCH);
	pass(2 * NSEC_PER_SEC);
	soft_lockups = 2;
	sent_tid = 0;
	pass(1500 * MSEC);
	assert_int_equal(sent_tid, 1000);
	assert_int_equal(rescue.lockups, 2);
}

/* On the spare CPU it would fault the same page, and spin there too. */
static void a_faulter_is_never_sent(void **state)
{
	thread[0].state = 'S';
	gets_cpu[1] = false;
	pass(2 * NSEC_PER_SEC);
	soft_lockups = 1;
	pass(5 * NSEC_PER_SEC);
	assert_int_equal(sent_tid, 0);
	assert_int_equal(rescue.step, RESCUE_LEFT);
}

static void a_helper_that_hangs_is_left(void **state)
{
	second_mover();
	answers = false;
	pass(2 * NSEC_PER_SEC);
	soft_lockups = 1;
	pass(1500 * MSEC);
	assert_int_equal(sent_tid, 1000);
	assert_true(rescue_pending(&rescue));
	pass(1500 * MSEC);
	assert_int_equal(said[EVENT_rescue_failed], 1);
	assert_non_null(strstr(last[EVENT_rescue_failed], "hangs"));
	assert_int_equal(sent_tid, 1002);
}

static void no_helper_is_left(void **state)
{
	helpers_free = 0;
	pass(2 * NSEC_PER_SEC);
	soft_lockups = 1;
	pass(1500 * MSEC);
	assert_non_null(strstr(last[EVENT_rescue_failed], "every helper hangs"));
	assert_int_equal(rescue.step, RESCUE_LEFT);
}

static void a_refused_call_is_said(void **state)
{
	answer = -EPERM;
	pass(2 * NSEC_PER_SEC);
	soft_lockups = 1;
	pass(1600 * MSEC);
	assert_int_equal(said[EVENT_rescue_failed], 1);
	assert_non_null(strstr(last[EVENT_rescue_failed], "Operation not permitted"));
	/* It ends by itself: nobody was sent. */
	beat_at = now;
	pass(100 * MSEC);
	assert_int_equal(said[EVENT_rescue], 0);
	assert_int_equal(rescue.rescued, 0);
}

static void the_kernel_is_asked_once(void **state)
{
	rescue_trace(&rescue, now);
	rescue_trace(&rescue, now + NSEC_PER_SEC);
	assert_int_equal(traces, 1);
	assert_int_equal(said[EVENT_trace], 1);
}

static void leave_only_looks(void **state)
{
	given.plan.on_lockup = LOCKUP_LEAVE;
	rescue.can_send = false;
	pass(2 * NSEC_PER_SEC);
	soft_lockups = 1;
	pass(3 * NSEC_PER_SEC);
	assert_int_equal(said[EVENT_lockup_thread], 3);
	assert_int_equal(sent_tid, 0);
	assert_non_null(strstr(last[EVENT_rescue_failed], "on_lockup is not rescue"));
}

/* With panic the threads are looked at before the watchdog's word, which is the kernel's last. */
static void panic_looks_early(void **state)
{
	given.plan.on_lockup = LOCKUP_PANIC;
	rescue.can_send = false;
	pass(11 * NSEC_PER_SEC);
	assert_int_equal(said[EVENT_lockup_thread], 3);
	assert_int_equal(soft_lockups, 0);
}

/* Its next operation holds the CPUs again for a while: that is no lockup that goes on. */
static void one_beat_is_enough(void **state)
{
	pass(2 * NSEC_PER_SEC);
	soft_lockups = 1;
	pass(1400 * MSEC);
	assert_int_equal(rescue.step, RESCUE_SETTLE);
	beat_at = now + 20 * MSEC;
	pass(100 * MSEC);
	assert_int_equal(rescue.rescued, 1);
	pass(1900 * MSEC);
	assert_int_equal(said[EVENT_rescue_failed], 0);
	assert_int_equal(rescue.lockups, 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_pause_is_no_lockup),
		TEST(the_kernel_speaks_first),
		TEST(a_silent_watchdog_is_not_waited_for),
		TEST(who_runs_is_not_sent),
		TEST(who_sleeps_is_not_sent),
		TEST(the_next_one_follows),
		TEST(a_faulter_is_never_sent),
		TEST(a_helper_that_hangs_is_left),
		TEST(no_helper_is_left),
		TEST(a_refused_call_is_said),
		TEST(the_kernel_is_asked_once),
		TEST(leave_only_looks),
		TEST(panic_looks_early),
		TEST(one_beat_is_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
