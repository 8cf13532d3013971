/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who watched, and what was noticed: a PASS of detectors that did not look would be worth nothing.
 * Then what weakens the numbers, each with what it means.
 */
#include <stdlib.h>

#include "contract/event.h"
#include "base/plural.h"
#include "report/parts.h"

/* Clock ns, 0: it never began. A run that did not end has left the event alone. */
static uint64_t storm_began(const json_t *result)
{
	const json_t *events = json_object_get(result, "events"), *event;
	size_t i;

	if (get_bool(result, "complete"))
		return get_count_0(result, "storm_began_ns");
	json_array_foreach(events, i, event) {
		if (!strcmp(get_text(event, "kind"), event_names[EVENT_phase]) &&
		    (!strcmp(get_text(event, "phase"), "storm") ||
		     /* A result of 0.1.0 has the word in its text alone. */
		     !strcmp(get_text(event, "text"), "storm")))
			return get_count_0(event, "when_ns");
	}
	return 0;
}

char *report_when(char *buf, size_t size, const json_t *result, uint64_t when)
{
	uint64_t began = storm_began(result);
	char span[UNITS_MAX];

	if (!began)
		snprintf(buf, size, "before the storm");
	else if (when < began)
		snprintf(buf, size, "%s before the storm", units_ns(span, began - when));
	else
		snprintf(buf, size, "%s into the storm", units_ns(span, when - began));
	return buf;
}

static void detector(const struct page *p, const json_t *result, const json_t *d)
{
	const char *name = get_text(d, "name"), *text = get_text(d, "text");
	bool timed = !strcmp(name, "heartbeat") || !strcmp(name, "progress");
	uint64_t worst = get_count_0(d, "worst"), lost = get_count_0(d, "lost");
	char n[3][UNITS_MAX], when[64], detail[200] = "", label[64], looked[UNITS_MAX + 16];
	uint64_t samples = get_count_0(d, "samples");

	snprintf(label, sizeof(label), "  %s", name);
	if (!get_bool(d, "active")) {
		page_text(p, REPORT_INDENT + 2, label, "not active: %s", get_text(d, "note"));
		return;
	}
	if (worst)
		snprintf(detail, sizeof(detail), ", worst %s",
			 timed ? units_ns(n[0], worst) : units_count(n[0], worst));
	if (worst && get_count_0(d, "worst_at_ns"))
		snprintf(detail + strlen(detail), sizeof(detail) - strlen(detail), " %s",
			 report_when(when, sizeof(when), result, get_count_0(d, "worst_at_ns")));
	if (worst && get_count(d, "worst_cpu") != NOT_KNOWN)
		snprintf(detail + strlen(detail), sizeof(detail) - strlen(detail), " on CPU %llu",
			 (unsigned long long)get_count(d, "worst_cpu"));
	/* Samples of kmsg were records in earlier results: none says nothing of how often it looked. */
	if (samples)
		snprintf(looked, sizeof(looked), "%s sample%s", units_count(n[1], samples),
			 plural(samples));
	else
		snprintf(looked, sizeof(looked), "%s",
			 strcmp(name, "kmsg") ? "NO SAMPLE: it never looked" : "active");
	page_text(p, REPORT_INDENT + 2, label, "%s%s%s%s%s%s%s%s", looked, detail,
		  lost ? ", lost " : "", lost ? units_count(n[2], lost) : "", *text ? "; " : "",
		  text, *get_text(d, "note") ? "; " : "", get_text(d, "note"));
}

static void events(const struct page *p, const json_t *result)
{
	const json_t *counts = json_object_get(result, "event_counts");
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	bool any = false;

	if (!out)
		return;
	for (int i = 0; i < EVENT_KIND_COUNT; i++) {
		uint64_t n = get_count_0(counts, event_names[i]);

		if (!n || event_weights[i] == WEIGHT_NOTE)
			continue;
		fprintf(out, "%s%s %llu%s", any ? ", " : "", event_names[i], (unsigned long long)n,
			event_weights[i] == WEIGHT_FINDING ? " (FINDING)" : "");
		any = true;
	}
	fclose(out);
	page_text(p, REPORT_INDENT + 2, "  events", "%s", any ? text : "none");
	free(text);
}

