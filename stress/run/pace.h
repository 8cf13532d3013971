/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long a faulter naps after a touch.
 *
 * A faulter that touches in vain takes CPU time from the splitter or mover that would give it
 * something to meet: 18 faulters that woke each 50 us left a splitter of nice 19 on 2 CPUs between
 * 7 and 830 splits a second, and the storm flipped between the two by itself. So a faulter whose
 * touches meet nothing naps longer, and one that meets a split or a move naps as asked:
 *
 *	after PACE_PATIENCE touches in a row without a fault each further one doubles the nap,
 *	up to the plan's nap << PACE_LEVELS; a touch that faults halves it twice.
 *
 * A group without a nap of its own (nap = 0) naps PACE_STEP << level once it is past level 0.
 */
#ifndef THPSTORM_RUN_PACE_H
#define THPSTORM_RUN_PACE_H

#include "base/base.h"
#include "contract/plan.h"

#define PACE_PATIENCE 4
#define PACE_LEVELS   6
#define PACE_RECOVERY 2
#define PACE_STEP     (10 * NSEC_PER_USEC)

struct pace {
	enum pace_rule rule;
	uint64_t nap;	/* the plan's, ns */
	unsigned level; /* doublings now in force */
	unsigned vain;	/* touches in a row that met nothing, at most PACE_PATIENCE */
};

/* The nap (ns, 0: none) after one touch, which @met a fault or did not. */
uint64_t pace_after(struct pace *p, bool met);

/*
 * The other side: an owner of positive nice, which the storm's own faulters are meant to preempt,
 * gets no CPU time at all beside a busy program (15 of 1039 parts beside one loop of nice 0). So
 * between two of its operations, looked at each PACE_WINDOW: where it waited for a CPU most of the
 * time while the storm itself used less than half of its CPUs, others starve it, and its nice value
 * goes down by PACE_NICE_STEP, not below 0; where it no longer waits, up again to the plan's. A
 * storm that starves its owner by itself, which is how the bug of 2021 shows, is left alone.
 */
#define PACE_WINDOW    (100 * NSEC_PER_MSEC)
#define PACE_NICE_STEP 5

struct owner_pace {
	int schedstat;			  /* of the thread; -1: not paced */
	int nice;			  /* now */
	unsigned cpus;			  /* of the run's workers */
	uint64_t wall, waited, storm_cpu; /* ns, at the last look */
};

/* Opens what it reads for the calling thread; where it can't, or nice <= 0, it stays as it is. */
void owner_pace_begin(struct owner_pace *p, enum pace_rule rule, int nice, unsigned cpus);
void owner_pace_end(struct owner_pace *p);
/*
 * After an operation that was over at @now: sets the calling thread's nice value, at most once a
 * window, and returns it. @plan is the plan's.
 */
int owner_pace_look(struct owner_pace *p, int plan, uint64_t now);
/* The rule: from the present value and the shares (0..1) of the window to the next value. */
int owner_pace_nice(int nice, int plan, double waited, double storm_used);

#endif
