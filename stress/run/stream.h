/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From the watch thread to the disk without the watch thread ever waiting for it: a ring in locked
 * memory, one producer, and a thread of its own, the only one that calls the sink while a run goes
 * on. What does not fit is counted.
 */
#ifndef THPSTORM_RUN_STREAM_H
#define THPSTORM_RUN_STREAM_H

#include <pthread.h>
#include <semaphore.h>

#include "run/run.h"

#define STREAM_SLOTS 1024 /* a power of two */
#define STREAM_LINE  1008
/* Batch intervals for up to this long: each wake-up takes CPU time from the storm. */
#define STREAM_PATIENCE (400 * NSEC_PER_MSEC)

/* The arguments of the sink's histogram(). */
struct stream_histogram {
	const struct group_plan *group;
	int worker;
	const char *what;
	const struct histogram *h;
};

struct stream_message {
	enum {
		MESSAGE_EVENT,
		MESSAGE_INTERVAL,
		MESSAGE_LATE,
		MESSAGE_KERNEL_LINE,
		MESSAGE_HISTOGRAM,
	} kind;
	union {
		struct event event;
		struct interval interval;
		struct late_beats late;
		char line[STREAM_LINE];
		const struct stream_histogram *histogram; /* of the caller, who waits */
	};
};

struct stream {
	const struct run_sink *sink;
	struct stream_message *ring;
	uint32_t head, tail;  /* written by producer, by consumer */
	uint64_t lost, woken; /* records; clock ns of the last interval that woke the thread */
	int failed;	      /* the first negative return of the sink */
	bool stop, awaited;   /* awaited: the producer sleeps until the ring is empty */
	sem_t wake;
	pthread_t thread;
	bool started;
	int unlocked; /* errno of mlock(2) of the ring, 0: it is locked */
};

/* Starts the thread at normal priority on @cpu (-1: anywhere). 0 or -errno. */
int stream_start(struct stream *s, const struct run_sink *sink, int cpu, struct error *err);
/* Best effort: the thread runs before real-time workers, which may share its CPU. */
void stream_before_workers(struct stream *s);
/* Never blocks. Events and kernel lines are handed over at once, with the intervals before them. */
void stream_event(struct stream *s, const struct event *event);
void stream_interval(struct stream *s, const struct interval *interval);
/* Goes with the next interval. */
void stream_late(struct stream *s, const struct late_beats *late);
void stream_kernel_line(struct stream *s, const char *line);
/*
 * Hands over all before it, then this, and returns what the sink returned, or its first failure.
 * Waits for the disk: only while nobody storms.
 */
int stream_histogram(struct stream *s, const struct stream_histogram *histogram);
/* CPU time of the thread so far, ns. */
uint64_t stream_cpu_ns(const struct stream *s);
/* Hands over what is left, ends the thread, frees. Accepts one that did not start. */
void stream_stop(struct stream *s);

#endif
