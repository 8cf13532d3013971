/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Times in which the watch itself did not run though nobody kept it from running: thpstorm was
 * stopped (SIGSTOP, a frozen cgroup, a debugger) or the whole machine stood still (suspended, a
 * paused virtual machine). Nothing can be said of the CPUs then, so that time is taken out of
 * whatever is measured from outside: heartbeats, ages, limits, the storm's length.
 */
#ifndef THPSTORM_DETECT_STANDSTILL_H
#define THPSTORM_DETECT_STANDSTILL_H

#include "base/base.h"

/* A gap of the watch from here on is looked at. */
#define STANDSTILL_MIN	(500 * NSEC_PER_MSEC)
#define STANDSTILLS_MAX 64

/*
 * In the order of time, what touches is one. When there is no room the two that lie nearest are
 * joined: its ns are then less than its span, and taken to be spread evenly over it.
 */
struct standstills {
	unsigned count;
	struct {
		uint64_t from, to, ns;
	} at[STANDSTILLS_MAX];
};

void standstill_add(struct standstills *s, uint64_t from, uint64_t to);
/* How much of [@from, @to], clock ns, stood still. */
uint64_t standstill_within(const struct standstills *s, uint64_t from, uint64_t to);
/* The rest of it; 0 when @to is not after @from. */
uint64_t standstill_ran(const struct standstills *s, uint64_t from, uint64_t to);

#define STANDSTILL_UNKNOWN UINT64_MAX
/*
 * Whether a gap (ns) of the watch was a standstill. @late: how late the least late of all
 * heartbeats is, since one that beat shows that thpstorm ran. @waited: how long of the gap the
 * watch was runnable and waited for a CPU, as in a lockup of its own CPU. Either may be unknown,
 * not both. A lockup of every CPU with interrupts off can't be told from a standstill.
 */
bool standstill_is(uint64_t gap, uint64_t late, uint64_t waited);

#endif
