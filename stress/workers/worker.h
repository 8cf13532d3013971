/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * THE CONTRACT of a worker. One worker is one file; adding one is that file and one word in
 * stress/CMakeLists.txt (the registry is generated from there).
 *
 * The loop (run/loop.c) calls, for each operation:
 *
 *	aim()	 not timed: choose the target; false: nothing to do now, nap
 *	ready()	 not timed: what the step takes, put in place
 *	step()	 TIMED: the one touch or the one system call, nothing else
 *	settle() not timed: look at the result, keep the books
 *	drain()  not timed: an owner's round is through, in the storm and in its proof
 *
 * Beside the loop there may be a service(): a thread of its own, which nobody times and no phase
 * stops, from the end of setup() until the loop is over: a handler of userfaultfd, say.
 *
 * Faults, time, pacing, warm-up, the stop flag and the shared record exist once, in the loop. A
 * worker never allocates, locks, prints or makes another system call in step().
 */
#ifndef THPSTORM_WORKERS_WORKER_H
#define THPSTORM_WORKERS_WORKER_H

#include <sched.h>

#include "base/base.h"
#include "base/error.h"
#include "base/rng.h"
#include "contract/effect.h"
#include "contract/need.h"
#include "contract/plan.h"
#include "contract/resource.h"
#include "contract/share.h"
#include "memory/arena.h"
#include "memory/memory.h"

enum worker_part {
	PART_OWNER,   /* owns a range of slots, does something to each and makes them anew */
	PART_FAULTER, /* touches pages */
	/* Has no slot and no aim: does something to the machine, or to the process. Never in QUIET. */
	PART_DISTURBER,
};

/* Where the faults of step() are counted; see measure/evidence.h. */
enum fault_source {
	FAULTS_NONE,	    /* it is not there to fault */
	FAULTS_PERF_USER,   /* by a perf event, of its thread in user mode */
	FAULTS_PERF_KERNEL, /* in kernel mode */
	FAULTS_RUSAGE,	    /* of get_user_pages, which perf does not see: by getrusage(2) */
	FAULTS_ELSEWHERE,   /* in kernel mode, but in other threads: not counted */
};

#define VICTIMS_MAX 8 /* of one worker */

/* Slot states that owner_next() hands to an owner. */
#define TAKES_WHOLE (1u << SLOT_WHOLE)
#define TAKES_SPLIT (1u << SLOT_SPLIT)

struct worker {
	const struct worker_ops *ops;
	const struct run_plan *plan;
	const struct group_plan *group;
	unsigned index;	 /* in the run */
	unsigned member; /* in its group */
	int cpu;	 /* pinned to, -1 when not */
	void *state;	 /* ops->state_size zeroed bytes, or NULL */
	struct arena *arena;
	struct arena_hooks hooks;    /* of whoever looks on as its slots are made anew */
	const cpu_set_t *move_nodes; /* between which movers move; NULL: all that they may use */
	int nice;		     /* now; the group's, or lower where others starve it */
	unsigned owner;		     /* splitters and movers: their number in arena.hot */
	struct slot_range range;     /* and the slots they own; empty otherwise */
	unsigned rounds;	     /* times they went through the range */
	uint32_t *made_on_node;	     /* huge pages made, by node number; NULL: not counted now */
	struct rng rng;
	struct worker_share *share;
	struct worker_counts *counts; /* of the present phase, in the share */
	pid_t victim[VICTIMS_MAX];    /* its processes; ops->victims of them */
	struct error error;	      /* setup's message */
	int service_end; /* of one with a service: an eventfd, readable when it is to end */

	/* The operation: written by aim(), read by step(), settle() and the loop. */
	struct aim_point at;
	long result; /* step(): what the call returned, -errno on error; 0 for a touch */
};

/*
 * A process that holds mappings for a worker, forked once the arena is filled and before the first
 * thread: what it sees of private memory is what stood there then.
 */
struct victim {
	const struct run_plan *plan;
	const struct group_plan *group;
	unsigned number; /* of its worker's, from 0 */
	const struct arena *arena;
	struct worker_share *share; /* its own */
};

struct worker_ops {
	const char *name;
	const char *help; /* one line for `thpstorm list workers` */
	const char *call; /* the one that step() times: "fstat(2)"; NULL: none */
	enum worker_part part;
	enum fault_source faults;
	unsigned takes;			 /* TAKES_...: of owners */
	const struct effect *effect;	 /* the kernel's counter that proves it; NULL: none does */
	const struct need *const *needs; /* NEEDS(...); NULL: none */
	const struct knob_wish *knobs;	 /* ends with a path of NULL; NULL: none */
	const struct resource *const *resources; /* ends with NULL; NULL: none */
	unsigned victims; /* processes for each of its threads; at most VICTIMS_MAX */
	size_t state_size;
	size_t stores;	 /* bytes that a step that succeeds writes from at.addr on */
	unsigned grants; /* times stuck_after that a call over all of memory may take; 0: once */
	bool writes_mm;	 /* step() itself takes mmap_lock for writing (mbind) */
	bool pages_out;	 /* a call that succeeds may swap out the one page it is about */
	bool splits_pmd; /* splits PMDs without splitting the folio: roll-backs can't be derived */
	int (*setup)(struct worker *w);	  /* may allocate, may fail: -errno and w->error */
	bool (*aim)(struct worker *w);	  /* NULL: arena_aim() with the group's target */
	void (*ready)(struct worker *w);  /* not timed, after aim(), also in the quiet phase */
	void (*step)(struct worker *w);	  /* one operation; the only hot code */
	void (*drain)(struct worker *w);  /* of owners, at the end of a round: does what its
					       operations only queued; may be NULL */
	void (*settle)(struct worker *w); /* may be NULL; at.slot is AIM_PRIVATE in the quiet
					       phase: the page is none of the arena's */
	void (*victim)(struct victim *v); /* in each, before it parks for good; may be NULL */
	void (*service)(
		struct worker *w); /* may be NULL; returns once w->service_end is readable */
	void (*teardown)(struct worker *w); /* may be NULL; accepts a half-done setup */
};

/* Generated from the list in stress/CMakeLists.txt; ends with NULL. */
extern const struct worker_ops *const worker_registry[];
extern const char *const worker_names[]; /* the same by name */
/* NULL when there is none of that name. */
const struct worker_ops *worker_find(const char *name);
static inline bool worker_is_owner(const struct worker_ops *ops)
{
	return ops->part == PART_OWNER;
}
static inline bool worker_is_faulter(const struct worker_ops *ops)
{
	return ops->part == PART_FAULTER;
}
/* A faulter: whether it makes the kernel touch the pages. */
static inline bool worker_faults_in_kernel(const struct worker_ops *ops)
{
	return worker_is_faulter(ops) && ops->faults != FAULTS_PERF_USER;
}
/* An owner's round is through: the drain of its operations, where they need one. */
static inline void worker_drain(struct worker *w)
{
	if (w->ops->drain)
		w->ops->drain(w);
}
/* "split", "migrate", "fault_user", ...: as in the result. */
const char *worker_role(const struct worker_ops *ops);

#endif
