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

#include "run/rescue_state.h"

/*
 * Before the storm is forked: the helpers, where they are wanted and there is a spare CPU. 0, or
 * -errno of helpers_start(): then lockups are looked at and not ended.
 */
int rescue_prepare(struct rescue *r, const struct run_plan *plan, int spare_cpu, struct error *err);
/* When all threads are there: their files, by the process that each is in. -errno where it can't watch; then it is off. */
int rescue_arm(struct rescue *r, struct watch *watch, const struct detector *heartbeat,
	       const pid_t *process, struct error *err);
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
