/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What follows when CPUs lock up: evidence first, then (on_lockup = rescue) the thread that the
 * spinning ones wait for is sent to the spare CPU, where it can finish and so end the lockup.
 *
 * A CPU is locked up when its heartbeat is overdue by RESCUE_LOCKED. The rescue waits until the
 * kernel's own watchdog has spoken, because its trace is the evidence that counts, or for
 * `patience` where it does not speak. Candidates are only splitters and movers that are runnable
 * and do not get to run; those with an operation in flight first. It needs a spare CPU and the
 * heartbeats, and cannot help when the starved thread is running.
 *
 * Everything here is for the watch thread, and while a CPU is locked nothing here allocates, forks,
 * opens or waits: one call of rescue_poll() is one look.
 */
#ifndef THPSTORM_RUN_RESCUE_H
#define THPSTORM_RUN_RESCUE_H

#include "detect/detector.h"
#include "run/helper.h"
#include "run/thread_state.h"

#define RESCUE_LOCKED (1 * NSEC_PER_SEC) /* ns that a heartbeat is overdue */

enum rescue_step {
	RESCUE_OFF,    /* not armed */
	RESCUE_WATCH,  /* no CPU is locked up */
	RESCUE_WAIT,   /* one is; the kernel's watchdog has not spoken yet */
	RESCUE_LISTEN, /* it has; its trace is on its way */
	RESCUE_SAMPLE, /* the threads were looked at once */
	RESCUE_SENT,   /* a helper has its order */
	RESCUE_SETTLE, /* it has answered; do the CPUs beat again? */
	RESCUE_LEFT,   /* nothing (more) is done about this lockup */
};

struct rescue {
	struct watch *watch;
	const struct detector *heartbeat;
	struct helpers helpers;
	bool can_send;
	int unlocked;		    /* errno of mlock(2), 0: its memory is locked */
	struct thread_files *files; /* one a worker */
	struct thread_look *before; /* first look of two */
	bool *tried;
	bool traced; /* the kernel was asked for its trace */
	bool told;   /* the threads were told of in this lockup */
	enum rescue_step step;
	uint64_t since;	   /* clock ns at which the step began */
	uint64_t began;	   /* the lockup */
	uint64_t patience; /* ns without a word of the kernel's watchdog */
	uint64_t spoke;	   /* soft lockups reported before this lockup */
	unsigned worker;   /* sent */
	int helper;
	uint64_t sent;
	char what[EVENT_TEXT_MAX]; /* the thread that was sent, for the event */
	/* For the record. */
	unsigned lockups, rescued;
	uint64_t first_rescued; /* clock ns, 0 none */
};

/*
 * Before the storm is forked: the helpers, where they are wanted and there is a spare CPU. 0, or
 * -errno of helpers_start(): then lockups are looked at and not ended.
 */
int rescue_prepare(struct rescue *r, const struct run_plan *plan, int spare_cpu, struct error *err);
/* When all threads are there: their files. -errno where it can't watch; then it is off. */
int rescue_arm(struct rescue *r, struct watch *watch, const struct detector *heartbeat, pid_t storm,
	       struct error *err);
/* @now: clock ns. @soft_lockups: how many the kernel has reported in this run. */
void rescue_poll(struct rescue *r, uint64_t now, unsigned soft_lockups);
/*
 * A worker spins, and no watchdog may ever speak: asks the kernel for the stacks of all CPUs, once
 * a run, where there are helpers.
 */
void rescue_trace(struct rescue *r, uint64_t now);
/* Whether a watched CPU is locked up now. */
bool rescue_locked(const struct rescue *r, uint64_t now);
/* Whether something is still to be done about a lockup, and for how long at most (ns). */
bool rescue_pending(const struct rescue *r);
uint64_t rescue_limit(const struct rescue *r);
void rescue_disarm(struct rescue *r); /* accepts a zeroed struct */

#endif
