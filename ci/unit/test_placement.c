/* SPDX-License-Identifier: GPL-2.0-only */
/* Where threads and memory go, on machines that are not this one. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "words/options.h"
#include "run/placement.h"

static struct run_plan plan;
static struct topology box;
static struct placement p;
static struct error err;

/* What set_mempolicy(2) was last asked for. */
static struct node_mask policy;
static unsigned long policy_maxnode;

long __wrap_set_mempolicy(int mode, const unsigned long *mask, unsigned long maxnode);

long __wrap_set_mempolicy(int mode, const unsigned long *mask, unsigned long maxnode)
{
	memcpy(&policy, mask, sizeof(policy));
	policy_maxnode = maxnode;
	return 0;
}

/* Four nodes: 0 and 1 are near, 2 and 3 far; four CPUs each, but node 2 has none and node 3 has no
   memory. CPUs are numbered across the nodes, as many boxes do. */
static int four_nodes(void **state)
{
	static const short cpu_node[] = {0, 1, 3, 0, 1, 3, 0, 1, 3, 0, 1, 3};
	static const unsigned char distance[3][3] = {{10, 16, 32}, {16, 10, 24}, {32, 24, 10}};

	memset(&box, 0, sizeof(box));
	for (int c = 0; c < TOPOLOGY_CPUS_MAX; c++)
		box.cpu_node[c] = -1;
	for (int c = 0; c < 12; c++) {
		CPU_SET(c, &box.allowed);
		CPU_SET(c, &box.reachable);
		box.cpu_node[c] = cpu_node[c];
	}
	box.cpus = 12;
	box.nodes = 3;
	for (int n = 0; n < 3; n++) {
		box.node_id[n] = n;
		for (int m = 0; m < 3; m++)
			box.distance[n][m] = distance[n][m];
	}
	options_defaults(&plan);
	options_group_defaults(&plan.group[0], "null");
	plan.groups = 1;
	plan.group[0].threads = 3;
	return 0;
}

static void set(const char *key, const char *value)
{
	if (options_set_run(&plan, key, value, "test", &err))
		fail_msg("%s", err.text);
}

static void place(const char *cpus, const char *memory, const char *move, int spare)
{
	char text[64];

	if (placement_make(&plan, &box, &p, &err))
		fail_msg("%s", err.text);
	assert_string_equal(cpulist_format(&p.worker_cpus, text, sizeof(text)), cpus);
	assert_string_equal(cpulist_format(&p.nodes.memory, text, sizeof(text)), memory);
	assert_string_equal(cpulist_format(&p.nodes.move, text, sizeof(text)), move);
	assert_int_equal(p.spare_cpu, spare);
}

static void refuse(int ret, const char *sentence)
{
	assert_int_equal(placement_make(&plan, &box, &p, &err), ret);
	if (!strstr(err.text, sentence))
		fail_msg("'%s' is not in: %s", sentence, err.text);
}

static void the_default(void **state)
{
	place("0-3", "", "", 11);
	assert_int_equal(p.nodes.policy, MEMORY_TOUCHED);
	assert_int_equal(p.thread[1].cpu, 1);
	assert_int_equal(p.thread[1].node, 1);
	set("cpus_max", "0");
	place("0-10", "", "", 11);
	set("spare_cpus", "0");
	place("0-11", "", "", -1);
	set("spare_cpus", "12");
	refuse(-EINVAL, "spare_cpus = 12 leaves no CPU to the workers");
}

static void local_and_remote(void **state)
{
	set("placement", "local");
	place("0,3,6,9", "0", "", 11);
	assert_int_equal(p.nodes.policy, MEMORY_BIND);
	set("placement", "remote");
	place("0,3,6,9", "2", "0,2", 11); /* the farthest, though it has no CPUs */
	set("nodes", "2");
	place("0,3,6,9", "1", "0-1", 11);
	set("nodes", "1");
	refuse(-ENOTSUP,
	       "placement = remote needs 2 NUMA nodes with memory; this machine has 3, and nodes = 1");
}

static void pairs(void **state)
{
	set("placement", "1:0");
	place("0,3,6,9", "1", "0-1", 11);
	set("placement", "1:1");
	place("1,4,7,10", "1", "", 11);
	set("placement", "0:3"); /* CPUs without memory of their own */
	place("2,5,8,11", "0", "", 10);
	set("placement", "2:2");
	refuse(-EINVAL, "there is no CPU on node 2");
	set("placement", "3:0");
	refuse(-EINVAL, "there is no node 3 with memory");
	set("placement", "0:1");
	set("cpus", "0-1");
	refuse(-EINVAL, "cpus = 0-1: the nodes of the run have only CPUs 1,4,7,10");
}

static void interleaved(void **state)
{
	set("placement", "interleave");
	place("0-3", "0-2", "", 11);
	assert_int_equal(p.nodes.policy, MEMORY_INTERLEAVE);
	/* One node after the other, not the first CPUs. */
	for (int c = 0; c < 12; c++)
		box.cpu_node[c] = (short)(c < 8 ? 0 : 1);
	place("0-1,8-9", "0-2", "", 11);
}

static void only_some_nodes(void **state)
{
	set("nodes", "2");
	place("0-1,3-4", "0-1", "0-1", 11);
	assert_int_equal(p.nodes.policy, MEMORY_BIND);
	set("nodes", "4");
	refuse(-ENOTSUP,
	       "nodes = 4: this machine has 3 with memory; boot with numa=fake=4 (needs CONFIG_NUMA_EMU), or use ci/vm/run --nodes 4");
	box.nodes = 1;
	set("nodes", "0");
	set("placement", "interleave");
	refuse(-ENOTSUP,
	       "placement = interleave needs 2 NUMA nodes with memory; here: 1; boot with numa=fake=2");
	set("placement", "local");
	place("0,3,6,9", "0", "", 11);
}