static void in_flight(const struct page *p, const json_t *result)
{
	const json_t *groups = json_object_get(result, "groups"), *group;
	const char *owner = "";
	uint64_t oldest = 0;
	bool any = false;
	char text[UNITS_MAX];
	size_t i;

	json_array_foreach(groups, i, group) {
		if (get_count_0(group, "in_flight_max_ns") <= oldest)
			continue;
		oldest = get_count_0(group, "in_flight_max_ns");
		owner = get_text(group, "name");
	}
	page_text(p, REPORT_INDENT + 2, "  in flight", "oldest operation ever seen %s%s%s",
		  oldest ? units_ns(text, oldest) : "not sampled", *owner ? ", of " : "", owner);
	json_array_foreach(groups, i, group) {
		uint64_t left = get_count_0(group, "in_flight_at_end");

		if (!left)
			continue;
		page_text(p, REPORT_INDENT + 2, "", "%s: %s operation%s still in flight at the end",
			  get_text(group, "name"), units_count(text, left), plural(left));
		any = true;
	}
	if (!any)
		page_text(p, REPORT_INDENT + 2, "", "none in flight at the end");
}

static const char *counted_after(char *buf, const json_t *lockups, const char *key)
{
	uint64_t n = get_count(lockups, key);

	return n == NOT_KNOWN ? "uncounted" : units_count(buf, n);
}

void report_rescue(const struct page *p, unsigned indent, const char *label, const json_t *result)
{
	const json_t *lockups = json_object_get(result, "lockups");
	uint64_t seen = get_count_0(lockups, "seen"), rescued = get_count_0(lockups, "rescued");
	uint64_t first = get_count_0(lockups, "first_rescued_ns");
	char when[UNITS_MAX + 32], n[2][UNITS_MAX];

	if (!seen)
		return;
	if (!rescued) {
		page_text(p, indent, label, "lockups seen: %llu, none was ended",
			  (unsigned long long)seen);
		return;
	}
	report_when(when, sizeof(when), result, first);
	if (first > get_count_0(result, "storm_began_ns") + get_count_0(result, "storm_ns")) {
		page_text(
			p, indent, label,
			"lockups seen: %llu, ended by sending the starved thread to the spare CPU: %llu, the first %s, when the storm's time was over (a longer storm would go on after it)",
			(unsigned long long)seen, (unsigned long long)rescued, when);
		return;
	}
	page_text(
		p, indent, label,
		"lockups seen: %llu, ended by sending the starved thread to the spare CPU: %llu, the first %s; after it the storm went on: %llu operations, %s folio splits, %s THPs moved",
		(unsigned long long)seen, (unsigned long long)rescued, when,
		(unsigned long long)get_count_0(lockups, "operations_after"),
		counted_after(n[0], lockups, "folio_splits_after"),
		counted_after(n[1], lockups, "thp_moved_after"));
}

/* Results of 0.2.0 and before have none. */
static void witnesses(const struct page *p, const json_t *result)
{
	const json_t *all = json_object_get(result, "witnesses"), *w;
	char n[UNITS_MAX];
	size_t i;

	json_array_foreach(all, i, w) {
		const char *label = i ? "" : "  witnesses";

		if (get_bool(w, "active"))
			page_text(p, REPORT_INDENT + 2, label, "%s looked at %s pages",
				  get_text(w, "name"), units_count(n, get_count_0(w, "looks")));
		else
			page_text(p, REPORT_INDENT + 2, label, "%s not active: %s",
				  get_text(w, "name"), get_text(w, "note"));
	}
}

void report_watch(const struct page *p, const json_t *result)
{
	const json_t *detectors = json_object_get(result, "detectors"), *d;
	double share = get_real(result, "observer_share");
	size_t i;

	page_blank(p);
	page_text(p, 0, "", "watch");
	if (!json_array_size(detectors))
		page_text(p, 2, "", "no detector was on");
	json_array_foreach(detectors, i, d)
		detector(p, result, d);
	witnesses(p, result);
	events(p, result);
	report_rescue(p, REPORT_INDENT + 2, "  rescue", result);
	in_flight(p, result);
	page_text(p, REPORT_INDENT + 2, "  observer",
		  "%.2f %% of the busiest watched CPU, %.1f MiB of memory besides the arena",
		  100 * share, (double)get_count_0(result, "memory_kib") / 1024);
}

void report_watchers(const struct page *p, const json_t *result)
{
	const json_t *detectors = json_object_get(result, "detectors"), *d;
	char *text = NULL;
	size_t len = 0, i;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return;
	json_array_foreach(detectors, i, d) {
		fprintf(out, "%s%s%s%s", i ? ", " : "", get_text(d, "name"),
			get_bool(d, "active") ? "" : " was not active: ",
			get_bool(d, "active") ? "" : get_text(d, "note"));
	}
	fclose(out);
	page_text(p, REPORT_INDENT, "watch", "%s",
		  json_array_size(detectors) ? text : "no detector was on");
	free(text);
}
