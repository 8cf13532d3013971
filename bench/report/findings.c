/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a maintainer wants to see first: which call met the harm, how soon, in how many runs, what
 * was noticed in what order, what each stuck thread did, and the kernel's own report.
 */
#include "contract/event.h"
#include "report/kernel_words.h"
#include "report/parts.h"
#include "statistics/proportion.h"

#define THREADS_MAX 6

/* Who met the harm: the thread of the gravest finding, else that of the first one. */
static const json_t *guilty(const json_t *result)
{
	const json_t *group = report_event_group(result, report_gravest(result));

	return group ? group : report_event_group(result, json_object_get(result, "first_finding"));
}

static void call(const struct page *p, const json_t *result, const struct kernel_report *report)
{
	const json_t *group = guilty(result);
	const char *name = get_text(group, "call"), *role = get_text(group, "role");
	char traced[64] = "", trace[96] = "";

	if (!group)
		return;
	if (kernel_report_syscall(report, traced, sizeof(traced)))
		snprintf(trace, sizeof(trace), "; the kernel's trace is of %s", traced);
	page_text(p, REPORT_INDENT, "call", "%s%s%s in group %s (%s)%s",
		  *name ? name : get_text(group, "worker"),
		  strcmp(role, "fault_kernel") ? "" : ", faulting in kernel mode,",
		  strcmp(role, "fault_user") ? "" : ", faulting in user mode,",
		  get_text(group, "name"), get_text(group, "worker"), trace);
}

static bool is_finding(const json_t *event)
{
	return !strcmp(get_text(event, "weight"), "finding");
}

static void hits(const struct page *p)
{
	char runs[PROPORTION_TEXT_MAX];

	page_text(p, REPORT_INDENT, "hits", "%s", proportion_text(1, 1, runs, sizeof(runs)));
}

/* Of a result without its events. */
static void only_one(const struct page *p, const json_t *result, const char *key)
{
	const json_t *event = json_object_get(result, key);
	char when[64];

	if (json_is_object(event))
		page_text(p, 4, "  -", "%s, %s: %s", get_text(event, "kind"),
			  report_when(when, sizeof(when), result, get_count_0(event, "when_ns")),
			  get_text(event, "text"));
}

/* The first of each kind, in the order in which they came. */
static void list(const struct page *p, const json_t *result)
{
	const json_t *events = json_object_get(result, "events"), *event;
	bool seen[EVENT_KIND_COUNT] = {false}, any = false;
	size_t i;

	json_array_foreach(events, i, event) {
		unsigned long long n;
		char when[64], times[40] = "";
		int k = report_event_kind(event);

		if (!is_finding(event) || k == EVENT_KIND_COUNT || seen[k])
			continue;
		seen[k] = true;
		n = get_count_0(json_object_get(result, "event_counts"), event_names[k]);
		if (n > 1)
			snprintf(times, sizeof(times), " (the first of %llu)", n);
		page_text(p, 4, "  -", "%s, %s%s: %s", event_names[k],
			  report_when(when, sizeof(when), result, get_count_0(event, "when_ns")),
			  times, get_text(event, "text"));
		any = true;
	}
	if (!any) {
		only_one(p, result, "first_finding");
		only_one(p, result, "gravest_finding");
	}
}

/* What the threads did that the rescue looked at. */
static void threads(const struct page *p, const json_t *result)
{
	const json_t *events = json_object_get(result, "events"), *event;
	unsigned shown = 0;
	size_t i;

	json_array_foreach(events, i, event) {
		if (strcmp(get_text(event, "kind"), "lockup_thread"))
			continue;
		if (!shown++)
			page_text(p, 0, "", "Threads while it was locked up:");
		if (shown <= THREADS_MAX)
			page_text(p, 4, "  -", "%s", get_text(event, "text"));
	}
	if (shown > THREADS_MAX)
		page_text(p, 4, "", "and %u more in events.jsonl", shown - THREADS_MAX);
}

static bool any_finding(const json_t *result)
{
	const json_t *events = json_object_get(result, "events"), *event;
	size_t i;

	json_array_foreach(events, i, event) {
		if (is_finding(event))
			return true;
	}
	return json_is_object(json_object_get(result, "first_finding"));
}

/* A machine that died may have had no time to tell thpstorm of what its kernel printed. */
static void none_streamed(const struct page *p, const struct kernel_words *words)
{
	char head[256];

	kernel_words_head(words, head, sizeof(head));
	page_text(p, REPORT_INDENT, "findings", "none was streamed%s%s%s%s",
		  *head ? "; the kernel says in " : "", *head ? words->from : "", *head ? ": " : "",
		  head);
	if (*head)
		kernel_words_print(p, words);
}

void report_findings(const struct page *p, const json_t *result, bool alone)
{
	bool passed = alone && !strcmp(report_verdict(result), "PASS");
	bool any = any_finding(result);
	char runs[PROPORTION_TEXT_MAX] = "";
	struct kernel_words words;

	if (!any && get_bool(result, "complete")) {
		page_text(p, REPORT_INDENT, "findings", "none%s%s", passed ? "; hits " : "",
			  passed ? proportion_text(0, 1, runs, sizeof(runs)) : "");
		return;
	}
	words = kernel_words_of(result);
	if (!any) {
		none_streamed(p, &words);
		return;
	}
	page_text(p, 0, "", "findings");
	call(p, result, &words.report);
	if (alone)
		hits(p);
	list(p, result);
	threads(p, result);
	report_rescue(p, REPORT_INDENT, "rescue", result);
	kernel_words_print(p, &words);
}
