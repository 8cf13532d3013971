/* SPDX-License-Identifier: GPL-2.0-only */
/* See topology.h. */
#include "system/topology.h"

#include <errno.h>
#include <numa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/textfile.h"

/* A kernel without NUMA. */
static void one_node(struct topology *t)
{
	struct sysinfo info;

	t->nodes = 1;
	t->node_id[0] = 0;
	t->distance[0][0] = 10;
	if (!sysinfo(&info)) {
		t->node_size[0] = (uint64_t)info.totalram * info.mem_unit;
		t->node_free[0] = (uint64_t)info.freeram * info.mem_unit;
	}
	for (int c = 0; c < TOPOLOGY_CPUS_MAX; c++)
		t->cpu_node[c] = CPU_ISSET(c, &t->reachable) ? 0 : -1;
}

static void read_distances(struct topology *t)
{
	for (unsigned i = 0; i < t->nodes; i++) {
		for (unsigned j = 0; j < t->nodes; j++)
			t->distance[i][j] =
				(unsigned char)numa_distance(t->node_id[i], t->node_id[j]);
	}
}

/*
 * Asks for every CPU: the kernel takes off those that are offline, absent, or not in the cpuset
 * (kernel/sched/syscalls.c: __sched_setaffinity()). In a child, so that nobody here moves.
 */
static void read_reachable(struct topology *t)
{
	cpu_set_t set = t->allowed;
	int ends[2];
	pid_t pid;

	t->reachable = t->allowed;
	if (pipe(ends))
		return;
	pid = fork();
	if (!pid) {
		memset(&set, 0xff, sizeof(set));
		if (!sched_setaffinity(0, sizeof(set), &set) &&
		    !sched_getaffinity(0, sizeof(set), &set) &&
		    write(ends[1], &set, sizeof(set)) == sizeof(set))
			_exit(0);
		_exit(1);
	}
	close(ends[1]);
	if (pid > 0 && read(ends[0], &set, sizeof(set)) == sizeof(set))
		CPU_OR(&t->reachable, &t->allowed, &set);
	close(ends[0]);
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

/* Lines like "Node 0 Active(file):  1234 kB". What is shared memory is on neither list. */
uint64_t topology_page_cache(const char *meminfo)
{
	static const char *const lists[] = {" Active(file):", " Inactive(file):"};
	uint64_t sum = 0;

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		const char *at = strstr(meminfo, lists[i]);

		if (at)
			sum += strtoull(at + strlen(lists[i]), NULL, 10) * KIB;
	}
	return sum;
}

static uint64_t page_cache_of(int node)
{
	char path[64], text[8192];

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/meminfo", node);
	return textfile_read(path, text, sizeof(text)) < 0 ? 0 : topology_page_cache(text);
}

int topology_read(struct topology *t, struct error *err)
{
	struct bitmask *mems;

	memset(t, 0, sizeof(*t));
	if (sched_getaffinity(0, sizeof(t->allowed), &t->allowed))
		return error_errno(
			err, errno,
			"cannot read this process's CPUs (sched_getaffinity(2), at most %d)",
			TOPOLOGY_CPUS_MAX);
	t->cpus = (unsigned)CPU_COUNT(&t->allowed);
	read_reachable(t);
	if (numa_available() < 0) {
		one_node(t);
		return 0;
	}
	mems = numa_get_mems_allowed();
	for (int n = 0; n <= numa_max_node(); n++) {
		long long free_bytes = 0, size;

		if (!numa_bitmask_isbitset(mems, (unsigned)n))
			continue;
		size = numa_node_size64(n, &free_bytes);
		if (size <= 0)
			continue;
		if (t->nodes == TOPOLOGY_NODES_MAX) {
			t->nodes_left_out++;
			continue;
		}
		t->node_id[t->nodes] = n;
		t->node_size[t->nodes] = (uint64_t)size;
		t->node_cached[t->nodes] = page_cache_of(n);
		t->node_free[t->nodes++] = (uint64_t)free_bytes;
	}
	numa_free_nodemask(mems);
	if (!t->nodes) {
		one_node(t);
		return 0;
	}
	read_distances(t);
	for (int c = 0; c < TOPOLOGY_CPUS_MAX; c++)
		t->cpu_node[c] = CPU_ISSET(c, &t->reachable) ? (short)numa_node_of_cpu(c) : -1;
	return 0;
}

int topology_node(const struct topology *t, int node)
{
	for (unsigned i = 0; i < t->nodes; i++) {
		if (t->node_id[i] == node)
			return (int)i;
	}
	return -1;
}

unsigned topology_cpus_of(const struct topology *t, int node, const cpu_set_t *among,
			  cpu_set_t *out)
{
	CPU_ZERO(out);
	for (int c = 0; c < TOPOLOGY_CPUS_MAX; c++) {
		if (CPU_ISSET(c, among) && t->cpu_node[c] == node)
			CPU_SET(c, out);
	}
	return (unsigned)CPU_COUNT(out);
}

unsigned topology_node_cpus(const struct topology *t, int node, cpu_set_t *out)
{
	return topology_cpus_of(t, node, &t->allowed, out);
}

static const char *parse_cpu(const char *at, unsigned long *cpu)
{
	char *end;

	if (*at < '0' || *at > '9')
		return NULL;
	errno = 0;
	*cpu = strtoul(at, &end, 10);
	return errno || *cpu >= TOPOLOGY_CPUS_MAX ? NULL : end;
}

int cpulist_parse(const char *text, cpu_set_t *set, struct error *err)
{
	const char *at = text;

	CPU_ZERO(set);
	for (;;) {
		unsigned long from, to;

		at = parse_cpu(at, &from);
		to = from;
		if (at && *at == '-')
			at = parse_cpu(at + 1, &to);
		if (!at || to < from)
			break;
		for (unsigned long c = from; c <= to; c++)
			CPU_SET(c, set);
		if (!*at)
			return 0;
		if (*at++ != ',')
			break;
	}
	return error_set(err, EINVAL, "'%s' is no list like 0-3,8 of numbers below %d", text,
			 TOPOLOGY_CPUS_MAX);
}

char *cpulist_format(const cpu_set_t *set, char *buf, size_t size)
{
	size_t have = 0;

	buf[0] = '\0';
	for (int c = 0; c < TOPOLOGY_CPUS_MAX; c++) {
		int last = c;
		int n;

		if (!CPU_ISSET(c, set))
			continue;
		while (last + 1 < TOPOLOGY_CPUS_MAX && CPU_ISSET(last + 1, set))
			last++;
		n = last == c ? snprintf(buf + have, size - have, "%s%d", have ? "," : "", c)
			      : snprintf(buf + have, size - have, "%s%d-%d", have ? "," : "", c,
					 last);
		if ((size_t)n >= size - have) {
			have = size > 4 ? MIN(have, size - 4) : 0;
			snprintf(buf + have, size - have, "...");
			return buf;
		}
		have += (size_t)n;
		c = last;
	}
	return buf;
}

int cpulist_nth(const cpu_set_t *set, unsigned n)
{
	for (int c = 0; c < TOPOLOGY_CPUS_MAX; c++) {
		if (CPU_ISSET(c, set) && !n--)
			return c;
	}
	return -1;
}
