/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A site: a process that storms, as the supervisor has it. There is one, and one more for each group
 * with process = own. They storm together: one that ends before it is asked to ends the run.
 */
#ifndef THPSTORM_RUN_SITE_H
#define THPSTORM_RUN_SITE_H

#include <sys/types.h>

#include "contract/plan.h"
#include "run/thread_state.h"

struct site {
	pid_t pid;   /* 0: none */
	bool reaped; /* and how it ended: */
	int status;
	bool killed; /* by us */
	/* Whether it is stopped; see standstill_watch.c. */
	struct thread_files files; /* of its first thread, which only waits */
	int wchan;		   /* of the same; -1: none */
	uint64_t finished;	   /* operations, when last looked */
	uint64_t stopped_since;	   /* clock ns; 0: it is not */
	uint64_t stopped_for;	   /* ns that are not told yet */
	unsigned flights;	   /* operations in flight while it was */
};

#define SITE_NAME_MAX (PLAN_NAME_MAX + 32)

#endif
