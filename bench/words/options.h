/* SPDX-License-Identifier: GPL-2.0-only */
/* The option table's users: defaults, setting one option, and what to say of a misspelt one. */
#ifndef THPSTORM_BENCH_WORDS_OPTIONS_H
#define THPSTORM_BENCH_WORDS_OPTIONS_H

#include "base/error.h"
#include "contract/plan.h"
#include "words/option_table.h"

struct sweep_plan; /* words/sweep_plan.h */

/* Defaults everywhere, no groups. */
void options_defaults(struct run_plan *plan);
void options_group_defaults(struct group_plan *group, const char *name);
void options_sweep_defaults(struct sweep_plan *sweep);

/*
 * Sets one option. @where is put in front of the message ("configs/a.conf:12" or "command line").
 * Messages: "WHERE: unknown key 'treads' in section [faulters]; did you mean 'threads'?",
 * "WHERE: threads = 9999: must be a number from 1 to 256". -EINVAL.
 */
int options_set_run(struct run_plan *plan, const char *key, const char *value, const char *where,
		    struct error *err);
int options_set_group(struct group_plan *group, const char *key, const char *value,
		      const char *where, struct error *err);
int options_set_expose(struct run_plan *plan, const char *key, const char *value, const char *where,
		       struct error *err);
int options_set_sweep(struct sweep_plan *sweep, const char *key, const char *value,
		      const char *where, struct error *err);
/* The sentence for a key of [sweep] that is neither an option of the sweep nor one of the run. */
int options_unknown_axis(const char *key, const char *where, struct error *err);

/* Whether it differs from the default. */
bool option_is_changed(const struct option *o, const void *base);

#endif
