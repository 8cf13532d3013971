/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Processes that make the calls that may not return. One is sched_setaffinity(2) on a thread
 * that sits on a locked CPU. For a thread that is running the call waits for that CPU's stopper
 * (kernel/sched/core.c, affine_move_task(); 5.10: stop_one_cpu()) and does not return, and so
 * the caller must be somebody who can be spared. They are forked and rehearsed beforehand, because
 * during a lockup nobody may fork, fault or allocate.
 */
#ifndef THPSTORM_RUN_HELPER_H
#define THPSTORM_RUN_HELPER_H

#include <sys/types.h>

#include "base/error.h"

#define HELPERS 6

struct helpers {
	int cpu;		    /* where they run, and where they send threads */
	struct helper_order *order; /* HELPERS of them, shared with the processes */
	pid_t pid[HELPERS];	    /* 0: none */
	uint32_t asked[HELPERS];    /* orders given; answered when order.served says so */
};

/*
 * Forks them; each has answered a rehearsal when this returns. Call it early, while the process is
 * small and has one thread. 0 or -errno; @h is fit for helpers_stop() in any case.
 */
int helpers_start(struct helpers *h, int cpu, struct error *err);
/* Orders a helper that is free to send thread @tid to the CPU. Its number, or -EAGAIN. */
int helpers_send(struct helpers *h, pid_t tid);
/*
 * Orders a helper that is free to ask the kernel for the stacks of all active CPUs, which go to its
 * log ("l" to /proc/sysrq-trigger: drivers/tty/sysrq.c, sysrq_handle_showallcpus()). It waits for
 * the CPUs' answers. Its number, or -EAGAIN; the answer is -errno where that is not allowed.
 */
int helpers_trace(struct helpers *h);
/* Whether that helper is done, and with what: 0 or -errno in *result. */
bool helpers_answered(const struct helpers *h, int helper, int *result);
/* errno of the first mlock(2) or mlockall(2) that was refused; 0: they are locked in memory. */
int helpers_unlocked(const struct helpers *h);
/* Ends them; one that hangs in its call is left to the kernel. Accepts a zeroed struct. */
void helpers_stop(struct helpers *h);

#endif
