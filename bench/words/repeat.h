/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one line that repeats a run or a sweep on another machine, where the config file is and the
 * result directory is not: the config, and what was said otherwise on the command line or by the
 * cell of a sweep. "configs/NAME" stands for a config below any directory of that name.
 */
#ifndef THPSTORM_BENCH_WORDS_REPEAT_H
#define THPSTORM_BENCH_WORDS_REPEAT_H

#include "contract/plan.h"
#include "words/sweep_plan.h"

/*
 * "thpstorm run configs/tail_fault.conf --duration=10s --seed=3"; @seed: the one that was used.
 * The environment's THPSTORM_RUNNER stands for "thpstorm". Reads the plan's config as it is now. To
 * be freed; NULL when it can't be read or is one of a sweep.
 */
char *repeat_run(const struct run_plan *plan, uint64_t seed);
/*
 * "thpstorm sweep CONFIG ..." by @original, the config as it was when the sweep began. To be freed;
 * NULL when that can't be read.
 */
char *repeat_sweep(const struct run_plan *plan, const struct sweep_plan *sweep,
		   const char *original);

#endif
