/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of a cell before it runs: whether it can run on this machine, and for how long. */
#ifndef THPSTORM_BENCH_SWEEP_FORESIGHT_H
#define THPSTORM_BENCH_SWEEP_FORESIGHT_H

#include "contract/given.h"
#include "sweep/sweep.h"

struct foresight {
	struct machine_facts machine;
	struct given given; /* of the cell that was looked at last */
};

/* Reads the machine, once for all cells. NULL with the sentence; free() it. */
struct foresight *foresight_make(struct error *err);

/*
 * What becomes of a cell here: READY, READY_SKIP, READY_REFUSED (BROKEN), with the reason in
 * @f->given.why. @ns: warm-up, quiet phase and storm; 0 of a cell that does not run. -errno with the
 * sentence when its values don't go together.
 */
int foresight_look(struct foresight *f, const struct sweep *s, uint32_t id, uint64_t *ns,
		   struct error *err);

#endif
