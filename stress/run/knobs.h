/* SPDX-License-Identifier: GPL-2.0-only */
/* Which knobs a plan sets; how they are kept and put back is system/journal.h. */
#ifndef THPSTORM_RUN_KNOBS_H
#define THPSTORM_RUN_KNOBS_H

#include "contract/plan.h"
#include "run/wishes.h"
#include "system/journal.h"

/*
 * Sets those of @w, and makes what the plan wants made. A knob that refuses the write and was not
 * named is left and marked in @w. 0 or -errno.
 */
int knobs_apply(struct journal *j, const struct run_plan *plan, struct wishes *w,
		struct error *err);

/* Whether the plan wants anything made. */
bool knobs_make(const struct run_plan *plan);

/*
 * Puts everything back. With @locked a CPU is locked up: a write that waits for every CPU (the one
 * to watchdog_thresh does) would hang, so it is left to a child with a time limit. 0, or a negative
 * value and the sentence.
 */
int knobs_restore(struct journal *j, bool locked, struct error *err);

#endif
