/* SPDX-License-Identifier: GPL-2.0-only */
/* See nodes.h. */
#include "run/nodes.h"

#include <errno.h>
#include <numaif.h>
#include <stdio.h>
#include <string.h>

#include "contract/need.h"

/* Those CPUs of @node that @c has into @out. */
static unsigned cpus_of(const struct topology *t, const struct node_choice *c, int node,
			cpu_set_t *out)
{
	return topology_cpus_of(t, node, &c->cpus, out);
}

static int first_nodes(const struct run_plan *plan, const struct topology *t, struct node_choice *c,
		       struct error *err)
{
	cpu_set_t of_node, cpus;

	if (plan->nodes > t->nodes)
		return error_set(
			err, ENOTSUP,
			"nodes = %u: this machine has %u with memory; boot with numa=fake=%u (needs CONFIG_NUMA_EMU), or use ci/vm/run --nodes %u",
			plan->nodes, t->nodes, plan->nodes, plan->nodes);
	CPU_ZERO(&cpus);
	c->policy = MEMORY_BIND;
	for (unsigned i = 0; i < plan->nodes; i++) {
		CPU_SET(t->node_id[i], &c->memory);
		cpus_of(t, c, t->node_id[i], &of_node);
		CPU_OR(&cpus, &cpus, &of_node);
	}
	c->cpus = cpus;
	c->move = c->memory;
	if (!CPU_COUNT(&c->cpus))
		return error_set(err, ENOTSUP, "nodes = %u: these have no allowed CPU",
				 plan->nodes);
	return 0;
}

/* Memory of node @memory, CPUs of node @cpus; moves between them, or everywhere when they are one.
 */
static int pair(const struct run_plan *plan, const struct topology *t, struct node_choice *c,
		int memory, int cpus, struct error *err)
{
	cpu_set_t of_node;

	if (topology_node(t, memory) < 0)
		return error_set(err, EINVAL,
				 "placement = %s: there is no node %d with memory that may be used",
				 plan->placement, memory);
	if (!cpus_of(t, c, cpus, &of_node))
		return error_set(err, EINVAL,
				 "placement = %s: there is no CPU on node %d that may be used",
				 plan->placement, cpus);
	c->cpus = of_node;
	c->policy = MEMORY_BIND;
	CPU_ZERO(&c->memory);
	CPU_SET(memory, &c->memory);
	if (memory == cpus || topology_node(t, cpus) < 0)
		return 0;
	CPU_ZERO(&c->move);
	CPU_SET(memory, &c->move);
	CPU_SET(cpus, &c->move);
	return 0;
}

/* Whether `nodes` leaves out the memory of this node. */
static bool is_left_out(const struct node_choice *c, int node)
{
	return CPU_COUNT(&c->memory) && !CPU_ISSET(node, &c->memory);
}

/* The first node with both, and whether it may be used; -1: none. */
static int node_with_both(const struct topology *t, const struct node_choice *c)
{
	cpu_set_t of_node;

	for (unsigned i = 0; i < t->nodes; i++) {
		if (is_left_out(c, t->node_id[i]))
			continue;
		if (cpus_of(t, c, t->node_id[i], &of_node))
			return t->node_id[i];
	}
	return -1;
}

/* The node with memory that is farthest from @from, by the distance table; -1: there is no other.
 */
static int farthest(const struct topology *t, const struct node_choice *c, int from)
{
	int at = topology_node(t, from), best = -1;

	for (unsigned i = 0; i < t->nodes; i++) {
		if ((int)i == at || is_left_out(c, t->node_id[i]))
			continue;
		if (best < 0 || t->distance[at][i] > t->distance[at][best])
			best = (int)i;
	}
	return best < 0 ? -1 : t->node_id[best];
}

