/* SPDX-License-Identifier: GPL-2.0-only */
/* CPU lists there and back, and a topology that follows the affinity mask. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "system/topology.h"

static void round_trip(const char *in, const char *out)
{
	cpu_set_t set;
	char buf[64];
	struct error err;

	assert_int_equal(cpulist_parse(in, &set, &err), 0);
	assert_string_equal(cpulist_format(&set, buf, sizeof(buf)), out);
}

static void lists_there_and_back(void **state)
{
	round_trip("0", "0");
	round_trip("0-3,8", "0-3,8");
	round_trip("8,3,2,1,0", "0-3,8");
	round_trip("0-1,1-2", "0-2");
	round_trip("5-5", "5");
	round_trip("1023", "1023");
	round_trip("0-1023", "0-1023");
}

static void anything_else_is_refused(void **state)
{
	static const char *const wrong[] = {"",	      ",",     "0,",
					    "-1",     "3-",    "3-1",
					    "a",      "1 ",    "0x1",
					    "1,,2",   "1024",  "+1",
					    "0-1024", "1-2-3", "99999999999999999999"};
	cpu_set_t set;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct error err = {""};

		assert_int_equal(cpulist_parse(wrong[i], &set, &err), -EINVAL);
		assert_non_null(strstr(err.text, wrong[i]));
	}
}

static void a_long_list_is_cut_within_the_buffer(void **state)
{
	char buf[64];
	cpu_set_t set;

	CPU_ZERO(&set);
	for (int c = 0; c < 40; c += 2)
		CPU_SET(c, &set);
	for (size_t size = 1; size < 40; size++) {
		memset(buf, '#', sizeof(buf));
		assert_string_equal(cpulist_format(&set, buf, size), buf);
		assert_true(strlen(buf) < size);
		assert_int_equal(buf[size], '#');
		if (size >= 4)
			assert_string_equal(buf + strlen(buf) - 3, "...");
	}
	assert_string_equal(cpulist_format(&set, buf, 10), "0,2,4,...");
	CPU_ZERO(&set);
	assert_string_equal(cpulist_format(&set, buf, sizeof(buf)), "");
}

static void nth_counts_what_is_set(void **state)
{
	cpu_set_t set;

	assert_int_equal(cpulist_parse("2,5-6,1023", &set, NULL), 0);
	assert_int_equal(cpulist_nth(&set, 0), 2);
	assert_int_equal(cpulist_nth(&set, 1), 5);
	assert_int_equal(cpulist_nth(&set, 2), 6);
	assert_int_equal(cpulist_nth(&set, 3), 1023);
	assert_int_equal(cpulist_nth(&set, 4), -1);
}

static void this_machine_makes_sense(void **state)
{
	struct topology t;
	struct error err;

	assert_int_equal(topology_read(&t, &err), 0);
	assert_int_equal(t.cpus, CPU_COUNT(&t.allowed));
	assert_true(t.cpus >= 1);
	assert_true(t.nodes >= 1);
	for (unsigned i = 0; i < t.nodes; i++) {
		assert_true(t.node_size[i] > 0);
		assert_true(t.node_free[i] <= t.node_size[i]);
		assert_int_equal(t.distance[i][i], 10);
		assert_true(!i || t.node_id[i] > t.node_id[i - 1]);
		for (unsigned k = 0; k < t.nodes; k++)
			assert_true(t.distance[i][k] >= 10);
	}
	for (int c = 0; c < TOPOLOGY_CPUS_MAX; c++) {
		if (!CPU_ISSET(c, &t.reachable))
			assert_int_equal(t.cpu_node[c], -1);
		else
			assert_true(t.cpu_node[c] >= 0);
	}
}

static void the_affinity_mask_is_respected(void **state)
{
	struct topology all, one;
	cpu_set_t set;
	int last;

	assert_int_equal(topology_read(&all, NULL), 0);
	if (all.cpus < 2)
		skip();
	last = cpulist_nth(&all.allowed, all.cpus - 1);
	CPU_ZERO(&set);
	CPU_SET(last, &set);
	assert_int_equal(sched_setaffinity(0, sizeof(set), &set), 0);
	assert_int_equal(topology_read(&one, NULL), 0);
	assert_int_equal(sched_setaffinity(0, sizeof(all.allowed), &all.allowed), 0);
	assert_int_equal(one.cpus, 1);
	assert_int_equal(cpulist_nth(&one.allowed, 0), last);
	assert_int_equal(one.cpu_node[last], all.cpu_node[last]);
	/* It is no limit: sched_setaffinity(2) went back just now. */
	assert_true(CPU_EQUAL(&one.reachable, &all.reachable));
	assert_int_equal(one.cpu_node[cpulist_nth(&all.allowed, 0)],
			 all.cpu_node[cpulist_nth(&all.allowed, 0)]);
}

static void page_cache_is_what_is_on_the_file_lists(void **state)
{
	static const char text[] = "Node 252 MemTotal:       16000 kB\n"
				   "Node 252 MemFree:         1000 kB\n"
				   "Node 252 Active(anon):    4000 kB\n"
				   "Node 252 Inactive(anon):  2000 kB\n"
				   "Node 252 Active(file):     300 kB\n"
				   "Node 252 Inactive(file):    70 kB\n"
				   "Node 252 Shmem:            500 kB\n";

	assert_int_equal(topology_page_cache(text), 370 * KIB);
	assert_int_equal(topology_page_cache(""), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_there_and_back),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(a_long_list_is_cut_within_the_buffer),
		cmocka_unit_test(nth_counts_what_is_set),
		cmocka_unit_test(this_machine_makes_sense),
		cmocka_unit_test(the_affinity_mask_is_respected),
		cmocka_unit_test(page_cache_is_what_is_on_the_file_lists),
	};

	return cmocka_run_group_tests_name("topology", tests, NULL, NULL);
}
