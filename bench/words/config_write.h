/* SPDX-License-Identifier: GPL-2.0-only */
/* The way of a plan back to text. */
#ifndef THPSTORM_BENCH_WORDS_CONFIG_WRITE_H
#define THPSTORM_BENCH_WORDS_CONFIG_WRITE_H

#include <stdio.h>

#include "contract/plan.h"

struct sweep_plan; /* words/sweep_plan.h */

/* The effective plan as a config file that reproduces it. @all: defaults too. */
void config_write(FILE *out, const struct run_plan *plan, bool all);

typedef void (*config_difference)(void *to, const char *key, const char *value);
/*
 * Each option of @plan that is not as in @base, which has its groups: "duration", "tails.threads",
 * "expose.faults".
 */
void config_each_difference(const struct run_plan *plan, const struct run_plan *base,
			    config_difference each, void *to);
/* The same as arguments: " --KEY=VALUE --GROUP.KEY=VALUE". */
void config_write_arguments(FILE *out, const struct run_plan *plan, const struct run_plan *base);
/* The same of [sweep]; the axes all of them: " --sweep.repeats=3 -v KEY=A,B". */
void config_write_sweep_arguments(FILE *out, const struct sweep_plan *sweep,
				  const struct sweep_plan *base);
/* One argument as a shell takes it, quoted where it must be. */
void config_write_word(FILE *out, const char *word);
/* The section [sweep]. */
void config_write_sweep(FILE *out, const struct sweep_plan *sweep);

#endif
