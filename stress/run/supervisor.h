/* SPDX-License-Identifier: GPL-2.0-only */
/* The supervisor's state, shared by its parts: supervisor.c (life of a run), watch.c (the loop
   that observes), collect.c (figures into the record). */
#ifndef THPSTORM_RUN_SUPERVISOR_H
#define THPSTORM_RUN_SUPERVISOR_H

#include "detect/detector.h"
#include "run/knob_watch.h"
#include "run/placement.h"
#include "run/rescue.h"
#include "run/run.h"
#include "run/site.h"
#include "run/stream.h"
#include "run/thread_state.h"
#include "run/wishes.h"
#include "run/segment.h"

/* How often the watch looks. */
/* Each look wakes a CPU that others need: 30 us a time on a virtual machine, 0.06 % at this rate.
 */
#define WATCH_PERIOD (50 * NSEC_PER_MSEC)
/* How often it looks at the knobs, and once more as the storm ends. */
#define KNOB_PERIOD (500 * NSEC_PER_MSEC)
/* While nothing is to be seen but whether the storm process has ended. */
#define REAP_PERIOD (10 * NSEC_PER_MSEC)

struct supervisor {
	const struct given *given;
	const struct run_plan *plan; /* given->plan */
	const struct run_sink *sink;
	struct run_record *record;
	const struct placement *placement; /* given->geometry.placement */
	struct share share;

	struct site site[SITES_MAX]; /* share.sites of them */
	unsigned heeded;	     /* interrupts that watch_for() has returned for */
	bool spare_left;	     /* the spare CPU is no longer there, and that was told */
	bool sink_heeded;	     /* and that it has returned for a failed sink */
	int failed;	    /* -errno that ended the storm with WATCH_SINK, 0: the stream's */
	char oom_score[16]; /* oom_score_adj before the run, "" not known */

	struct evidence *evidence; /* one per worker */
	struct chore_books {
		uint64_t told;		       /* chore_since of the hang that was told, 0: none */
		struct thread_look look;       /* the last, of one that makes no headway */
	} chore[PLAN_THREADS_MAX + SITES_MAX]; /* the last: of the first thread of each site */
	bool kernel_tids; /* the kernel log's numbers of threads are those of this process */
	struct watch watch;
	struct stillness {
		int schedstat;		   /* the watch thread's own, -1: none */
		uint64_t delay, suspended; /* ns so far, when last looked */
	} stillness;
	int unlocked; /* errno of the watch's mlockall(2), 0: its memory is locked */
	struct detector detector[DETECTOR_COUNT];
	unsigned detectors;
	struct observer_cost {
		uint64_t began;		   /* clock ns */
		uint64_t cpu[CPU_SETSIZE]; /* CPU time of the observers on each CPU then, ns */
	} cost;
	struct stream stream;
	struct rescue rescue;
	bool locked_at_end; /* a CPU was still locked up when the run ended */

	struct vmstat_files counters;
	struct wishes wishes;
	struct knob_watch knobs;
	struct journal *journal; /* NULL: no knob is touched */
	struct interval_books {
		uint64_t due, last, ops, faults;
		struct vmstat vmstat;
	} books;
};

/* The group of a worker, index in the plan. */
static inline unsigned group_of(const struct supervisor *s, unsigned worker)
{
	return s->placement->thread[worker].group;
}

enum watch_end {
	WATCH_TIME,	   /* the time is over */
	WATCH_PARKED,	   /* all workers are parked */
	WATCH_GONE,	   /* a process that storms has ended; after PHASE_STOP: all have */
	WATCH_INTERRUPTED, /* the first signal of base/interrupt.h */
	WATCH_KILLED,	   /* the second */
	WATCH_SINK,	   /* the result can't be written */
	WATCH_SETUP,	   /* a worker could not be set up */
};

/* --- watch.c --- */

/* Starts the detectors that the plan names; those that can't start say why in their note. */
int watch_begin(struct supervisor *s, struct error *err);
/* Watches until the time is over or, with @parked, until all workers are parked. */
enum watch_end watch_for(struct supervisor *s, uint64_t ns, bool parked);
/* Operations that all workers finished so far, in all phases. */
uint64_t finished_operations(const struct supervisor *s);
/* The last poll, and what only the end shows. */
void watch_finish(struct supervisor *s);
/* --- tell.c --- */

/* The watch's emit(): of an event by whoever has it. */
void watch_emit(struct watch *w, const struct event *told);
/* @worker -1: none. */
void watch_tell(struct supervisor *s, enum event_kind kind, int worker, uint64_t value,
		const char *fmt, ...) PRINTF_LIKE(5, 6);
void watch_tell_state(struct supervisor *s, enum event_kind kind, enum event_state state,
		      int worker, uint64_t value, const char *fmt, ...) PRINTF_LIKE(6, 7);
