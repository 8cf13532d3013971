/* SPDX-License-Identifier: GPL-2.0-only */
/* See placement.h. */
#include "run/placement.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/*
 * CPUs by name: what was handed down as the affinity mask (by taskset(1), isolcpus=, a service's
 * CPUAffinity=) is no limit for them. @who: "" or "[GROUP] ".
 */
static int parse_named(const char *who, const char *list, const struct topology *t, cpu_set_t *out,
		       struct error *err)
{
	char text[PLAN_LIST_SHOWN], shown[PLAN_LIST_SHOWN];
	struct error why;
	cpu_set_t both;

	plan_list_shown(list, shown);
	if (cpulist_parse(list, out, &why))
		return error_set(err, EINVAL, "%scpus = %s: %s", who, shown, why.text);
	CPU_AND(&both, out, &t->reachable);
	if (!CPU_EQUAL(&both, out))
		return error_set(
			err, EINVAL,
			"%scpus = %s: this process may run only on CPUs %s (those online and in its cpuset; `taskset -c %s` is refused as well)",
			who, shown, cpulist_format(&t->reachable, text, sizeof(text)), shown);
	return 0;
}

/* Those on the nodes of the run, where it has some. */
static int check_nodes(const struct run_plan *plan, const struct topology *t,
		       const struct placement *p, struct error *err)
{
	char text[PLAN_LIST_SHOWN], shown[PLAN_LIST_SHOWN];
	cpu_set_t both;

	CPU_AND(&both, &p->worker_cpus, &p->nodes.cpus);
	if (!CPU_EQUAL(&both, &p->worker_cpus))
		return error_set(err, EINVAL, "cpus = %s: the nodes of the run have only CPUs %s",
				 plan_list_shown(plan->cpus, shown),
				 cpulist_format(&p->nodes.cpus, text, sizeof(text)));
	return 0;
}

static int chosen_cpus(const struct run_plan *plan, const struct topology *t, struct placement *p,
		       unsigned spare, struct error *err)
{
	unsigned here = (unsigned)CPU_COUNT(&p->nodes.cpus), wanted;

	if (spare >= t->cpus)
		return error_set(err, EINVAL,
				 "spare_cpus = %u leaves no CPU to the workers (%u may be used)",
				 spare, t->cpus);
	wanted = MIN(here, t->cpus - spare);
	if (plan->cpus_max)
		wanted = MIN(wanted, plan->cpus_max);
	for (unsigned n = 0; n < wanted; n++)
		CPU_SET(nodes_nth_cpu(&p->nodes, t, n), &p->worker_cpus);
	return 0;
}

/* @usable: the affinity mask's CPUs and those that `cpus` names. */
static int run_cpus(const struct run_plan *plan, const struct topology *t, const cpu_set_t *usable,
		    struct placement *p, struct error *err)
{
	unsigned spare =
		plan->spare_cpus >= 0 ? (unsigned)plan->spare_cpus : CPU_COUNT(usable) >= 3;
	int last = -1, ret;

	p->spare_cpu = -1;
	ret = plan->cpus[0] ? check_nodes(plan, t, p, err) : chosen_cpus(plan, t, p, spare, err);
	if (ret)
		return ret;
	for (int c = 0; c < CPU_SETSIZE; c++) {
		if (CPU_ISSET(c, &p->worker_cpus))
			last = c;
		else if (spare && CPU_ISSET(c, usable))
			p->spare_cpu = c;
	}
	p->observer_cpu = p->spare_cpu >= 0 ? p->spare_cpu : last;
	return 0;
}

static int group_cpus(const struct group_plan *g, const struct topology *t,
		      const struct placement *p, cpu_set_t *out, struct error *err)
{
	char text[PLAN_LIST_SHOWN], shown[PLAN_LIST_SHOWN], who[PLAN_NAME_MAX + 4];
	struct error list;
	cpu_set_t nodes;
	int ret;

	*out = p->worker_cpus;
	snprintf(who, sizeof(who), "[%s] ", g->name);
	ret = g->cpus[0] ? parse_named(who, g->cpus, t, out, err) : 0;
	if (ret)
		return ret;
	if (!g->nodes[0])
		return 0;
	plan_list_shown(g->nodes, shown);
	if (cpulist_parse(g->nodes, &nodes, &list))
		return error_set(err, EINVAL, "[%s] nodes = %s: %s", g->name, shown, list.text);
	for (int c = 0; c < CPU_SETSIZE; c++) {
		if (!CPU_ISSET(c, out))
			continue;
		if (t->cpu_node[c] < 0 || !CPU_ISSET(t->cpu_node[c], &nodes))
			CPU_CLR(c, out);
	}
	if (!CPU_COUNT(out))
		return error_set(err, EINVAL,
				 "[%s] nodes = %s: no CPU of the run (%s) is on these nodes",
				 g->name, shown,
				 cpulist_format(&p->worker_cpus, text, sizeof(text)));
	return 0;
}

int placement_make(const struct run_plan *plan, const struct topology *t, struct placement *p,
		   struct error *err)
{
	cpu_set_t usable;
	int ret;

	memset(p, 0, sizeof(*p));
	p->spare_cpu = -1;
	ret = plan->cpus[0] ? parse_named("", plan->cpus, t, &p->worker_cpus, err) : 0;
	if (ret)
		return ret;
	CPU_OR(&usable, &t->allowed, &p->worker_cpus);
	ret = nodes_choose(plan, t, &usable, &p->nodes, err);
	if (!ret)
		ret = run_cpus(plan, t, &usable, p, err);
	if (ret)
		return ret;
	for (unsigned i = 0; i < plan->groups; i++) {
		const struct group_plan *g = &plan->group[i];
		cpu_set_t *cpus = &p->group_cpus[i];

		ret = group_cpus(g, t, p, cpus, err);
		if (ret)
			return ret;
		for (unsigned m = 0; m < g->threads; m++) {
			struct thread_place *at = &p->thread[p->threads];

			if (p->threads == PLAN_THREADS_MAX)
				return error_set(err, EINVAL, "more than %d threads",
						 PLAN_THREADS_MAX);
			p->threads++;
			at->group = i;
			at->member = m;
			at->cpu = -1;
			at->node = -1;
			if (!g->pin)
				continue;
			at->cpu = cpulist_nth(cpus, m % (unsigned)CPU_COUNT(cpus));
			at->node = t->cpu_node[at->cpu];
		}
	}
	/* Groups with lists of their own may run on more CPUs than the run's: watch them all. */
	for (unsigned i = 0; i < plan->groups; i++)
		CPU_OR(&p->worker_cpus, &p->worker_cpus, &p->group_cpus[i]);
	if (p->spare_cpu >= 0 && CPU_ISSET(p->spare_cpu, &p->worker_cpus))
		p->spare_cpu = -1;
	return 0;
}
