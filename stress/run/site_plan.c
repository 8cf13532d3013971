/* SPDX-License-Identifier: GPL-2.0-only */
/* See site_plan.h. */
#include "run/site_plan.h"

#include <errno.h>

#include "workers/worker.h"

bool site_plan_uses_arena(const struct given *given, unsigned group)
{
	const struct worker_ops *ops = given->group[group].worker;

	return ops && ops->part != PART_DISTURBER;
}

static int disagree(const struct given *given, unsigned a, unsigned b, struct error *why)
{
	const struct run_plan *plan = &given->plan;

	return error_set(
		why, EINVAL,
		"[%s] has memory = %s and [%s] memory = %s, but groups of one process share its arena: give one of them process = own",
		plan->group[a].name, memory_of(plan, &plan->group[a])->name, plan->group[b].name,
		memory_of(plan, &plan->group[b])->name);
}

/* The groups that share a process. */
static int share_site_of_all(struct given *given, struct error *why)
{
	const struct run_plan *plan = &given->plan;
	struct site_given *site = &given->site[0];
	int first = -1;

	for (unsigned i = 0; i < plan->groups; i++) {
		const struct group_plan *g = &plan->group[i];

		if (!g->threads || g->process == PROCESS_OWN)
			continue;
		given->sites = 1;
		if (!site_plan_uses_arena(given, i))
			continue;
		if (first >= 0 && memory_of(plan, g) != site->memory)
			return disagree(given, (unsigned)first, i, why);
		site->memory = memory_of(plan, g);
		first = first < 0 ? (int)i : first;
	}
	return 0;
}

int site_plan_make(struct given *given, struct error *why)
{
	const struct run_plan *plan = &given->plan;
	int ret;

	given->sites = 0;
	given->site[0] = (struct site_given){.memory = memory_of(plan, NULL), .group = -1};
	ret = share_site_of_all(given, why);
	for (unsigned i = 0; i < plan->groups; i++) {
		const struct group_plan *g = &plan->group[i];

		given->group[i].site = 0;
		if (!g->threads || g->process != PROCESS_OWN)
			continue;
		given->group[i].site = given->sites;
		given->site[given->sites++] =
			(struct site_given){.memory = memory_of(plan, g), .group = (int)i};
	}
	given->sites = MAX(given->sites, 1u);
	return ret;
}

int site_plan_victims(struct given *given, struct error *why)
{
	struct placement *p = &given->geometry.placement;

	p->victims = 0;
	for (unsigned i = 0; i < p->threads; i++) {
		const struct worker_ops *ops = given->group[p->thread[i].group].worker;

		for (unsigned n = 0; ops && n < ops->victims; n++) {
			if (p->threads + p->victims == PLAN_THREADS_MAX)
				return error_set(
					why, EINVAL,
					"%u threads are planned, and %s forks %u more processes for each of its own; at most %d of both are possible",
					p->threads, ops->name, ops->victims, PLAN_THREADS_MAX);
			p->thread[p->threads + p->victims++] = (struct thread_place){
				.group = p->thread[i].group,
				.member = n,
				.victim = true,
				.of = i,
				.cpu = -1,
				.node = -1,
			};
		}
	}
	return 0;
}

bool site_plan_fills(const struct given *given, unsigned site)
{
	return given->site[site].group < 0 ||
	       site_plan_uses_arena(given, (unsigned)given->site[site].group);
}

unsigned site_plan_arenas(const struct given *given)
{
	unsigned n = 0;

	for (unsigned i = 0; i < given->sites; i++)
		n += site_plan_fills(given, i);
	return MAX(n, 1u);
}

unsigned site_plan_owners(const struct given *given, unsigned site)
{
	unsigned owners = 0;

	for (unsigned i = 0; i < given->plan.groups; i++) {
		const struct worker_ops *ops = given->group[i].worker;

		if (given->group[i].site == site && ops && worker_is_owner(ops))
			owners += given->plan.group[i].threads;
	}
	return owners;
}