/* Sorted by node, of one node as they stand; a handful each time. */
static void by_node(const struct topology *t, short *cpu, unsigned n)
{
	for (unsigned i = 1; i < n; i++) {
		short moved = cpu[i];
		unsigned at = i;

		for (; at && t->cpu_node[cpu[at - 1]] > t->cpu_node[moved]; at--)
			cpu[at] = cpu[at - 1];
		cpu[at] = moved;
	}
}

/* The first CPU of each node, then the second of each that has one, and so on. */
static void take_turns(const struct topology *t, struct node_choice *c)
{
	unsigned had[NODE_IDS_MAX] = {0}, round_of[CPU_SETSIZE], rounds = 0;

	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		int node = t->cpu_node[cpu] < 0 ? 0 : t->cpu_node[cpu];

		if (!CPU_ISSET(cpu, &c->cpus))
			continue;
		round_of[cpu] = had[node]++;
		rounds = MAX(rounds, had[node]);
	}
	for (unsigned round = 0; round < rounds; round++) {
		unsigned begin = c->turns;

		for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
			if (CPU_ISSET(cpu, &c->cpus) && round_of[cpu] == round)
				c->turn[c->turns++] = (short)cpu;
		}
		by_node(t, &c->turn[begin], c->turns - begin);
	}
}

static int interleave(const struct topology *t, struct node_choice *c)
{
	c->policy = MEMORY_INTERLEAVE;
	take_turns(t, c);
	for (unsigned i = 0; i < t->nodes && !CPU_COUNT(&c->move); i++)
		CPU_SET(t->node_id[i], &c->memory);
	return 0;
}

static int place(const struct run_plan *plan, const struct topology *t, struct node_choice *c,
		 struct error *err)
{
	char who[sizeof(plan->placement) + 16];
	int memory, cpus;

	if (sscanf(plan->placement, "%d:%d", &memory, &cpus) == 2)
		return pair(plan, t, c, memory, cpus, err);
	if (!strcmp(plan->placement, "interleave") && t->nodes > 1)
		return interleave(t, c);
	cpus = node_with_both(t, c);
	if (cpus < 0)
		return error_set(
			err, ENOTSUP,
			"placement = %s: no node has both memory and CPUs that may be used",
			plan->placement);
	if (!strcmp(plan->placement, "local"))
		return pair(plan, t, c, cpus, cpus, err);
	memory = farthest(t, c, cpus);
	if (memory >= 0 && !strcmp(plan->placement, "remote"))
		return pair(plan, t, c, memory, cpus, err);
	snprintf(who, sizeof(who), "placement = %s", plan->placement);
	return two_nodes_unmet(who, plan->nodes, t->nodes, err);
}

int nodes_choose(const struct run_plan *plan, const struct topology *t, const cpu_set_t *usable,
		 struct node_choice *c, struct error *err)
{
	int ret = 0;

	memset(c, 0, sizeof(*c));
	c->cpus = *usable;
	if (plan->nodes)
		ret = first_nodes(plan, t, c, err);
	if (!ret && plan->placement[0])
		ret = place(plan, t, c, err);
	return ret;
}

int nodes_nth_cpu(const struct node_choice *c, const struct topology *t, unsigned n)
{
	if (!c->turns)
		return cpulist_nth(&c->cpus, n);
	return n < c->turns ? c->turn[n] : -1;
}

int nodes_set_policy(enum memory_policy policy, const cpu_set_t *nodes, struct error *err)
{
	struct node_mask mask = {{0}};
	char text[PLAN_LIST_SHOWN];

	if (policy == MEMORY_TOUCHED)
		return 0;
	for (int n = 0; n < NODE_IDS_MAX; n++) {
		if (CPU_ISSET(n, nodes))
			node_mask_add(&mask, n);
	}
	if (set_mempolicy(policy == MEMORY_BIND ? MPOL_BIND : MPOL_INTERLEAVE, mask.word,
			  NODE_MASK_MAXNODE))
		return error_errno(err, errno,
				   "cannot place the memory on node %s (set_mempolicy(2))",
				   cpulist_format(nodes, text, sizeof(text)));
	return 0;
}