/* A cpuset that leaves only node 1's CPUs. */
static void a_cpuset(void **state)
{
	CPU_ZERO(&box.allowed);
	CPU_SET(4, &box.allowed);
	CPU_SET(7, &box.allowed);
	box.cpus = 2;
	set("placement", "local");
	place("4,7", "1", "", -1);
	set("placement", "remote");
	place("4,7", "2", "1-2", -1);
	set("placement", "0:0");
	refuse(-EINVAL, "there is no CPU on node 0 that may be used");
}

/* isolcpus=1,4 or taskset(1): by themselves they are not used, named they are. */
static void beyond_the_affinity_mask(void **state)
{
	CPU_CLR(1, &box.allowed);
	CPU_CLR(4, &box.allowed);
	box.cpus = 10;
	place("0,2-3,5", "", "", 11);
	set("cpus", "1");
	place("1", "", "", 11);
	assert_int_equal(p.thread[0].cpu, 1);
	assert_int_equal(p.thread[0].node, 1);
	set("placement", "1:1");
	place("1", "1", "", 11);
	set("cpus", "0-1");
	refuse(-EINVAL, "cpus = 0-1: the nodes of the run have only CPUs 1,7,10");
	set("placement", "");
	set("cpus", "");
	strcpy(plan.group[0].cpus, "4");
	assert_int_equal(placement_make(&plan, &box, &p, &err), 0);
	assert_int_equal(p.thread[2].cpu, 4);
	/* With what is named there are three: one is spare. */
	plan.group[0].cpus[0] = '\0';
	CPU_ZERO(&box.allowed);
	CPU_SET(0, &box.allowed);
	CPU_SET(2, &box.allowed);
	box.cpus = 2;
	set("cpus", "1");
	place("1", "", "", 2);
	/* What sched_setaffinity(2) refuses is an error that says so. */
	CPU_CLR(4, &box.reachable);
	set("cpus", "4");
	refuse(-EINVAL, "cpus = 4: this process may run only on CPUs 0-3,5-11 (those online and in "
			"its cpuset; `taskset -c 4` is refused as well)");
	/* A list that a sentence can't hold is shown in part, and the sentence is whole. */
	for (unsigned i = 0; i < 500; i++)
		memcpy(plan.cpus + 2 * i, "4,", 3);
	plan.cpus[999] = '\0';
	refuse(-EINVAL,
	       "4,4,...: this process may run only on CPUs 0-3,5-11 (those online and in its cpuset; "
	       "`taskset -c 4,4,");
	assert_non_null(strstr(err.text, "4,...` is refused as well)"));
	set("cpus", "");
	strcpy(plan.group[0].cpus, "4");
	refuse(-EINVAL, "[null] cpus = 4: this process may run only on CPUs 0-3,5-11");
}

/* Memory of GPUs is nodes 252 to 255 of a POWER9; 1023 is the last that a kernel can have. */
static void nodes_of_large_numbers(void **state)
{
	static const int id[] = {0, 255, 1023};
	const unsigned last = NODE_MASK_WORD_BITS - 1;

	for (int n = 0; n < 3; n++)
		box.node_id[n] = id[n];
	set("placement", "255:0");
	place("0,3,6,9", "255", "0,255", 11);
	assert_int_equal(nodes_set_policy(p.nodes.policy, &p.nodes.memory, &err), 0);
	assert_int_equal(policy.word[255 / NODE_MASK_WORD_BITS], 1ul << last);
	set("placement", "remote");
	place("0,3,6,9", "1023", "0,1023", 11);
	assert_int_equal(nodes_set_policy(p.nodes.policy, &p.nodes.memory, &err), 0);
	assert_int_equal(policy.word[1023 / NODE_MASK_WORD_BITS], 1ul << last);
	assert_int_equal(policy_maxnode, 1025); /* of which the kernel takes one off */
	set("placement", "interleave");
	place("0-3", "0,255,1023", "", 11);
	assert_int_equal(nodes_set_policy(p.nodes.policy, &p.nodes.memory, &err), 0);
	assert_int_equal(policy.word[0], 1);
	/* In turn, though CPUs are of nodes 0 and 255. */
	for (int c = 0; c < 12; c++)
		box.cpu_node[c] = (short)(c < 8 ? 0 : 255);
	place("0-1,8-9", "0,255,1023", "", 11);
	set("placement", "254:0");
	refuse(-EINVAL, "there is no node 254 with memory");
	assert_int_equal(options_set_run(&plan, "placement", "1024:0", "test", &err), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_default, four_nodes),
		cmocka_unit_test_setup(local_and_remote, four_nodes),
		cmocka_unit_test_setup(pairs, four_nodes),
		cmocka_unit_test_setup(interleaved, four_nodes),
		cmocka_unit_test_setup(only_some_nodes, four_nodes),
		cmocka_unit_test_setup(a_cpuset, four_nodes),
		cmocka_unit_test_setup(beyond_the_affinity_mask, four_nodes),
		cmocka_unit_test_setup(nodes_of_large_numbers, four_nodes),
	};

	return cmocka_run_group_tests_name("placement", tests, NULL, NULL);
}
