/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cells of a sweep: each is one value of every axis, and one of the repeats. A cell's id, from
 * 1, is its place in the whole product with the first axis varying slowest but for the repeats; it
 * is the same whatever the order, the shard and what is left out, so that the parts of a sweep on
 * several machines fit together.
 */
#ifndef THPSTORM_BENCH_SWEEP_CELLS_H
#define THPSTORM_BENCH_SWEEP_CELLS_H

#include "base/error.h"
#include "system/topology.h"
#include "words/sweep_plan.h"

#define CELLS_MAX      100000
#define CELLS_NAME_MAX (SWEEP_AXES_MAX * (SWEEP_KEY_MAX + SWEEP_VALUE_MAX) + 16)

struct shard {
	unsigned part, of; /* 1-based: 1 of 1 is all */
};

struct cells {
	const struct run_plan *plan; /* what the axes vary; both of the caller */
	const struct sweep_plan *sweep;
	unsigned combinations; /* of the axes' values */
	unsigned total;	       /* ids go from 1 to this one */
	unsigned excluded;     /* of them */
	unsigned count;	       /* of this shard */
	uint32_t *id;	       /* in the order in which they are run */
};

/*
 * Numbers, leaves out, orders by the plan's seed, takes the shard's. -EINVAL when there are none or
 * more than CELLS_MAX, -ENOMEM. Free with cells_free().
 */
int cells_make(struct cells *c, const struct run_plan *plan, const struct sweep_plan *sweep,
	       const struct shard *shard, struct error *err);
void cells_free(struct cells *c); /* accepts a zeroed struct */

/* Which value of that axis the cell has; which repeat it is, from 0. */
unsigned cells_value(const struct cells *c, uint32_t id, unsigned axis);
unsigned cells_repeat(const struct cells *c, uint32_t id);
/* "preempt=none tails.threads=4 #2"; without axes "#1". Returns buf. */
char *cells_name(const struct cells *c, uint32_t id, char *buf, size_t size);

/*
 * The plan of one cell, with a seed of its own that follows from the sweep's. @t: of this machine,
 * for fractions of its CPUs. -EINVAL when the values don't go together.
 */
int cells_plan(const struct cells *c, uint32_t id, const struct topology *t, struct run_plan *plan,
	       struct error *err);

#endif
