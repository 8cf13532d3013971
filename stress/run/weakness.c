/* SPDX-License-Identifier: GPL-2.0-only */
/* See weakness.h. */
#include "run/weakness.h"

#include <stdio.h>

#include "workers/worker.h"

#define SHORT_STORM NSEC_PER_SEC

/* Groups of the plan as it was asked for that play that part. */
static unsigned groups_of(const struct given *given, enum worker_part part)
{
	unsigned n = 0;

	for (unsigned i = 0; i < given->asked.groups; i++) {
		const struct worker_ops *ops = given->group[i].worker;

		n += given->asked.group[i].threads && ops && ops->part == part;
	}
	return n;
}

static bool declares(const struct run_plan *plan)
{
	for (int e = 0; e < EXPOSURE_COUNT; e++) {
		if (plan->expose[e])
			return true;
	}
	return false;
}

int weakness_refuse(const struct given *given, struct error *why)
{
	const struct run_plan *plan = &given->asked;

	if (groups_of(given, PART_OWNER))
		return 0;
	for (unsigned i = 0; i < plan->groups; i++) {
		const struct worker_ops *ops = given->group[i].worker;
		const struct group_plan *g = &plan->group[i];

		if (g->threads && ops && worker_is_faulter(ops) && g->target != TARGET_RANDOM)
			return error_set(
				why, EINVAL,
				"[%s] aims at what is being split or moved, and no group splits or moves: it would touch nothing; use --%s.target=random, or add a group that does (thpstorm list workers)",
				g->name, g->name);
	}
	return 0;
}

static bool is_short(const struct given *given)
{
	return given->plan.duration < SHORT_STORM;
}

static bool declares_nothing(const struct given *given)
{
	return !declares(&given->asked);
}

static bool nobody_splits(const struct given *given)
{
	return declares_nothing(given) && groups_of(given, PART_FAULTER) &&
	       !groups_of(given, PART_OWNER) && !given->plan.memory_max;
}

static bool nobody_faults(const struct given *given)
{
	return declares_nothing(given) && groups_of(given, PART_OWNER) &&
	       !groups_of(given, PART_FAULTER);
}

static bool nobody_touches(const struct given *given)
{
	return declares_nothing(given) && !groups_of(given, PART_OWNER) &&
	       !groups_of(given, PART_FAULTER);
}

static const struct {
	bool (*is_there)(const struct given *given);
	const char *sentence;
} weaknesses[] = {
	{is_short, "a storm of less than 1s: many meet nothing in that time; use -t 10s or more"},
	{nobody_touches,
	 "no group touches, splits or moves a page: only the loop is run; add groups that do (thpstorm list workers)"},
	{nobody_splits,
	 "no group splits or moves huge pages: nothing is torn apart under the faulters; add one that does, like split_cold"},
	{nobody_faults,
	 "no group faults: nobody meets what is split or moved; add one that does, like fault_fstat with target = hot_tail"},
	{declares_nothing,
	 "[expose] declares nothing: a PASS may mean that nothing was tried; declare what must be met, like folio_splits = 100"},
};

char *weakness_next(const struct given *given, unsigned *at, char *buf, size_t size)
{
	while (*at < ARRAY_SIZE(weaknesses)) {
		unsigned i = (*at)++;

		if (!weaknesses[i].is_there(given))
			continue;
		snprintf(buf, size, "%s", weaknesses[i].sentence);
		return buf;
	}
	return NULL;
}
