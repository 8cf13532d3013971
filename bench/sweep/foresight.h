/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of a cell before it runs: whether it can run on this machine, and for how long. */
#ifndef THPSTORM_BENCH_SWEEP_FORESIGHT_H
#define THPSTORM_BENCH_SWEEP_FORESIGHT_H

#include <stdint.h>

#include "base/error.h"
#include "contract/given.h"

struct foresight {
	struct machine_facts machine;
	struct given given; /* of the cell that was looked at last */
};

/* Reads the machine, once for all cells. NULL with the sentence; free() it. */
struct foresight *foresight_make(struct error *err);

/*
 * What becomes of a cell of that plan here: READY, READY_SKIP, READY_REFUSED (BROKEN), with the
 * reason, in @f->given. Returns its warm-up, quiet phase and storm, ns; 0 of one that does not run.
 */
uint64_t foresight_look(struct foresight *f, const struct run_plan *plan);

#endif
