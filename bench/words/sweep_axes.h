/* SPDX-License-Identifier: GPL-2.0-only */
/* The axes of a sweep: from words into its plan, and a value of each into a run's. */
#ifndef THPSTORM_BENCH_WORDS_SWEEP_AXES_H
#define THPSTORM_BENCH_WORDS_SWEEP_AXES_H

#include "base/error.h"
#include "contract/plan.h"
#include "system/topology.h"
#include "words/sweep_plan.h"

void sweep_defaults(struct sweep_plan *sweep);
/* The position of the axis of that key, -1: there is none. */
int sweep_axis(const struct sweep_plan *sweep, const char *key);
/*
 * Sets an option of the sweep, or an axis (in place of one with that key). -EINVAL with @where in
 * front of the sentence. Whether the key exists in the plan is seen by sweep_validate().
 */
int sweep_set(struct sweep_plan *sweep, const char *key, const char *value, const char *where,
	      struct error *err);
/*
 * Holds each value of each axis against the plan, and reads the exclusions. -EINVAL with the place
 * at which the axis stands.
 */
int sweep_validate(struct sweep_plan *sweep, const struct run_plan *plan, struct error *err);
/*
 * Whether there is something to sweep: an axis, or repeats. -EINVAL with the sentence, which names
 * @config.
 */
int sweep_varies(const struct sweep_plan *sweep, const char *config, struct error *err);

/*
 * Puts in what depends on the machine: `placement = pairs` becomes each node with memory paired
 * with each node with CPUs, itself too (0:0, 0:1, ...). -EINVAL when that is more than an axis
 * holds.
 */
int sweep_expand(struct sweep_plan *sweep, const struct topology *t, struct error *err);
/* Whether the value is a number of threads given as a fraction of the group's CPUs: 1/2, 3/1. */
bool sweep_is_fraction(const struct sweep_axis *axis, unsigned value);
/* The number of the group that the axis varies; -1 when it varies the run. */
int sweep_group(const struct sweep_axis *axis, const struct run_plan *plan);
/*
 * Applies one value of one axis to @plan. @cpus: how many CPUs the group has, for fractions; they
 * give at least 1 thread. -EINVAL with the place at which the axis stands.
 */
int sweep_apply(struct run_plan *plan, const struct sweep_axis *axis, unsigned value, unsigned cpus,
		struct error *err);

#endif
