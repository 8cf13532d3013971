/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A worker's thread, in a process that storms: its scheduling, its evidence, its worker's setup, the
 * loop, and the service beside it where the worker has one.
 */
#ifndef THPSTORM_RUN_THREAD_H
#define THPSTORM_RUN_THREAD_H

#include <pthread.h>

#include "run/loop.h"

#define THREAD_STACK (256 * KIB)

struct thread {
	pthread_t id, service;
	bool has_service;
	const cpu_set_t *group_cpus; /* where it runs that is not pinned */
	struct worker worker;
	struct loop loop;
};

/* The start routine, with a struct thread. It ends with the loop; share.life says how it went. */
void *thread_main(void *arg);
/* Starts @run on a stack of THREAD_STACK. 0 or -errno. */
int thread_start(pthread_t *id, void *(*run)(void *arg), void *arg);

#endif
