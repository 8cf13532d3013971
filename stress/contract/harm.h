/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Harm that the storm itself sees, told as it is seen: who storms writes it into a ring in the
 * shared segment, in whichever phase, and the supervisor (detect/witness.c) makes an event of it with
 * the time at which it was seen. One thread writes, one reads, neither waits. What finds no room is
 * counted, each kind by itself.
 *
 * `kept` is stored with release once the entry is whole, so a writer that is killed in the middle of
 * one leaves nothing of it; `taken` is stored with release once the entry is copied, so no writer
 * overwrites what is being read.
 */
#ifndef THPSTORM_CONTRACT_HARM_H
#define THPSTORM_CONTRACT_HARM_H

#include "base/base.h"
#include "contract/event.h"

#define HARM_RING 8

struct harm {
	uint64_t when; /* clock ns */
	uint64_t found, expected;
	uint32_t kind; /* enum event_kind */
	uint32_t slot, page;
	uint32_t offset; /* of what was found, from the page's first byte */
};

struct harm_ring {
	uint64_t kept;			 /* entries ever written */
	uint64_t taken;			 /* the reader's: entries ever read */
	uint64_t told[EVENT_KIND_COUNT]; /* times so far; those without room too */
	struct harm harm[HARM_RING];
	/* Pages that each witness looked at: proof that it did. */
	uint64_t looks[WITNESS_COUNT] __attribute__((aligned(CACHE_LINE)));
};

/* The writer's side: @count times this harm, of which @harm is the first. */
static inline void harm_tell(struct harm_ring *r, const struct harm *harm, uint64_t count)
{
	uint64_t kept = load_relaxed(&r->kept);

	count_add(&r->told[harm->kind], count);
	if (kept - load_acquire(&r->taken) >= HARM_RING)
		return;
	r->harm[kept % HARM_RING] = *harm;
	store_release(&r->kept, kept + 1);
}

/* The reader's side. False: nothing is in the ring. */
static inline bool harm_take(struct harm_ring *r, struct harm *harm)
{
	uint64_t taken = load_relaxed(&r->taken);

	if (taken == load_acquire(&r->kept))
		return false;
	*harm = r->harm[taken % HARM_RING];
	store_release(&r->taken, taken + 1);
	return true;
}

#endif
