/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One cell in a process of its own: whatever becomes of it, the sweep lives. The process is in a
 * process group of its own, so that a terminal's interrupt reaches the sweep alone, which passes it
 * on; when the sweep is killed it gets SIGTERM, ends its storm and puts the knobs back.
 */
#ifndef THPSTORM_BENCH_SWEEP_CELL_RUN_H
#define THPSTORM_BENCH_SWEEP_CELL_RUN_H

#include <sys/types.h>

#include "result/directory_run.h"

/* Shared with the process; times are ns of CLOCK_MONOTONIC, 0: not reached. */
struct cell_page {
	uint64_t run_began, storm_began, storm_ended, run_ended;
	uint64_t stood;	   /* ns that its intervals leave out: the run or its storm was stopped */
	uint64_t interval; /* the end of the last one, clock ns */
	bool ran;	   /* the outcome is there */
	struct run_outcome outcome;
	struct error refused; /* of a plan that was not run at all */
};

struct cell_run {
	pid_t pid;
	int pidfd;
	int alive; /* a pipe that the cell and all that it forks hold open; -1: none */
	struct cell_page *page;
};

/* What a run tells @page of itself. */
struct run_sink cell_page_sink(struct cell_page *page);

/* Before the first cell: 0 or -errno. */
int cell_run_init(struct cell_run *c, struct error *err);
void cell_run_free(struct cell_run *c);

/* Starts the process. @close_fd is closed in it (the sweep's lock). 0 or -errno. */
int cell_run_start(struct cell_run *c, const struct run_plan *plan, const char *dir, int close_fd,
		   struct error *err);
/*
 * Waits at most @ms, less when a signal comes. True when the process has ended; *@status is then
 * wait(2)'s.
 */
bool cell_run_wait(struct cell_run *c, int ms, int *status);
/* The same, whatever signals come. */
bool cell_run_await(struct cell_run *c, int ms, int *status);
/*
 * Whether nothing of the cell that has ended runs on, a storm that survived SIGKILL say; waits for
 * it up to @ms.
 */
bool cell_run_is_gone(struct cell_run *c, int ms);

#endif
