/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a rescue stands (rescue.h). */
#ifndef THPSTORM_RUN_RESCUE_STATE_H
#define THPSTORM_RUN_RESCUE_STATE_H

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

#endif
