/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which nodes a run uses: the plan's `nodes` and `placement` against this machine.
 */
#ifndef THPSTORM_RUN_NODES_H
#define THPSTORM_RUN_NODES_H

#include "base/error.h"
#include "contract/placement.h"

/*
 * @usable: CPUs that the run may use. -EINVAL when a node is named that is not there, -ENOTSUP when this machine has too few: a SKIP.
 */
int nodes_choose(const struct run_plan *plan, const struct topology *t, const cpu_set_t *usable,
		 struct node_choice *c, struct error *err);
/* The @n-th CPU of @c (0-based), in turn when so chosen; -1: there are fewer. */
int nodes_nth_cpu(const struct node_choice *c, const struct topology *t, unsigned n);
/* Makes it the policy of the calling process, for threads that it starts. 0 or -errno. */
int nodes_set_policy(enum memory_policy policy, const cpu_set_t *nodes, struct error *err);

#endif
