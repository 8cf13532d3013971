/* SPDX-License-Identifier: GPL-2.0-only */
/* Which knobs a plan sets; how they are kept and put back is system/journal.h. */
#ifndef THPSTORM_RUN_KNOBS_H
#define THPSTORM_RUN_KNOBS_H

#include "run/plan.h"
#include "system/journal.h"

/* Sets them. A knob that this kernel does not have is left out. 0 or -errno. */
int knobs_apply(struct journal *j, const struct run_plan *plan, struct error *err);

#endif
