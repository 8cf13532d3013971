/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * THE CONTRACT of a witness: one kind of harm that only the storm itself can see. One witness is one
 * file; adding one is that file and one word in stress/CMakeLists.txt (the registry is generated from
 * there). It lives in the storm process and is asked:
 *
 *	made()	  once a slot is made, before anybody may aim at it: puts there what it will look for
 *	touched() after each touch of a page, once the operation is timed: keeps its books
 *	look()	  at one page, also while the storm goes on: after one touch in `every`, at some pages
 *		  of each slot before it is made anew, and at each page once nobody storms
 *	before()  before a slot is made anew: looks at what look() would only meet by chance
 *	end()	  at a whole slot once nobody storms, after look() saw its pages
 *
 * What it sees it tells by witness_tell(), in whichever phase: kind, slot, page, what was found and
 * what should have been. Nothing of this is timed, allocates, locks or prints; where a page has to
 * come back from a swap it may wait for that.
 *
 * Within a page, words that are kept for a witness are named in memory/arena.h.
 */
#ifndef THPSTORM_WITNESS_WITNESS_H
#define THPSTORM_WITNESS_WITNESS_H

#include "base/error.h"
#include "base/rng.h"
#include "contract/event.h"
#include "contract/plan.h"
#include "contract/share.h"
#include "memory/arena.h"

struct witness_ops;

/* One of the storm's witnesses. */
struct witness {
	const struct witness_ops *ops; /* NULL: not active, its note says why */
	const struct arena *arena;
	void *state; /* the witness's own, shared by the threads that look */
	witness_note *note;
};

/* All of them, by their place in the registry. */
struct witnesses {
	struct witness witness[WITNESS_COUNT];
	unsigned active;
};

/* A thread that looks. Its own, but for `all`. */
struct onlooker {
	struct witnesses *all;
	struct harm_ring *ring;
	struct worker_counts **counts; /* the worker's, of the present phase; NULL: none */
	struct rng rng;
	uint64_t touches;
	struct arena_hooks hooks; /* for arena_remake() */
};

struct witness_ops {
	const char *name;
	const char *help; /* one line for `thpstorm list witnesses` */
	unsigned every;	  /* touches of a thread for one look(); 0: none */
	/* Once the arena is there, on one thread; may set w->state. -errno: not active, @why says it. */
	int (*open)(struct witness *w, struct error *why);
	void (*made)(const struct witness *w, unsigned slot, uint64_t generation);
	/* @stored: bytes that the touch wrote from at->addr on, 0 when it wrote nothing. */
	void (*touched)(const struct witness *w, struct onlooker *o, const struct aim_point *at,
			size_t stored);
	enum page_content (*look)(const struct witness *w, struct onlooker *o, unsigned slot,
				  unsigned page);
	void (*before)(const struct witness *w, struct onlooker *o, unsigned slot);
	/* Returns pages that it checked. */
	unsigned (*end)(const struct witness *w, struct onlooker *o, unsigned slot);
	void (*close)(struct witness *w); /* accepts one that did not open */
};					  /* each may be NULL where there is nothing to do */

/* Generated from the list in stress/CMakeLists.txt; ends with NULL. */
extern const struct witness_ops *const witness_registry[];
extern const char *const witness_names[]; /* the same by name */
/* NULL when there is none of that name. */
const struct witness_ops *witness_find(const char *name);

/* For a witness: it saw harm, now. */
void witness_tell(struct onlooker *o, enum event_kind kind, const struct arena_mismatch *what);

/* It looked at @pages more than look() was asked for. */
void onlooker_looked(struct onlooker *o, const struct witness *w, unsigned pages);
/* From now on it can't look; the result says why. */
void onlooker_fails(const struct witness *w, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* --- for who runs the storm --- */

/*
 * Opens those that the plan wants; the others, and those that can't be opened, are not active, and
 * @notes says why. WITNESS_COUNT of them, in the registry's order.
 */
void witnesses_open(struct witnesses *all, struct arena *a, const struct run_plan *plan,
		    witness_note *notes);
void witnesses_close(struct witnesses *all); /* accepts a zeroed struct */

/* @counts: see struct onlooker. What it looks at is drawn from stream @number of @seed. */
void onlooker_begin(struct onlooker *o, struct witnesses *all, struct harm_ring *ring,
		    struct worker_counts **counts, uint64_t seed, uint64_t number);
/* After a touch of a page of the arena. */
void onlooker_touched(struct onlooker *o, const struct aim_point *at, size_t stored);
/* Once nobody storms: one page, and then the slot as a whole: pages that were checked so. */
enum page_content onlooker_page(struct onlooker *o, unsigned slot, unsigned page);
unsigned onlooker_slot(struct onlooker *o, unsigned slot);

#endif
