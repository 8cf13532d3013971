/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does nothing, timed like everything else: the floor of what the loop can measure. Timed: an empty
 * function called through the same pointer as every other step. It can't fail.
 */
#include "workers/worker.h"

static bool null_aim(struct worker *w)
{
	return true;
}

static void null_step(struct worker *w)
{
}

const struct worker_ops worker_null = {
	.name = "null",
	.help = "do nothing: the floor of the measurement",
	.part = PART_DISTURBER,
	.aim = null_aim,
	.step = null_step,
};
