/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The shared segment: what the workers write and the supervisor reads. A memfd that the supervisor
 * makes, locks and prefaults before it forks the storm; no huge pages; each worker's part starts on
 * a page of its own, preferably on the worker's node. Each word has one writer, but interval_max.
 * The supervisor reads it without any cooperation of the worker, so a worker that never returns
 * from the kernel is still seen: its operation in flight, since when, on which page.
 */
#ifndef THPSTORM_CONTRACT_SHARE_H
#define THPSTORM_CONTRACT_SHARE_H

#include <sys/types.h>

#include "base/base.h"
#include "base/error.h"
#include "measure/histogram.h"
#include "contract/flight.h"
#include "contract/harm.h"
#include "system/topology.h"

/*
 * What the storm is doing. The supervisor writes, the workers follow: who takes part runs, the
 * others park; the supervisor goes on when everybody is parked again (only from WARMUP to STORM
 * nobody stops).
 */
enum phase {
	PHASE_SETUP,  /* threads start and park */
	PHASE_PROOF,  /* the splitters or movers of one group alone, one round */
	PHASE_QUIET,  /* faulters alone: on resident pages, and on private pages just dropped */
	PHASE_PARK,   /* nobody */
	PHASE_WARMUP, /* everybody; nothing is recorded */
	PHASE_STORM,  /* everybody; recorded */
	PHASE_STOP,   /* out of the loop, verify, tear down */
};

/* The phase word: phase, the group that a PROOF is about, and a number that makes it new. */
static inline uint32_t phase_word(enum phase phase, unsigned group, unsigned number)
{
	return (uint32_t)phase | group << 8 | number << 16;
}

static inline enum phase phase_of(uint32_t word)
{
	return (enum phase)(word & 0xff);
}

static inline unsigned phase_group(uint32_t word)
{
	return word >> 8 & 0xff;
}

/*
 * What the storm has the kernel do besides its operations: who is at it is in none and makes no
 * progress, and may hang all the same.
 */
enum chore_kind {
	CHORE_NONE,
	CHORE_MAKE,   /* slots are made anew, by their owner; those that nobody owns by the storm */
	CHORE_DRAIN,  /* what an owner's round left to be done: see worker_ops.drain */
	CHORE_ASK,    /* a mover: where a page is, and whether it is huge */
	CHORE_VERIFY, /* the storm: every page is read once the workers are done */
};

struct chore {
	uint32_t kind;	 /* enum chore_kind */
	uint32_t making; /* slots being made anew now; 0: none */
	uint32_t made;	 /* and how many of them are */
	uint64_t since;	 /* clock ns of its last sign of life; 0: none is being done */
};

static inline void chore_begin(struct chore *c, enum chore_kind kind, uint64_t now)
{
	store_relaxed(&c->kind, kind);
	store_release(&c->since, now);
}

static inline void chore_end(struct chore *c)
{
	store_release(&c->since, 0);
	store_relaxed(&c->kind, CHORE_NONE);
}

typedef char witness_note[160]; /* why one is not active; "" when it is */

enum worker_life { LIFE_NONE, LIFE_PARKED, LIFE_RUNNING, LIFE_DONE, LIFE_FAILED };

/*
 * X(name, what): what a worker counts, in each phase for itself. The struct, the sum over the
 * workers of a group, the JSON, its schema and the manual's list come from here.
 */
#define WORKER_COUNTS(X)                                                                             \
	X(ops, "Finished operations.")                                                               \
	X(idle, "Times that a worker found nothing to aim at.")                                      \
	X(errors, "Calls that failed otherwise than the worker expects.")                            \
	X(faulted, "Operations with at least one fault, by evidence.")                               \
	X(faults, "Faults, by evidence.")                                                            \
	X(hot_tail_faults,                                                                           \
	  "Faults of operations on a tail page of a huge page under split or move.")                 \
	X(behind_writer,                                                                             \
	  "Of the operations that faulted: those that overlapped an mmap_lock writer.")              \
	X(claimed,                                                                                   \
	  "Splitters: calls that returned 0. Movers: huge pages that went to the other node whole.") \
	X(refused,                                                                                   \
	  "Calls that the kernel refused as it may (EBUSY, EAGAIN), or that moved nothing.")         \
	X(made_huge, "Slots made anew that are one huge page.")                                      \
	X(made_small, "Slots made anew that came out small.")                                        \
	X(lost_huge, "Slots found no longer huge where they had to be.")                             \
	X(mismatches, "Times that a witness saw harm.")                                              \
	X(drains, "Rounds at whose end the splits that were only queued were done.")

