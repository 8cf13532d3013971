/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The operation that a worker has in flight: the worker writes around each operation, the
 * supervisor reads without its help. Where the operation goes is a seqcount (base/seqcount.h),
 * written before the clock is read; `since` follows in the one store that stands between the two
 * readings of the clock, and is 0 while nothing is in flight.
 */
#ifndef THPSTORM_CONTRACT_FLIGHT_H
#define THPSTORM_CONTRACT_FLIGHT_H

#include "base/seqcount.h"

#define FLIGHT_PRIVATE UINT32_MAX /* as slot: a page outside the arena */

struct flight {
	uint64_t since;	 /* clock ns at which it began, 0: nothing is in flight */
	uint64_t addr;	 /* the buffer's first byte */
	uint64_t faults; /* evidence_count() as it began */
	uint32_t slot, page;
	uint32_t count; /* the seqcount of addr, faults, slot and page */
};

/* Not timed: where the next operation goes. Nothing is in flight. */
ALWAYS_INLINE void flight_plan(struct flight *f, uint64_t addr, uint32_t slot, uint32_t page,
			       uint64_t faults)
{
	seqcount_write_begin(&f->count);
	seqcount_put(&f->addr, addr);
	seqcount_put(&f->slot, slot);
	seqcount_put(&f->page, page);
	seqcount_put(&f->faults, faults);
	seqcount_write_end(&f->count);
}

/* Timed: it began at @now. */
ALWAYS_INLINE void flight_begin(struct flight *f, uint64_t now)
{
	store_release(&f->since, now);
}

ALWAYS_INLINE void flight_end(struct flight *f)
{
	store_relaxed(&f->since, 0);
}

/* Whether something is in flight; where it goes may belong to the next operation already. */
static inline bool flight_busy(const struct flight *f)
{
	return load_relaxed(&f->since) != 0;
}

/*
 * Copies an operation that is in flight, all of it of one operation. False: nothing is in flight,
 * or it returned meanwhile. @to->count is the seqcount as it was read.
 */
static inline bool flight_read(const struct flight *f, struct flight *to)
{
	/* Before `since`: a count read later could be that of the next operation's plan. */
	to->count = seqcount_read_begin(&f->count);
	to->since = load_acquire(&f->since);
	to->addr = seqcount_get(&f->addr);
	to->slot = seqcount_get(&f->slot);
	to->page = seqcount_get(&f->page);
	to->faults = seqcount_get(&f->faults);
	return to->since && seqcount_read_valid(&f->count, to->count);
}

/* Whether the operation in @seen was still in flight after what was read with acquire before. */
static inline bool flight_goes_on(const struct flight *f, const struct flight *seen)
{
	return load_relaxed(&f->since) == seen->since && load_relaxed(&f->count) == seen->count;
}

#endif
