/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the run ran on: the facts without which its numbers mean nothing to somebody else.
 */
#include <math.h>
#include <string.h>

#include "report/parts.h"
#include "base/plural.h"

/* The plan's knobs were set while the storm ran. */
static void thp_in_run(const struct page *p, const json_t *thp, const json_t *result)
{
	const char *enabled = get_text(result, "thp_enabled");
	const char *defrag = get_text(result, "thp_defrag");

	if (*enabled &&
	    (strcmp(enabled, get_text(thp, "enabled")) || strcmp(defrag, get_text(thp, "defrag"))))
		page_text(p, REPORT_INDENT, "", "for the run set to enabled %s, defrag %s", enabled,
			  defrag);
}

static void kernel(const struct page *p, const json_t *host)
{
	const json_t *preempt = json_object_get(host, "preempt");
	const json_t *thp = json_object_get(host, "thp");
	char pmd[UNITS_MAX], base[UNITS_MAX];

	page_text(p, REPORT_INDENT, "kernel", "%s %s", get_text(host, "release"),
		  get_text(host, "machine"));
	page_text(p, REPORT_INDENT, "", "%s", get_text(host, "uname_version"));
	page_text(p, REPORT_INDENT, "preemption", "%s (known from %s)%s",
		  get_text(preempt, "model"), get_text(preempt, "source"),
		  get_bool(preempt, "dynamic") ? "; PREEMPT_DYNAMIC" : "");
	if (!get_bool(thp, "present"))
		page_text(p, REPORT_INDENT, "thp", "not supported by this kernel");
	else
		page_text(p, REPORT_INDENT, "thp", "enabled %s, defrag %s, PMD size %s, page %s",
			  get_text(thp, "enabled"), get_text(thp, "defrag"),
			  units_bytes(pmd, get_count_0(thp, "pmd_bytes")),
			  units_bytes(base, get_count_0(thp, "page_bytes")));
}

static void machine(const struct page *p, const json_t *host, const json_t *facts)
{
	const json_t *topology = json_object_get(host, "topology");
	const json_t *spare = json_object_get(facts, "spare_cpu");
	size_t nodes = json_array_size(json_object_get(topology, "nodes"));
	const char *hypervisor = get_hypervisor(host);
	unsigned long long cpus = get_count_0(host, "cpus_online");
	char memory[UNITS_MAX], rest[80];

	if (json_is_integer(spare))
		snprintf(rest, sizeof(rest), "CPU %lld spare",
			 (long long)json_integer_value(spare));
	else
		snprintf(rest, sizeof(rest), "no spare CPU: a lockup would hang this machine");
	page_text(p, REPORT_INDENT, "nodes", "%zu node%s, %llu CPU%s; workers on CPUs %s, %s",
		  nodes, plural(nodes), cpus, plural(cpus), get_text(facts, "worker_cpus"), rest);
	page_text(p, REPORT_INDENT, "machine", "%s%s%s, %s, %s memory",
		  *hypervisor ? "virtual (" : "bare metal", hypervisor, *hypervisor ? ")" : "",
		  *get_text(host, "cpu_model") ? get_text(host, "cpu_model") : "unknown CPU",
		  units_bytes(memory, get_count_0(host, "mem_total_bytes")));
}

static void clock_source(const struct page *p, const json_t *host, const json_t *result)
{
	const json_t *clock = json_object_get(host, "clock");
	char drift[48] = "";

	/* Of a run without a storm it was not measured. */
	if (get_count_0(result, "storm_ns") &&
	    json_is_real(json_object_get(result, "clock_drift_ppm")))
		snprintf(drift, sizeof(drift), ", drift %.1f ppm",
			 round(10 * get_real(result, "clock_drift_ppm")) / 10 + 0.0);
	page_text(p, REPORT_INDENT, "clock", "%s, read in %.3g ns%s; %s", get_text(clock, "source"),
		  get_real(clock, "read_ns"), drift, get_text(clock, "why"));
}

/* Slots that did not become a huge page when they were first made. */
static unsigned long long came_out_small(const json_t *result)
{
	const json_t *groups = json_object_get(result, "groups"), *group;
	unsigned long long sum = 0;
	size_t i;

	json_array_foreach(groups, i, group)
		sum += get_count_0(json_object_get(group, "quiet"), "made_small");
	return sum;
}

/* Where the plan says where the memory has to be, or it could be in several places. */
static void arena(const struct page *p, const json_t *result, const json_t *facts)
{
	const json_t *nodes = json_object_get(result, "memory_nodes"), *node;
	const char *placement = get_text(json_object_get(result, "plan"), "placement");
	char bytes[UNITS_MAX], where[512] = "";
	unsigned long long small;
	size_t i, n = 0;

	json_array_foreach(nodes, i, node) {
		if (n < sizeof(where))
			n += (size_t)snprintf(
				where + n, sizeof(where) - n, "%s %llu on node %llu",
				i ? "," : "; made:", (unsigned long long)get_count_0(node, "slots"),
				(unsigned long long)get_count_0(node, "node"));
	}
	small = came_out_small(result);
	if (small && n < sizeof(where))
		snprintf(where + n, sizeof(where) - n, "%s %llu came out small",
			 n ? "," : "; made:", small);
	page_text(p, REPORT_INDENT, "arena", "%llu huge pages of %s%s%s%s",
		  (unsigned long long)get_count_0(facts, "slots"),
		  units_bytes(bytes, get_count_0(facts, "slot_bytes")),
		  *placement ? ", placement " : "", placement, where);
}

void report_host(const struct page *p, const json_t *result)
{
	const json_t *host = json_object_get(result, "host");
	const json_t *facts = get_bool(result, "complete") ? result : host;
	char took[UNITS_MAX + 16], asked[UNITS_MAX], by[48];

	if (host) {
		kernel(p, host);
		thp_in_run(p, json_object_get(host, "thp"), result);
		machine(p, host, facts);
		clock_source(p, host, result);
	}
	arena(p, result, facts);
	if (get_bool(result, "complete"))
		page_text(p, REPORT_INDENT, "run", "%s (asked for %s)%s, seed %s, %s",
			  report_storm(took, sizeof(took), result),
			  units_ns(asked,
				   get_count_0(json_object_get(result, "plan"), "duration_ns")),
			  report_interruption(by, sizeof(by), result), get_text(result, "seed"),
			  get_text(result, "started"));
	else
		page_text(p, REPORT_INDENT, "run", "seed %s, %s", get_text(facts, "seed"),
			  get_text(facts, "started"));
}
