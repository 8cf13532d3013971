/* SPDX-License-Identifier: GPL-2.0-only */
/* The worker loop: stop flag, pacing, warm-up, timing and books, once for all workers. */
#ifndef THPSTORM_RUN_LOOP_H
#define THPSTORM_RUN_LOOP_H

#include "measure/evidence.h"
#include "workers/worker.h"

struct loop {
	struct worker *w;
	struct share *share;
	struct evidence evidence; /* page NULL: faults are not counted */
	char *scratch; /* private pages for the quiet phase, LOOP_SCRATCH_PAGES of them */
	struct worker_counts unrecorded; /* of the warm-up */
};

#define LOOP_SCRATCH_PAGES 4

/* Follows the phases from the first on, and returns when PHASE_STOP comes. */
void loop_run(struct loop *l);

/*
 * The floor: latency (ns) of @steps null operations, timed and booked like any other. On the
 * calling thread; @floor is emptied first. 0 or -ENOMEM.
 */
int loop_measure_floor(struct arena *arena, unsigned steps, struct histogram *floor);

#endif
