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

struct mistakes;   /* words/mistakes.h */
struct sweep_plan; /* sweep/sweep_plan.h */

/*
 * Reads @path over the defaults. @sweep: where [sweep] goes, over the defaults too; NULL refuses a
 * config that has one. -errno with "FILE:LINE: what is wrong, what is allowed".
 */
int config_read(const char *path, struct run_plan *plan, struct sweep_plan *sweep,
		struct error *err);
/* The same, with all that is wrong in the file; @err has the first of it. */
int config_read_all(const char *path, struct run_plan *plan, struct sweep_plan *sweep,
		    struct mistakes *mistakes, struct error *err);
/* The first from a stream, which stays open; @path is what it is called in messages. */
int config_read_stream(FILE *in, const char *path, struct run_plan *plan, struct sweep_plan *sweep,
		       struct error *err);

#endif
