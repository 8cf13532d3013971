/* SPDX-License-Identifier: GPL-2.0-only */
/* What makes the numbers weak, each with what it means and, where there is one, the remedy. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "contract/event.h"
#include "base/plural.h"
#include "report/parts.h"

#define LOAD_TOO_HIGH 1.0
#define ENOUGH	      10000 /* samples: p99.9 then has ten above it */

void report_warn(struct warnings *w, const char *fmt, ...)
{
	va_list ap;

	if (!w->count++) {
		page_blank(w->page);
		page_text(w->page, 0, "", "warnings");
	}
	va_start(ap, fmt);
	page_vtext(w->page, 4, "  -", fmt, ap);
	va_end(ap);
}

/* Which CPU went when: from then on it was neither stormed nor watched. */
static void of_cpus(struct warnings *w, const json_t *result)
{
	const json_t *spare = json_object_get(get_run_facts(result), "spare_cpu"), *event;
	size_t i;

	json_array_foreach(json_object_get(result, "events"), i, event) {
		uint64_t cpu = get_count_0(event, "cpu");
		bool is_spare =
			json_is_integer(spare) && (uint64_t)json_integer_value(spare) == cpu;
		char when[64];

		if (strcmp(get_text(event, "kind"), event_names[EVENT_cpu_left]))
			continue;
		report_warn(w, "CPU %llu left the run %s (offline, or taken from its cpuset)%s",
			    (unsigned long long)cpu,
			    report_when(when, sizeof(when), result, get_count_0(event, "when_ns")),
			    is_spare ? ": a lockup could not have been ended" : "");
	}
}

/* What somebody else set while the run went on, and when that was seen. */
static void of_knobs(struct warnings *w, const json_t *result)
{
	const json_t *event;
	size_t i;

	json_array_foreach(json_object_get(result, "events"), i, event) {
		char when[64];

		if (!strcmp(get_text(event, "kind"), event_names[EVENT_knob_changed]))
			report_warn(w, "%s, seen %s", get_text(event, "text"),
				    report_when(when, sizeof(when), result,
						get_count_0(event, "when_ns")));
	}
}

static void of_run(struct warnings *w, const json_t *result)
{
	const json_t *notes = json_object_get(result, "notes"), *note;
	const json_t *counts = json_object_get(result, "event_counts");
	size_t i;

	json_array_foreach(notes, i, note)
		report_warn(w, "%s", json_string_value(note));
	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		unsigned long long n = get_count_0(counts, event_names[kind]);

		if (n && kind == EVENT_cpu_left)
			of_cpus(w, result);
		else if (n && kind == EVENT_knob_changed)
			of_knobs(w, result);
		else if (n && event_weights[kind] == WEIGHT_WEAK)
			report_warn(w, "%s: %llu time%s", event_help[kind], n, plural(n));
	}
}

static void of_samples(struct warnings *w, const json_t *result)
{
	const json_t *groups = json_object_get(result, "groups"), *group;
	size_t i;

	if (!get_count_0(result, "storm_ns"))
		return;
	json_array_foreach(groups, i, group) {
		bool evidence = get_bool(group, "evidence");
		unsigned long long n =
			get_count_0(json_object_get(json_object_get(group, "latency"),
						    evidence ? "storm_fault" : "storm_plain"),
				    "count");

		if (is_faulter(group) && !get_bool(group, "skipped") && n < ENOUGH)
			report_warn(
				w,
				"few samples: %s has %llu %s%s in the storm, p99.9 needs %d: run longer (-t)",
				get_text(group, "name"), n, evidence ? "fault" : "touch",
				evidence ? plural(n) : plural_word(n, "", "es"), ENOUGH);
	}
}

void report_warn_host(struct warnings *w, const json_t *host)
{
	const char *hypervisor = get_hypervisor(host);

	if (*hypervisor)
		report_warn(
			w,
			"virtual machine (%s): its host may stop a CPU, so gaps and tails may be the host's",
			hypervisor);
	if (!strcmp(get_text(host, "governor"), "powersave"))
		report_warn(
			w,
			"CPU frequency governor powersave: the clock follows the load; for a comparison: cpupower frequency-set -g performance");
	if (get_real(host, "load1") >= LOAD_TOO_HIGH)
		report_warn(
			w,
			"load average %.2f before the run: probably other programs use the CPUs; wait until they are idle",
			get_real(host, "load1"));
}

void report_warn_none(const struct warnings *w)
{
	if (w->count)
		return;
	page_blank(w->page);
	page_text(w->page, REPORT_INDENT, "warnings", "none");
}

void report_warnings(const struct page *p, const json_t *result)
{
	struct warnings w = {.page = p};

	of_run(&w, result);
	of_samples(&w, result);
	report_warn_host(&w, json_object_get(result, "host"));
	report_warn_none(&w);
}