void watch_phase(struct supervisor *s, enum phase phase, const char *text);
/* Why the run can't go on, for the verdict: only the first reason stays. */
void run_broken(struct supervisor *s, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* A weakness of the numbers, once each. */
void record_note(struct run_record *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* --- standstill_watch.c --- */

void stillness_begin(struct supervisor *s);
void stillness_end(struct supervisor *s);
/* The watch looked at @last (0: never) and looks now: ns that it or the storm stood still; 0 mostly. */
uint64_t stillness_look(struct supervisor *s, uint64_t last, uint64_t now);
/* Since when a site is stopped, clock ns, as far as the last look saw; 0: none is. */
uint64_t stillness_of_storm(const struct supervisor *s);
/* From @from to @to without standstills of the watch or of the whole storm, ns. */
static inline uint64_t ran(const struct supervisor *s, uint64_t from, uint64_t to)
{
	return standstill_ran(&s->watch.storm_stood, from, to);
}

/* --- chore_words.c --- */

struct chore_words {
	const char *was;  /* "it was making huge pages anew", to go behind what did not stop */
	const char *is;	  /* "making huge page", to go before its number, and how long it takes */
	const char *call; /* what it has the kernel do: "move_pages(2) as a query" */
};
/* By enum chore_kind. */
extern const struct chore_words chore_words[];

/* --- chore.c --- */

/*
 * What moves no counter while it lasts is unmapping a range of huge pages: 0.1 ms each where it is
 * slow, so 10,000 a second, which is 20 GiB; a twentieth of that is granted.
 */
#define FLOOR_RATE GIB /* bytes a second */
/* Dropping the slab caches of a large machine takes its time: so many times stuck_after. */
#define DRAIN_GRANTS 6
/* Tells of each thread that hangs in the kernel at a chore. */
void chores_poll(struct supervisor *s, uint64_t now);
/* Age (ns) of the oldest such hang that was told and lasts; 0: none. */
uint64_t chore_stuck(const struct supervisor *s, uint64_t now);
/* Whether somebody is at a chore whose limit, and @more ns besides, is not over. */
bool chore_may_return(const struct supervisor *s, uint64_t now, uint64_t more);
/* Each that the storm is killed with. How many. */
unsigned chores_tell_killed(struct supervisor *s, uint64_t now);

/* --- notes.c --- */

/* What is known of machine and plan before the storm. */
void note_weaknesses(struct supervisor *s);
/* What a detector that did not start would have seen. */
void note_detectors(struct supervisor *s);
void note_knobs_left(struct supervisor *s);
/* Settings that somebody else changed during the run, once they were put back. */
void note_changes(struct supervisor *s);
/* Tells of settings that somebody else changed since the last look. */
void look_for_changes(struct supervisor *s, uint64_t now);

/* --- locked.c --- */

/* What should be locked in memory and could not be, as one weakness. */
void note_unlocked(struct supervisor *s);

/* --- sites.c --- */

/* The site of a worker. */
unsigned site_of(const struct supervisor *s, unsigned worker);
/* The process that a worker is in, or is. */
pid_t site_process(const struct supervisor *s, unsigned worker);
/* "the storm", or which of its processes: "the storm's [forks]". Returns buf. */
const char *site_name(const struct supervisor *s, unsigned site, char buf[SITE_NAME_MAX]);

/* Forks them all. 0 or -errno; those that were forked are to be killed then. */
int sites_fork(struct supervisor *s, struct error *err);
/* Reaps what has ended. Whether any has. */
bool sites_reap(struct supervisor *s);
/* Whether all have ended. */
bool sites_gone(const struct supervisor *s);
void sites_signal(const struct supervisor *s, int signo);
/* When nothing storms any more: kills and reaps the victims of processes that were killed. */
void sites_end_victims(struct supervisor *s);

/* --- phases.c --- */

/* Makes the shared segment and forks the processes that storm. 0 or -errno. */
int storm_fork(struct supervisor *s, struct error *err);
/* Through all phases up to the end of the storm; what ended it. */
enum watch_end storm_lead(struct supervisor *s);
/* The watch thread goes where the workers are not, before them, without page faults; and back. */
void observer_begin(struct supervisor *s);
void observer_end(struct supervisor *s);

/* --- ending.c --- */

/* How often patience_left() is asked. */
#define PATIENCE_PERIOD (100 * NSEC_PER_MSEC)
/*
 * How long the supervisor waits for workers: while something moves (finished operations, slots
 * made, pages checked), and without that for a limit that grows with the arena. An operation in
 * flight counts by its own age: always until stuck_after, whatever the limit.
 */
struct patience {
	uint64_t limit;	       /* ns without a sign of life */
	uint64_t since, signs; /* the last one */
};
void patience_begin(const struct supervisor *s, struct patience *p, uint64_t limit);
bool patience_left(const struct supervisor *s, struct patience *p);
/* Age (ns) of the oldest operation in flight; 0: none. */
uint64_t oldest_flight(const struct supervisor *s, uint64_t now);
/* Ends its processes: by the phase, and where that does not help by SIGKILL. */
void storm_end(struct supervisor *s, enum watch_end end);
/* An end that nobody asked for becomes a finding or a reason: by the address, by who sent it. */
void storm_classify_end(struct supervisor *s);

/* --- collect.c --- */

/* After PROOF of one group: what was claimed, what the kernel counted. */
void collect_proof(struct supervisor *s, unsigned group, const struct vmstat *before,
		   const struct vmstat *after);
/* After QUIET: latencies and counts of the quiet phase; empties the histograms. 0 or -errno. */
int collect_quiet(struct supervisor *s);
/* As the storm begins and as it ends: CPU time of the observing threads. For the watch thread. */
void collect_cost_begin(struct supervisor *s);
void collect_cost_end(struct supervisor *s);
/* As the storm ends: which workers are making huge pages, and how far they are. */
void collect_making(struct supervisor *s);
/* After the storm: latencies, counts, exposures, detectors. 0 or -errno. */
int collect_storm(struct supervisor *s);

/* --- witnessed.c --- */

/* After the storm: who looked, and at how many pages. */
void collect_witnesses(struct supervisor *s);

/* --- verdict.c --- */

/* How many events of that weight there were. */
unsigned record_events(const struct run_record *r, enum event_weight weight);
/* Whether a finding of kind @a says more of the harm than one of kind @b (< 0: none). */
bool verdict_graver(int a, int b);
/* From the record's figures to record->verdict and record->reason. Pure. */
void verdict_judge(const struct given *given, struct run_record *r);

#endif
