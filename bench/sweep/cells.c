/* SPDX-License-Identifier: GPL-2.0-only */
/* See cells.h. */
#include "sweep/cells.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/plural.h"
#include "base/rng.h"
#include "words/config_apply.h"
#include "run/placement.h"
#include "words/sweep_axes.h"

/* Cells that are asked for, as a sum that cannot wrap; "4 x 3 x 2 repeats" into @how. */
static uint64_t product(const struct sweep_plan *s, char *how, size_t size)
{
	uint64_t cells = 1;
	size_t n = 0;

	how[0] = '\0';
	for (unsigned a = 0; a < s->axes; a++) {
		cells = MIN(cells * s->axis[a].values, UINT32_MAX);
		if (n < size)
			n += (size_t)snprintf(how + n, size - n, "%u x ", s->axis[a].values);
	}
	if (n < size)
		snprintf(how + n, size - n, "%u repeat%s", s->repeats, plural(s->repeats));
	return cells;
}

unsigned cells_value(const struct cells *c, uint32_t id, unsigned axis)
{
	unsigned combination = (id - 1) % c->combinations;

	for (unsigned a = c->sweep->axes - 1; a > axis; a--)
		combination /= c->sweep->axis[a].values;
	return combination % c->sweep->axis[axis].values;
}

unsigned cells_repeat(const struct cells *c, uint32_t id)
{
	return (id - 1) / c->combinations;
}

static bool is_excluded(const struct cells *c, uint32_t id)
{
	for (unsigned e = 0; e < c->sweep->exclusions; e++) {
		const struct sweep_exclusion *x = &c->sweep->exclusion[e];
		unsigned met = 0;

		while (met < x->terms &&
		       cells_value(c, id, x->term[met].axis) == x->term[met].value)
			met++;
		if (met == x->terms)
			return true;
	}
	return false;
}

/* Fisher and Yates. */
static void shuffle(uint32_t *id, unsigned n, uint64_t seed)
{
	struct rng rng;

	rng_seed(&rng, seed);
	for (unsigned left = n; left > 1; left--) {
		unsigned pick = rng_below(&rng, left);
		uint32_t last = id[left - 1];

		id[left - 1] = id[pick];
		id[pick] = last;
	}
}

/* Each repeat is a block: whatever drifts while the sweep goes on meets all cells alike. */
static void fill(struct cells *c)
{
	uint32_t id = 1;

	for (unsigned r = 0; r < c->sweep->repeats; r++) {
		uint32_t *block = c->id + c->count;
		unsigned n = 0;

		for (unsigned i = 0; i < c->combinations; i++, id++) {
			if (is_excluded(c, id))
				c->excluded++;
			else
				block[n++] = id;
		}
		if (c->sweep->order == ORDER_RANDOM)
			shuffle(block, n, mix64(c->plan->seed) + r);
		c->count += n;
	}
}

static void take_shard(struct cells *c, const struct shard *shard)
{
	unsigned n = 0;

	for (unsigned at = shard->part - 1; at < c->count; at += shard->of)
		c->id[n++] = c->id[at];
	c->count = n;
}

int cells_make(struct cells *c, const struct run_plan *plan, const struct sweep_plan *sweep,
	       const struct shard *shard, struct error *err)
{
	char how[256];
	uint64_t combinations = product(sweep, how, sizeof(how));

	memset(c, 0, sizeof(*c));
	c->plan = plan;
	c->sweep = sweep;
	if (combinations * sweep->repeats > CELLS_MAX)
		return error_set(
			err, EINVAL,
			"this sweep has %llu%s cells (%s); at most %d are possible: give the axes fewer values, or make several sweeps of it",
			(unsigned long long)combinations * sweep->repeats,
			combinations == UINT32_MAX ? " or more" : "", how, CELLS_MAX);
	c->combinations = (unsigned)combinations;
	c->total = c->combinations * sweep->repeats;
	c->id = calloc(c->total, sizeof(*c->id));
	if (!c->id)
		return error_set(err, ENOMEM, "no memory for %u cells", c->total);
	fill(c);
	if (!c->count) {
		cells_free(c);
		return error_set(err, EINVAL, "%s: exclude: no cell is left", sweep->exclude_where);
	}
	take_shard(c, shard);
	if (c->count)
		return 0;
	cells_free(c);
	return error_set(err, EINVAL, "shard %u/%u has no cells: the sweep has fewer", shard->part,
			 shard->of);
}

void cells_free(struct cells *c)
{
	free(c->id);
	c->id = NULL;
	c->count = 0;
}

char *cells_name(const struct cells *c, uint32_t id, char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	for (unsigned a = 0; a < c->sweep->axes && n < size; a++)
		n += (size_t)snprintf(buf + n, size - n, "%s=%s ", c->sweep->axis[a].key,
				      c->sweep->axis[a].value[cells_value(c, id, a)]);
	if (n < size)
		snprintf(buf + n, size - n, "#%u", cells_repeat(c, id) + 1);
	return buf;
}

/* The fractions come last: how many CPUs there are depends on the rest. */
int cells_plan(const struct cells *c, uint32_t id, const struct topology *t, struct run_plan *plan,
	       struct error *err)
{
	struct placement p;
	bool fractions = false;
	int ret;

	plan_copy(plan, c->plan);
	for (unsigned a = 0; a < c->sweep->axes; a++) {
		const struct sweep_axis *axis = &c->sweep->axis[a];
		unsigned value = cells_value(c, id, a);

		fractions |= sweep_is_fraction(axis, value);
		ret = sweep_apply(plan, axis, value, 1, err);
		if (ret)
			return ret;
	}
	plan->seed = (mix64(c->plan->seed ^ mix64(id)) >> 2) | 1;
	if (fractions) {
		ret = placement_make(plan, t, &p, err);
		/* Too few nodes: the run will be a SKIP, however many threads it has. */
		if (ret == -ENOTSUP)
			return config_validate(plan, err);
		if (ret)
			return ret;
	}
	for (unsigned a = 0; a < c->sweep->axes && fractions; a++) {
		const struct sweep_axis *axis = &c->sweep->axis[a];
		unsigned value = cells_value(c, id, a);
		int group = sweep_group(axis, plan);

		if (!sweep_is_fraction(axis, value) || group < 0)
			continue;
		ret = sweep_apply(plan, axis, value, (unsigned)CPU_COUNT(&p.group_cpus[group]),
				  err);
		if (ret)
			return ret;
	}
	return config_validate(plan, err);
}
