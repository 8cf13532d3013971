/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one line that repeats a run or a sweep on another machine, where the result directory is not:
 * the config, and what was said otherwise on the command line or by the cell of a sweep. A config
 * that thpstorm ships is named as every installation knows it ("tail_fault"); any other has to be
 * handed over with the line, and a run's is its whole plan then (plan.conf): nothing is left to say.
 */
#ifndef THPSTORM_BENCH_WORDS_REPEAT_H
#define THPSTORM_BENCH_WORDS_REPEAT_H

#include <stdbool.h>
#include <stddef.h>

#include "contract/plan.h"
#include "words/config_write.h"
#include "words/sweep_plan.h"

/* Whether the config is a shipped one, unchanged: @text is the file that has its words. @name: which. */
bool repeat_shipped(const char *config, const char *text, char *name, size_t size);
/* What a config that is handed over is to be saved as: "mine.conf". Returns name. */
char *repeat_file_name(const char *config, char *name, size_t size);
/* What begins such a line, as shell words: "thpstorm", or the environment's THPSTORM_RUNNER. */
const char *repeat_runner(void);
/*
 * "thpstorm run tail_fault --duration=10s --seed=3"; @seed: the one that was used. To be freed; NULL
 * where the config is not a shipped one, or one of a sweep.
 */
char *repeat_run(const struct run_plan *plan, uint64_t seed);
/*
 * Each option that the run has otherwise than the shipped config that it names, the seed left out.
 * False: the config is not a shipped one, or a sweep's.
 */
bool repeat_overrides(const struct run_plan *plan, config_difference each, void *to);
/*
 * "thpstorm sweep NAME ..." by @original, the config as it was when the sweep began: to be handed
 * over as repeat_file_name() where it is not a shipped one. To be freed; NULL when it can't be read.
 */
char *repeat_sweep(const struct run_plan *plan, const struct sweep_plan *sweep,
		   const char *original, const char *runner);

#endif
