/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all splitters do around their one call: go through the slots of their range once a round,
 * one page of each THP, and make the whole range anew between two rounds.
 */
#ifndef THPSTORM_WORKERS_SPLITTER_H
#define THPSTORM_WORKERS_SPLITTER_H

#include "workers/worker.h"

/* Chooses the next whole slot and announces it; at a round's end makes the range anew. */
bool splitter_aim(struct worker *w);
/* The same, and the page's content may be gone from now on (MADV_FREE, MADV_DONTNEED). */
bool splitter_aim_dropping(struct worker *w);
/* One madvise(2) on the page; to be called from step() and from nowhere else. */
void splitter_advise(struct worker *w, int advice);
/* Books the result and lets the slot go. */
void splitter_settle(struct worker *w);

/*
 * The next slot of the range in a state that the worker takes, into w->at.slot; counts the round
 * when the cursor reaches the end. False at the end. Used by movers too.
 */
bool owner_next(struct worker *w);

/* CHORE_MAKE, of @count slots. */
void owner_making_begin(struct worker *w, unsigned count);
void owner_making_end(struct worker *w);
/*
 * Between two rounds: has the witnesses look at each slot, then makes the range anew. Used by movers
 * too, for slots that are no longer huge.
 */
void owner_remake(struct worker *w, unsigned first, unsigned count);

#endif
