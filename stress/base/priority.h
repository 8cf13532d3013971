/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Real-time priorities (SCHED_FIFO). Who observes runs before every worker: else a worker that
 * never sleeps would keep the run from its end, and a heartbeat that it starves would read as a
 * lockup.
 */
#ifndef THPSTORM_BASE_PRIORITY_H
#define THPSTORM_BASE_PRIORITY_H

enum {
	PRIORITY_WORKER_MAX = 47, /* the option's range */
	PRIORITY_WRITER = 48,	  /* of events and intervals, where workers are real-time */
	PRIORITY_WATCH = 49,
	PRIORITY_HELPER = 50, /* of the rescue */
	PRIORITY_HEARTBEAT = 51,
};

#endif
