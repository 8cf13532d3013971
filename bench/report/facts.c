/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel, configuration and machine as a mailing list wants to know them: the kernel's own words
 * unabridged, and what changes a fault's price or a lockup's odds.
 */
#include <stdlib.h>

#include "report/parts.h"

#define NODES_SHOWN 8

/* By bit: Documentation/admin-guide/tainted-kernels.rst. Bit 0 unset is the letter G. */
static const char taint_letters[] = "PFSRMBUDAWCIOELKXTNJ";

static void taint(const struct page *p, const json_t *host, const json_t *result)
{
	const json_t *events = json_object_get(result, "events"), *event;
	uint64_t bits = get_count_0(host, "tainted");
	char letters[sizeof(taint_letters)] = "";
	const char *later = "";
	size_t i, n = 0;

	for (i = 0; i < sizeof(taint_letters) - 1; i++) {
		if (bits & 1ull << i)
			letters[n++] = taint_letters[i];
	}
	json_array_foreach(events, i, event) {
		if (!strncmp(get_text(event, "kind"), "taint", strlen("taint")))
			later = get_text(event, "text");
	}
	page_text(p, REPORT_INDENT, "taint", "%s (%llu) before the run%s%s",
		  bits ? letters : "none", (unsigned long long)bits, *later ? "; in it " : "",
		  later);
}

static void kernel(const struct page *p, const json_t *host, const json_t *result)
{
	const char *version = get_text(host, "proc_version");

	if (*version)
		page_text(p, REPORT_INDENT, "kernel", "%s", version);
	else
		page_text(p, REPORT_INDENT, "kernel", "%s %s %s", get_text(host, "release"),
			  get_text(host, "uname_version"), get_text(host, "machine"));
	page_text(p, REPORT_INDENT, "build id", "%s",
		  *get_text(host, "build_id") ? get_text(host, "build_id") : "not known");
	page_text(p, REPORT_INDENT, "boot line", "%s", get_text(host, "cmdline"));
	taint(p, host, result);
}

static const char *on_or_off(const json_t *knobs, const char *key)
{
	const json_t *value = json_object_get(knobs, key);

	return !json_is_integer(value) ? "not there" : json_integer_value(value) ? "on" : "off";
}

/* "3600 s" of a knob in units of @unit_ns. */
static const char *span(char *buf, const json_t *knobs, const char *key, uint64_t unit_ns)
{
	uint64_t n = get_count(knobs, key);

	if (n == NOT_KNOWN)
		snprintf(buf, UNITS_MAX, "not there");
	else
		snprintf(buf, UNITS_MAX, "%.6g s", (double)n * (double)unit_ns / NSEC_PER_SEC);
	return buf;
}

/* What the knobs were while it stormed, beside what they were before; not what the plan asks for. */
static void in_run(const struct page *p, const json_t *host, const json_t *result)
{
	const json_t *knobs = json_object_get(result, "knobs");
	static const char sleep[] = "khugepaged_scan_sleep_ms", thresh[] = "watchdog_thresh_s";
	char text[4][UNITS_MAX];

	page_text(
		p, REPORT_INDENT, "in the run",
		"thp enabled %s, defrag %s; NUMA balancing %s (before: %s); khugepaged scans every %s (before: %s); watchdog_thresh %s (before: %s)",
		get_text(result, "thp_enabled"), get_text(result, "thp_defrag"),
		on_or_off(knobs, "numa_balancing"), on_or_off(host, "numa_balancing"),
		span(text[0], knobs, sleep, NSEC_PER_MSEC),
		span(text[1], host, sleep, NSEC_PER_MSEC),
		span(text[2], knobs, thresh, NSEC_PER_SEC),
		span(text[3], host, thresh, NSEC_PER_SEC));
}

static void configuration(const struct page *p, const json_t *host, const json_t *result)
{
	const json_t *preempt = json_object_get(host, "preempt");
	const json_t *thp = json_object_get(host, "thp");
	const char *sizes = get_text(thp, "sizes");
	unsigned long long hz = get_count_0(host, "hz");
	char pmd[UNITS_MAX], base[UNITS_MAX], ticks[24] = "not known";

	if (hz)
		snprintf(ticks, sizeof(ticks), "%llu", hz);
	page_text(p, REPORT_INDENT, "preemption", "%s (known from %s)%s; HZ %s",
		  get_text(preempt, "model"), get_text(preempt, "source"),
		  get_bool(preempt, "dynamic") ? ", PREEMPT_DYNAMIC" : "", ticks);
	if (get_bool(thp, "present"))
		page_text(p, REPORT_INDENT, "thp",
			  "enabled %s, defrag %s, shmem %s; PMD size %s, page %s%s%s",
			  get_text(thp, "enabled"), get_text(thp, "defrag"), get_text(thp, "shmem"),
			  units_bytes(pmd, get_count_0(thp, "pmd_bytes")),
			  units_bytes(base, get_count_0(thp, "page_bytes")),
			  *sizes ? "; sizes there are: " : "", sizes);
	else
		page_text(p, REPORT_INDENT, "thp", "not supported by this kernel");
	if (get_count_0(result, "storm_ns") && json_is_object(json_object_get(result, "knobs")))
		in_run(p, host, result);
}