/* Of one phase; only the worker writes. */
struct worker_counts {
#define X(name, what) uint64_t name;
	WORKER_COUNTS(X)
#undef X
	uint64_t last_errno; /* of the errors, the last */
};

/* Adds @from to @to. */
static inline void worker_counts_add(struct worker_counts *to, const struct worker_counts *from)
{
#define X(name, what) to->name += from->name;
	WORKER_COUNTS(X)
#undef X
	if (from->last_errno)
		to->last_errno = from->last_errno;
}

struct worker_share {
	struct flight flight; /* written around each operation */
	uint64_t finished;    /* operations ever finished, all phases: progress */
	uint32_t life;	      /* enum worker_life */
	uint32_t parked_on;   /* the phase word that it parked on, plus 1 */
	struct chore chore;   /* of owners */
	/*
	 * The slowest operation since the supervisor last took it, by an atomic exchange with 0, so
	 * that none gets lost. One that ends at that moment counts for either interval.
	 */
	uint64_t interval_max __attribute__((aligned(CACHE_LINE)));

	/* Set once. */
	int tid __attribute__((aligned(CACHE_LINE)));
	int cpu;		 /* pinned to, -1 */
	int nice_lowest;	 /* in the storm */
	bool evidence;		 /* its faults are counted */
	int evidence_fd;	 /* of perf, in the storm process; -1 none */
	int service_tid;	 /* of the thread beside it, 0: none */
	int setup_error;	 /* errno when LIFE_FAILED */
	char message[200];	 /* why setup failed */
	char evidence_note[160]; /* why its faults are not counted; "" when they are */

	struct harm_ring harm __attribute__((aligned(CACHE_LINE)));
	struct worker_counts quiet __attribute__((aligned(CACHE_LINE)));
	struct worker_counts storm;
	struct log2_counts faults_per_touch; /* storm: of operations that faulted */
	struct log2_counts naps;	     /* storm: of faulters, ns as asked for after touches */
	/*
	 * Latency. In the quiet phase: `plain` are touches of resident pages (the floor of that
	 * worker's own call), `fault` touches of a page dropped before. In the storm: `plain` are
	 * operations without a fault, `fault` those with one (without evidence everything is
	 * plain). `behind` holds once more those of `fault` that overlapped an mmap_lock writer.
	 */
	struct histogram plain;
	struct histogram fault;
	struct histogram behind;
};

/* What a process that storms says of itself. */
struct site_share {
	/* What ended it, from its signal handler: signo 0 when nothing did. */
	struct storm_death {
		int signo, code, tid;
		uint64_t addr;
	} death __attribute__((aligned(CACHE_LINE)));
	uint64_t arena_base, arena_bytes;    /* to classify death.addr */
	uint32_t made_on_node[NODE_IDS_MAX]; /* huge pages, as first made */
	uint64_t slots_made;		     /* so far, in all phases: progress */
	struct chore chore;		     /* of its first thread */
	/*
	 * Of its arena; those that it has been at after the storm, which is a sign of life; and
	 * those of them that were held against their pattern, and that were never made.
	 */
	uint64_t pages, pages_looked, pages_checked, pages_empty;
	struct harm_ring harm; /* of its first thread: it verifies after the storm */
	witness_note witness_note[WITNESS_COUNT];
	uint64_t memory_kib;	      /* Pss besides the arena, after the storm */
	int unlocked;		      /* errno of mlock(2) in it, 0: the segment is locked */
	char failure[ERROR_TEXT_MAX]; /* why it could not start, or go on */
};

/* Storm-wide words. */
struct share_head {
	uint32_t phase; /* phase_word(), futex; the supervisor writes */
	uint32_t parkings __attribute__((aligned(CACHE_LINE))); /* futex: moves when one parks */
	struct histogram floor; /* of null steps, before the workers started */
};

struct share {
	struct share_head *head;
	char *mapped;
	size_t bytes, stride, site_stride;
	unsigned workers; /* and their victims */
	unsigned sites;
	int unlocked; /* errno of mlock(2), 0: it is locked */
};

static inline struct site_share *share_site(const struct share *s, unsigned i)
{
	return (struct site_share *)(s->mapped + s->bytes - s->workers * s->stride -
				     (size_t)(s->sites - i) * s->site_stride);
}

static inline struct worker_share *share_worker(const struct share *s, unsigned i)
{
	return (struct worker_share *)(s->mapped + s->bytes - (size_t)(s->workers - i) * s->stride);
}

#endif
