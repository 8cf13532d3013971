/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The arena: what the workers of a storm share. A mapping of slots, each of one huge page of the
 * run's size.
 *
 * A slot has an owner (the splitter or mover whose range it lies in), a generation and a state:
 *
 *	EMPTY -> WHOLE		made anew, filled, seen to be one huge page
 *	WHOLE -> BUSY		its owner takes it apart or moves it right now
 *	BUSY  -> SPLIT | WHOLE	what became of it
 *	SPLIT -> BUSY -> SPLIT	once more, where the split was only queued and is now drained
 *
 * How a slot becomes a huge page again, and what proves that it did, is the kind of memory's
 * (memory.h): the arena is blind to it.
 *
 * Each page carries, in its middle, a pattern of its own address and its slot's generation. The
 * faulters' buffers (up to ARENA_BUFFER_MAX bytes from the page's first byte, or across its
 * beginning) never reach it.
 *
 * Remaking write-locks mmap_lock. It is done in bulk, a whole range between two rounds, and
 * announced in writers_started and writers_done, so that a fault that overlapped it can be counted
 * apart: it did when the two differed as it began, or writers_started moved while it ran.
 */
#ifndef THPSTORM_MEMORY_ARENA_H
#define THPSTORM_MEMORY_ARENA_H

#include "base/base.h"
#include "base/error.h"
#include "base/rng.h"
#include "contract/plan.h"

enum slot_state { SLOT_EMPTY, SLOT_WHOLE, SLOT_BUSY, SLOT_SPLIT };

/* One cache line: written by the owner, read by every faulter that aims at it. */
struct slot {
	uint32_t state;	     /* enum slot_state */
	uint32_t dropped;    /* page + 1 whose content the owner gave away (MADV_FREE), 0 none;
				UINT32_MAX: any page may have lost its content */
	uint64_t generation; /* odd while it is being remade: as a seqcount (base/seqcount.h) of
				`dropped` and of the patterns in the slot's pages */
} __attribute__((aligned(CACHE_LINE)));

struct slot_range {
	unsigned first, count;
	unsigned next; /* the owner's cursor */
};

/* The slot that an owner works on now: index + 1, 0 none. One cache line each. */
struct hot_slot {
	uint32_t slot_plus_1;
} __attribute__((aligned(CACHE_LINE)));

/*
 * A page holds, from its first byte on: what faulters write, words that are kept for witnesses, the
 * pattern in its middle, and in its last bytes the begin of a buffer that lies across the next page.
 */
#define ARENA_BUFFER_MAX  256 /* bytes a faulter's buffer may take */
#define ARENA_WORDS_AT	  ARENA_BUFFER_MAX
#define ARENA_WORDS_BYTES 64
#define ARENA_CROSS_BYTES                                                                          \
	4 /* of a buffer with OFFSET_CROSS that lie before the page's first byte */

struct memory_ops;

struct arena {
	const struct memory_ops *memory; /* its kind */
	void *memory_state;		 /* the kind's own */
	char *base;			 /* aligned to slot_bytes */
	size_t slot_bytes;		 /* size of a huge page */
	size_t page_bytes;
	unsigned pages; /* per slot */
	unsigned slots;
	struct slot *slot;
	struct hot_slot *hot; /* one per owner: splitters and movers, numbered from 0 */
	unsigned owners;
	uint32_t hot_owners
		__attribute__((aligned(CACHE_LINE))); /* futex: owners with a hot slot */
	uint64_t *made; /* counts slots as they are filled, for who waits; NULL: nobody */
	uint64_t writers_started __attribute__((aligned(CACHE_LINE)));
	uint64_t writers_done;
};

#define AIM_PRIVATE UINT32_MAX

/* Where an operation goes. */
struct aim_point {
	char *addr;	     /* the buffer's first byte */
	uint32_t slot, page; /* page 0 is the head; slot AIM_PRIVATE: a page outside the arena */
	uint64_t generation; /* the slot's when it was aimed at */
	bool hot;	     /* the slot was BUSY when it was aimed at */
};

/* Who looks on as a slot is made anew; zeroed: nobody. For the caller of arena_remake(). */
struct arena_hooks {
	void *of; /* handed to both */
	/* A slot that was made before is taken away now. */
	void (*before)(void *of, unsigned slot);
	/* It holds its patterns, and is handed out with @generation when this returns. */
	void (*made)(void *of, unsigned slot, uint64_t generation);
};

/* What remaking a range gave. */
struct arena_made {
	uint64_t huge, small; /* slots that became a huge page, and that did not */
	uint32_t *so_far;     /* written after each slot: how many are made; NULL: not wanted */
	uint64_t *since;      /* and when, clock ns; NULL: not wanted */
	struct arena_hooks hooks;
};

/*
 * Reserves the addresses of @slots slots and has @memory opened; nothing is filled. -ENOMEM, -EINVAL,
 * or what the kind says. Free with arena_destroy().
 */
int arena_create(struct arena *a, const struct memory_ops *memory, size_t slot_bytes,
		 size_t page_bytes, unsigned slots, unsigned owners, struct error *err);
void arena_destroy(struct arena *a); /* accepts a zeroed struct */

/* Makes [first, first + count) anew and fills it. For its owner only. 0 or -errno. */
int arena_remake(struct arena *a, unsigned first, unsigned count, struct arena_made *made);

/*
 * Chooses where to touch, by the group's target and offset, never in a slot that is being made.
 * False: nothing is hot now, or ready.
 */
bool arena_aim(const struct arena *a, const struct group_plan *g, struct rng *rng,
	       struct aim_point *at);

/* The owner's side: announces @slot as BUSY and hot, and what became of it. */
void arena_slot_begin(struct arena *a, unsigned owner, unsigned slot);
void arena_slot_end(struct arena *a, unsigned slot, enum slot_state state);
void arena_cool(struct arena *a, unsigned owner); /* nothing of this owner is hot any more */
/*
 * Sleeps until something is hot, at most @ns. A faulter that looked again and again instead would
 * take the CPU from the owner that makes the next round's huge pages.
 */
void arena_await_hot(struct arena *a, uint64_t ns);

void arena_writer_begin(struct arena *a);
void arena_writer_end(struct arena *a);

ALWAYS_INLINE char *arena_page(const struct arena *a, unsigned slot, unsigned page)
{
	return a->base + (size_t)slot * a->slot_bytes + (size_t)page * a->page_bytes;
}

/* The word in the middle of a page, and what must stand there. */
ALWAYS_INLINE uint64_t *arena_pattern_at(const struct arena *a, unsigned slot, unsigned page)
{
	return (uint64_t *)(arena_page(a, slot, page) + a->page_bytes / 2);
}

ALWAYS_INLINE uint64_t arena_pattern(const struct arena *a, unsigned slot, unsigned page,
				     uint64_t generation)
{
	return mix64((uint64_t)(uintptr_t)arena_page(a, slot, page) + mix64(generation)) | 1;
}

struct arena_mismatch {
	unsigned slot, page;
	unsigned offset; /* of the word, from the page's first byte */
	uint64_t found, expected;
};
enum page_content {
	CONTENT_RIGHT, /* its pattern, or what is left of a page that was given away */
	CONTENT_WRONG,
	CONTENT_EMPTY,	 /* the slot was never made */
	CONTENT_UNKNOWN, /* the slot is or was being made anew */
};
/* One page against its pattern, also while the storm goes on. CONTENT_WRONG: @what says how. */
enum page_content arena_check(const struct arena *a, unsigned slot, unsigned page,
			      struct arena_mismatch *what);

#endif
