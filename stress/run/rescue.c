/* SPDX-License-Identifier: GPL-2.0-only */
/* See rescue.h. */
#include "run/rescue.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "base/textfile.h"
#include "detect/heartbeat.h"
#include "run/rescue_threads.h"

/* From the watchdog's first line until its traces of all CPUs are in the log. */
#define LISTEN_FOR (1 * NSEC_PER_SEC)
/* Between the two looks: some ticks, in which a running thread's time must have grown. */
#define LOOK_APART (300 * NSEC_PER_MSEC)
#define SEND_LIMIT (1 * NSEC_PER_SEC)
/* After the call: one operation of the thread that was sent, and a beat. */
#define SETTLE_FOR	 (2 * NSEC_PER_SEC)
#define FILES_PER_THREAD 3
#define FILES_BESIDES	 256

int rescue_prepare(struct rescue *r, const struct run_plan *plan, int spare_cpu, struct error *err)
{
	int ret;

	memset(r, 0, sizeof(*r));
	if (spare_cpu < 0)
		return 0;
	ret = helpers_start(&r->helpers, spare_cpu, err);
	r->can_send = !ret && plan->on_lockup == LOCKUP_RESCUE;
	return ret;
}

/*
 * kernel/watchdog.c: a soft lockup is reported when a CPU's watchdog thread did not run for
 * 2 * watchdog_thresh, looked at every watchdog_thresh * 2 / 5 seconds.
 */
static uint64_t patience(const struct run_plan *plan)
{
	uint64_t thresh, on;

	if (textfile_read_u64("/proc/sys/kernel/watchdog_thresh", &thresh) || !thresh ||
	    textfile_read_u64("/proc/sys/kernel/soft_watchdog", &on) || !on)
		return plan->lockup_after;
	return thresh * NSEC_PER_SEC * 3;
}

static void allow_files(unsigned threads)
{
	struct rlimit limit;
	rlim_t wanted = threads * FILES_PER_THREAD + FILES_BESIDES;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = MIN(wanted, limit.rlim_max);
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* Zeroed, present and locked: nothing here may fault later. Free with free(). */
static void *locked_memory(struct rescue *r, size_t bytes)
{
	void *p = malloc(bytes ? bytes : 1);

	if (!p)
		return NULL;
	memset(p, 0, bytes);
	if (mlock(p, bytes))
		r->unlocked = errno;
	return p;
}

int rescue_arm(struct rescue *r, struct watch *watch, const struct detector *heartbeat,
	       const pid_t *process, struct error *err)
{
	unsigned workers = watch->share->workers;

	if (!heartbeat)
		return error_set(err, ENODEV, "without the heartbeats no lockup is seen in time");
	r->files = locked_memory(r, workers * sizeof(*r->files));
	r->before = locked_memory(r, workers * sizeof(*r->before));
	r->tried = locked_memory(r, workers * sizeof(*r->tried));
	if (!r->files || !r->before || !r->tried)
		return error_set(err, ENOMEM, "no memory for %u threads", workers);
	r->watch = watch;
	r->heartbeat = heartbeat;
	r->patience = patience(&watch->given->plan);
	allow_files(workers);
	for (unsigned w = 0; w < workers; w++)
		thread_files_open(&r->files[w], process[w], share_worker(watch->share, w)->tid);
	r->step = RESCUE_WATCH;
	return 0;
}

/* A watched CPU whose heartbeat is overdue by @gap or more. */
static bool any_overdue(const struct rescue *r, uint64_t now, uint64_t gap)
{
	for (int cpu = 0; r->heartbeat && cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &r->watch->watched) &&
		    heartbeat_gap(r->heartbeat, cpu, now) >= gap)
			return true;
	}
	return false;
}

bool rescue_locked(const struct rescue *r, uint64_t now)
{
	return any_overdue(r, now, RESCUE_LOCKED);
}

/*
 * After a thread was sent each beat counts: its next operations may hold the CPUs again, for as
 * long as one takes.
 */
static bool goes_on(const struct rescue *r, uint64_t now)
{
	if (r->step == RESCUE_SENT || r->step == RESCUE_SETTLE)
		return any_overdue(r, now, now - r->sent);
	return rescue_locked(r, now);
}

static void enter(struct rescue *r, enum rescue_step step, uint64_t now)
{
	r->step = step;
	r->since = now;
}

static void give_up(struct rescue *r, uint64_t now, const char *why)
{
	rescue_tell(r, EVENT_rescue_failed, now, -1, -1, now - r->began,
		    "the lockup goes on after %.1f s: %s", (double)(now - r->began) / 1e9, why);
	enter(r, RESCUE_LEFT, now);
}

static void send_next(struct rescue *r, uint64_t now)
{
	int w = rescue_choose(r);
	struct thread_look look;

	if (w < 0) {
		give_up(r, now, "no other splitter or mover is starved");
		return;
	}
	thread_look(&r->files[w], &look);
	r->worker = (unsigned)w;
	r->tried[w] = true;
	snprintf(r->what, sizeof(r->what), "%s (%s) tid %d from CPU %d",
		 rescue_group(r, r->worker)->name, rescue_group(r, r->worker)->worker,
		 share_worker(r->watch->share, r->worker)->tid, look.cpu);
	r->helper = helpers_send(&r->helpers, share_worker(r->watch->share, r->worker)->tid);
	if (r->helper < 0) {
		give_up(r, now, "every helper hangs in its call");
		return;
	}
	r->sent = now;
	enter(r, RESCUE_SENT, now);
}

