/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is a thread running, waiting for a CPU, or asleep? From files of /proc that are opened beforehand
 * and take no lock that a stormed thread holds: stat (state, CPU, times) and schedstat (run time).
 *
 * A thread that is kept from its CPU is runnable while its run time stands still. Its run delay
 * tells nothing meanwhile: the kernel adds to it only when the thread gets to run again
 * (kernel/sched/stats.h, sched_info_arrive()).
 */
#ifndef THPSTORM_RUN_THREAD_STATE_H
#define THPSTORM_RUN_THREAD_STATE_H

#include <sys/types.h>

#include "base/base.h"

struct thread_files {
	int stat, schedstat, stack; /* -1: none */
};

struct thread_look {
	bool known;
	char state;   /* R running or runnable, S, D, ... */
	int cpu;      /* where it runs or ran last */
	uint64_t run; /* CPU time, ns; without schedstat in clock ticks' resolution */
};

/* Opens and reads each once, so that the kernel has its buffers. What can't be opened is -1. */
void thread_files_open(struct thread_files *f, pid_t process, pid_t tid);
void thread_files_close(struct thread_files *f);
void thread_look(const struct thread_files *f, struct thread_look *look);
/* Parses the texts of stat and schedstat ("" when there is none); for tests. */
void thread_look_parse(const char *stat, const char *schedstat, struct thread_look *look);
/*
 * The functions that it is in, innermost first, " < " between, as far as @size goes; "" where the
 * kernel doesn't tell. Only for a thread that is not running: of a running one the kernel prints
 * where it was when it last slept.
 */
void thread_stack(const struct thread_files *f, char *buf, size_t size);

#endif
