/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For rescue.c: the storm's threads during a lockup. They were looked at once (rescue.before);
 * these look again and compare: a thread that is runnable both times and whose run time did not
 * move is kept from its CPU.
 */
#ifndef THPSTORM_RUN_RESCUE_THREADS_H
#define THPSTORM_RUN_RESCUE_THREADS_H

#include "run/rescue_state.h"

/* Emits an event. @now: clock ns; @cpu and @worker -1: none. */
void rescue_tell(struct rescue *r, enum event_kind kind, uint64_t now, int cpu, int worker,
		 uint64_t value, const char *fmt, ...) PRINTF_LIKE(7, 8);
/* The evidence: one event for each thread in an operation, one for how many others wait. */
void rescue_tell_threads(struct rescue *r, uint64_t now);
/* Who is to be sent to the spare CPU: the worker's index, -1 nobody (more). */
int rescue_choose(struct rescue *r);
const struct group_plan *rescue_group(const struct rescue *r, unsigned worker);

#endif
