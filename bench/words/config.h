/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A config file becomes a plan. INI: keys before the first section and in [run] are the run's,
 * [expose] holds exposures, any other section is a worker group (its name; `worker =` defaults to
 * it).
 */
#ifndef THPSTORM_BENCH_WORDS_CONFIG_H
#define THPSTORM_BENCH_WORDS_CONFIG_H

#include <stdio.h>

#include "base/error.h"
#include "contract/plan.h"

struct sweep_plan; /* sweep/sweep_plan.h */

/*
 * Reads @path over the defaults. @sweep: where [sweep] goes, over the defaults too; NULL refuses a
 * config that has one. -errno with "FILE:LINE: what is wrong, what is allowed".
 */
int config_read(const char *path, struct run_plan *plan, struct sweep_plan *sweep,
		struct error *err);
/* The same from a stream, which stays open; @path is what it is called in messages. */
int config_read_stream(FILE *in, const char *path, struct run_plan *plan, struct sweep_plan *sweep,
		       struct error *err);
/*
 * Applies "key=value" or "group.key=value" or "expose.key=value". @where is put in front of the
 * message ("command line").
 */
int config_apply(struct run_plan *plan, const char *assignment, const char *where,
		 struct error *err);
/* What only the whole plan shows: no groups, unknown worker, too many threads, two of a name. */
int config_validate(const struct run_plan *plan, struct error *err);
/* The effective plan as a config file that reproduces it. @all: defaults too. */
void config_write(FILE *out, const struct run_plan *plan, bool all);
/* What @plan has otherwise than @base, which has its groups: " --KEY=VALUE --GROUP.KEY=VALUE". */
void config_write_arguments(FILE *out, const struct run_plan *plan, const struct run_plan *base);
/* The same of [sweep]; the axes all of them: " --sweep.repeats=3 -v KEY=A,B". */
void config_write_sweep_arguments(FILE *out, const struct sweep_plan *sweep,
				  const struct sweep_plan *base);
/* One argument as a shell takes it, quoted where it must be. */
void config_write_word(FILE *out, const char *word);
/* The section [sweep]. */
void config_write_sweep(FILE *out, const struct sweep_plan *sweep);

#endif
