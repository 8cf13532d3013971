/* SPDX-License-Identifier: GPL-2.0-only */
/* The worker loop: stop flag, pacing, warm-up, timing and books, once for all workers. */
#ifndef THPSTORM_RUN_LOOP_H
#define THPSTORM_RUN_LOOP_H

#include "measure/evidence.h"
#include "run/pace.h"
#include "workers/worker.h"
#include "run/segment.h"
#include "witness/witness.h"

struct loop {
	struct worker *w;
	struct share *share;
	struct evidence evidence;
	struct onlooker onlooker; /* all NULL: nobody looks */
	char *scratch;		 /* private pages for the quiet phase, LOOP_SCRATCH_PAGES of them */
	struct pace pace;	 /* of a faulter */
	struct owner_pace owner; /* of a splitter or mover */
	unsigned cpus;		 /* of the run's workers */
	uint32_t *made_on_node;	 /* an owner's huge pages of its proof by node; NULL: not counted */
	uint64_t minor_faults;	 /* of the thread, where it is paced by them for want of evidence */
	struct worker_counts unrecorded; /* of the warm-up */
};

#define LOOP_SCRATCH_PAGES 4

/* Faulters are paced: owners of slots and the null worker nap as their group says. */
bool loop_is_paced(const struct worker *w);

/* Follows the phases from the first on, and returns when PHASE_STOP comes. */
void loop_run(struct loop *l);

/*
 * The floor: latency (ns) of @steps null operations, timed and booked like any other. On the
 * calling thread; @floor is emptied first. 0 or -ENOMEM.
 */
int loop_measure_floor(struct arena *arena, unsigned steps, struct histogram *floor);

#endif
