/* SPDX-License-Identifier: GPL-2.0-only */
/* Which knobs a run sets; how they are kept and put back is system/journal.h. */
#ifndef THPSTORM_RUN_KNOBS_H
#define THPSTORM_RUN_KNOBS_H

#include "contract/given.h"
#include "run/wishes.h"
#include "system/journal.h"

/*
 * Sets those of @w, and makes what the plan wants made. A knob that refuses the write and need
 * not be set is left and marked in @w. 0 or -errno.
 */
int knobs_apply(struct journal *j, const struct given *given, struct wishes *w, struct error *err);

/* Whether the plan wants anything made. */
bool knobs_make(const struct given *given);

/*
 * Puts everything back. With @locked a CPU is locked up: a write that waits for every CPU (the one
 * to watchdog_thresh does) would hang, so it is left to a child with a time limit. 0, or a negative
 * value and the sentence.
 */
int knobs_restore(struct journal *j, bool locked, struct error *err);

#endif
