/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One run: plan in, record out. The caller (bench/) owns all printing and all files of the result;
 * it hands in a sink that is called while the run goes on.
 */
#ifndef THPSTORM_RUN_RUN_H
#define THPSTORM_RUN_RUN_H

#include "base/error.h"
#include "detect/heartbeat.h"
#include "contract/given.h"
#include "contract/record.h"

/* State of the run at one instant, every plan->interval. Rates are per second over the interval. */
struct interval {
	uint64_t when;				       /* clock ns */
	uint64_t elapsed;			       /* ns since the storm phase began */
	int phase;				       /* enum phase */
	uint64_t ops, faults, folio_splits, thp_moved; /* in it; VMSTAT_ABSENT: not counted */
	uint64_t seconds_ns;			       /* length of the interval */
	uint64_t max;				       /* slowest operation finished in it, ns */
	uint64_t oldest;	   /* age of the oldest operation in flight, ns */
	int oldest_worker;	   /* -1 */
	uint64_t worst_gap;	   /* worst heartbeat gap so far, ns */
	unsigned findings, stalls; /* events so far */
};

/* Beats that were late by so much, ns, are handed to the sink: rare where nothing is wrong. */
#define LATE_BEAT      (10 * NSEC_PER_MSEC)
#define LATE_BEATS_MAX 60

/* CPUs whose heartbeat was late in an interval of the storm; of many there are several. */
struct late_beats {
	uint64_t elapsed;    /* ns since the storm phase began, at the interval's end */
	uint64_t seconds_ns; /* length of the interval */
	unsigned count;
	struct late_beat beat[LATE_BEATS_MAX];
};

/*
 * begin() is called once, before anything is changed or forked. All others are called from one thread,
 * which is never the watch thread, so these may block and fsync. histogram() hands over figures as
 * they become final, while nobody storms: for it the watch thread waits. A negative return ends the
 * run (verdict BROKEN) with the knobs restored.
 */
struct run_sink {
	void *ctx;
	int (*begin)(void *ctx, const struct given *given, const struct run_record *record);
	int (*event)(void *ctx, const struct event *event);
	int (*interval)(void *ctx, const struct interval *interval);
	int (*late)(void *ctx, const struct late_beats *late);
	/*
	 * @what: "quiet_plain", "quiet_fault", "storm_plain", "storm_fault", "storm_behind" (those
	 * of storm_fault that overlapped an mmap_lock writer), "storm_all"; @worker -1: the group's
	 * sum.
	 */
	int (*histogram)(void *ctx, const struct group_plan *group, int worker, const char *what,
			 const struct histogram *h);
	/* A line of the kernel log of the run, verbatim, without newline. */
	int (*kernel_line)(void *ctx, const char *line);
};

/*
 * Fills @given: what this machine is to the plan, and whether the plan can run on it. Changes nothing
 * on the machine. 0, or -errno: the machine can't be read, or the plan names CPUs or nodes that
 * are not there. Any other plan that can't run: see given->readiness.
 */
int run_prepare(const struct run_plan *plan, struct given *given, struct error *err);
/* Its two halves: the machine and the slots; then, from those, all the rest. */
int run_read_facts(const struct run_plan *plan, struct given *given, struct error *err);
void run_check(struct given *given);
/* The same for many plans on one machine, which is read once. 0 or -errno with the sentence. */
int run_read_machine(struct machine_facts *machine, struct error *err);
void run_prepare_on(const struct machine_facts *machine, const struct run_plan *plan,
		    struct given *given);

/*
 * Runs what was prepared. @record is zeroed. Returns the verdict, which is also in @record with its
 * reason. Knobs are restored when it returns, whatever happened. The caller catches interrupts
 * (base/interrupt.h): the first ends the storm early, the second ends it at once.
 */
enum verdict run_storm(const struct given *given, const struct run_sink *sink,
		       struct run_record *record);

#endif