/* "10 20" */
static char *distances(const json_t *node, char *buf, size_t size)
{
	const json_t *all = json_object_get(node, "distance"), *one;
	size_t i, n = 0;

	buf[0] = '\0';
	json_array_foreach(all, i, one) {
		if (n < size)
			n += (size_t)snprintf(buf + n, size - n, "%s%lld", i ? " " : "",
					      (long long)json_integer_value(one));
	}
	return buf;
}

static void nodes(const struct page *p, const json_t *host)
{
	const json_t *topology = json_object_get(host, "topology");
	const json_t *all = json_object_get(topology, "nodes"), *node;
	char size[UNITS_MAX], row[256];
	size_t i;

	json_array_foreach(all, i, node) {
		const char *cpus = get_text(node, "cpus");

		if (i == NODES_SHOWN) {
			page_text(p, REPORT_INDENT, "", "and %zu more nodes",
				  json_array_size(all) - i);
			return;
		}
		page_text(p, REPORT_INDENT, i ? "" : "nodes", "%llu: CPUs %s, %s, distances %s",
			  (unsigned long long)get_count_0(node, "id"), *cpus ? cpus : "not known",
			  units_bytes(size, get_count_0(node, "size_bytes")),
			  distances(node, row, sizeof(row)));
	}
}

static void machine(const struct page *p, const json_t *host)
{
	const char *hypervisor = get_hypervisor(host);
	const char *microcode = get_text(host, "microcode"), *governor = get_text(host, "governor");
	char memory[UNITS_MAX];

	page_text(p, REPORT_INDENT, "machine", "%s%s%s, %llu CPUs, %s",
		  *hypervisor ? "virtual (" : "bare metal", hypervisor, *hypervisor ? ")" : "",
		  (unsigned long long)get_count_0(host, "cpus_online"),
		  units_bytes(memory, get_count_0(host, "mem_total_bytes")));
	page_text(p, REPORT_INDENT, "CPU", "%s, microcode %s, governor %s",
		  *get_text(host, "cpu_model") ? get_text(host, "cpu_model") : "not known",
		  *microcode ? microcode : "not known", *governor ? governor : "none");
	nodes(p, host);
}

/* Those that are there; a flaw that this CPU does not have is only counted. */
static void mitigations(const struct page *p, const json_t *host)
{
	static const char prefix[] = "Mitigation: ";
	json_t *all = json_object_get(host, "mitigations"), *state;
	unsigned not_affected = 0, shown = 0;
	const char *name;

	json_object_foreach(all, name, state) {
		const char *text = json_string_value(state);

		if (!text || !strcmp(text, "Not affected")) {
			not_affected++;
			continue;
		}
		if (!strncmp(text, prefix, strlen(prefix)))
			text += strlen(prefix);
		page_text(p, REPORT_INDENT, shown++ ? "" : "mitigations", "%s: %s", name, text);
	}
	if (!json_object_size(all))
		page_text(p, REPORT_INDENT, "mitigations", "not known");
	else
		page_text(p, REPORT_INDENT, shown ? "" : "mitigations",
			  "%u of %zu known flaws: not affected", not_affected,
			  json_object_size(all));
}

static void run(const struct page *p, const json_t *result)
{
	const json_t *facts = get_run_facts(result), *spare = json_object_get(facts, "spare_cpu");
	char took[UNITS_MAX + 16], bytes[UNITS_MAX], rest[40] = "none", by[48];

	if (json_is_integer(spare))
		snprintf(rest, sizeof(rest), "%lld", (long long)json_integer_value(spare));
	page_text(p, REPORT_INDENT, "run",
		  "%s%s, %s; %llu huge pages of %s; workers on CPUs %s, spare CPU %s",
		  report_storm(took, sizeof(took), result),
		  report_interruption(by, sizeof(by), result), get_text(facts, "started"),
		  (unsigned long long)get_count_0(facts, "slots"),
		  units_bytes(bytes, get_count_0(facts, "slot_bytes")),
		  get_text(facts, "worker_cpus"), rest);
}

void report_facts(const struct page *p, const json_t *result)
{
	const json_t *host = json_object_get(result, "host");

	page_blank(p);
	if (host) {
		kernel(p, host, result);
		configuration(p, host, result);
		machine(p, host);
		mitigations(p, host);
	}
	run(p, result);
}
