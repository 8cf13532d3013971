/* SPDX-License-Identifier: GPL-2.0-only */
/* What happens to a plan once its config is read: the command line, the last checks. */
#ifndef THPSTORM_BENCH_WORDS_CONFIG_APPLY_H
#define THPSTORM_BENCH_WORDS_CONFIG_APPLY_H

#include "base/error.h"
#include "contract/plan.h"

/*
 * Applies "key=value" or "group.key=value" or "expose.key=value". @where is put in front of the
 * message ("command line").
 */
int config_apply(struct run_plan *plan, const char *assignment, const char *where,
		 struct error *err);
/* What only the whole plan shows: no groups, unknown worker, too many threads, two of a name. */
int config_validate(const struct run_plan *plan, struct error *err);

#endif