static void look_first(struct rescue *r, uint64_t now)
{
	for (unsigned w = 0; w < r->watch->share->workers; w++)
		thread_look(&r->files[w], &r->before[w]);
	enter(r, RESCUE_SAMPLE, now);
}

static void after_looks(struct rescue *r, uint64_t now)
{
	if (!r->told)
		rescue_tell_threads(r, now);
	r->told = true;
	if (r->can_send)
		send_next(r, now);
	else
		give_up(r, now,
			r->watch->given->plan.on_lockup == LOCKUP_RESCUE
				? "nobody can be sent"
				: "on_lockup is not rescue");
}

static void after_sending(struct rescue *r, uint64_t now)
{
	int result;

	if (!helpers_answered(&r->helpers, r->helper, &result)) {
		if (now - r->since < SEND_LIMIT)
			return;
		rescue_tell(r, EVENT_rescue_failed, now, -1, (int)r->worker, now - r->since,
			    "sending %s to CPU %d hangs", r->what, r->helpers.cpu);
		look_first(r, now);
	} else if (result) {
		rescue_tell(r, EVENT_rescue_failed, now, -1, (int)r->worker, now - r->since,
			    "cannot send %s to CPU %d: %s", r->what, r->helpers.cpu,
			    strerror(-result));
		look_first(r, now);
	} else {
		enter(r, RESCUE_SETTLE, now);
	}
}

static void is_over(struct rescue *r, uint64_t now)
{
	if (r->step == RESCUE_SENT || r->step == RESCUE_SETTLE) {
		r->rescued++;
		if (!r->first_rescued)
			r->first_rescued = now;
		rescue_tell(
			r, EVENT_rescue, now, r->helpers.cpu, (int)r->worker, now - r->sent,
			"%s went to CPU %d, and %.0f ms later all CPUs ran again; the lockup took %.1f s",
			r->what, r->helpers.cpu, (double)(now - r->sent) / 1e6,
			(double)(now - r->began) / 1e9);
	}
	memset(r->tried, 0, r->watch->share->workers * sizeof(*r->tried));
	enter(r, RESCUE_WATCH, now);
}

static void begin(struct rescue *r, uint64_t now, unsigned soft_lockups)
{
	r->began = now - RESCUE_LOCKED;
	r->told = false;
	r->spoke = soft_lockups;
	enter(r, RESCUE_WAIT, now);
}

/* With on_lockup = panic the kernel's word is its last: the threads are looked at before. */
static bool has_waited(const struct rescue *r, uint64_t now, unsigned soft_lockups)
{
	if (r->watch->given->plan.on_lockup == LOCKUP_PANIC)
		return now - r->began >= r->patience / 3;
	return soft_lockups > r->spoke || now - r->began >= r->patience;
}

void rescue_poll(struct rescue *r, uint64_t now, unsigned soft_lockups)
{
	if (r->step == RESCUE_OFF)
		return;
	if (!goes_on(r, now)) {
		if (r->step != RESCUE_WATCH)
			is_over(r, now);
		return;
	}
	switch (r->step) {
	case RESCUE_WATCH:
		begin(r, now, soft_lockups);
		break;
	case RESCUE_WAIT:
		if (has_waited(r, now, soft_lockups)) {
			r->lockups++;
			enter(r, RESCUE_LISTEN, now);
		}
		break;
	case RESCUE_LISTEN:
		if (now - r->since >= LISTEN_FOR || r->watch->given->plan.on_lockup == LOCKUP_PANIC)
			look_first(r, now);
		break;
	case RESCUE_SAMPLE:
		if (now - r->since >= LOOK_APART)
			after_looks(r, now);
		break;
	case RESCUE_SENT:
		after_sending(r, now);
		break;
	case RESCUE_SETTLE:
		if (now - r->since >= SETTLE_FOR)
			look_first(r, now);
		break;
	default:
		break;
	}
}

void rescue_trace(struct rescue *r, uint64_t now)
{
	if (r->traced || r->step == RESCUE_OFF)
		return;
	r->traced = true;
	if (helpers_trace(&r->helpers) >= 0)
		rescue_tell(
			r, EVENT_trace, now, -1, -1, 0,
			"a worker spins: the kernel was asked for the stacks of all active CPUs; they are in kernel.log");
}

bool rescue_pending(const struct rescue *r)
{
	return r->step > RESCUE_WATCH && r->step < RESCUE_LEFT;
}

uint64_t rescue_limit(const struct rescue *r)
{
	return r->patience + LISTEN_FOR + HELPERS * (LOOK_APART + SEND_LIMIT + SETTLE_FOR);
}

void rescue_disarm(struct rescue *r)
{
	for (unsigned w = 0; r->watch && r->files && w < r->watch->share->workers; w++)
		thread_files_close(&r->files[w]);
	helpers_stop(&r->helpers);
	free(r->files);
	free(r->before);
	free(r->tried);
	r->files = NULL;
	r->before = NULL;
	r->tried = NULL;
	r->step = RESCUE_OFF;
}
