/* SPDX-License-Identifier: GPL-2.0-only */
/* What follows from a worker's words. */
#include "workers/worker.h"

const char *worker_role(const struct worker_ops *ops)
{
	switch (ops->part) {
	case PART_OWNER:
		return ops->effect == &effect_split  ? "split"
		       : ops->effect == &effect_move ? "migrate"
						     : "own";
	case PART_FAULTER:
		return worker_faults_in_kernel(ops) ? "fault_kernel" : "fault_user";
	case PART_DISTURBER:
		return ops->effect ? "disturb" : "null";
	}
	return "?";
}
