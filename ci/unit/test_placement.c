/* SPDX-License-Identifier: GPL-2.0-only */
/* Where threads and memory go, on machines that are not this one. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "options.h"
#include "run/placement.h"

static struct run_plan plan;
static struct topology box;
static struct placement p;
static struct error err;

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
	refuse(-ENOTSUP, "placement = remote: needs two nodes with memory");
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
	refuse(-ENOTSUP, "nodes = 4: this machine has 3 with memory");
	box.nodes = 1;
	set("nodes", "0");
	set("placement", "interleave");
	refuse(-ENOTSUP, "placement = interleave: needs two nodes with memory; here: 1");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_default, four_nodes),
		cmocka_unit_test_setup(local_and_remote, four_nodes),
		cmocka_unit_test_setup(pairs, four_nodes),
		cmocka_unit_test_setup(interleaved, four_nodes),
		cmocka_unit_test_setup(only_some_nodes, four_nodes),
		cmocka_unit_test_setup(a_cpuset, four_nodes),
	};

	return cmocka_run_group_tests_name("placement", tests, NULL, NULL);
}
