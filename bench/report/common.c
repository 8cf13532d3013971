/* SPDX-License-Identifier: GPL-2.0-only */
/* What the table and the mail have in common besides their tables. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/event.h"
#include "base/plural.h"
#include "contract/share.h"
#include "report/parts.h"
#include "words/shell_word.h"

#define LAST_EVENTS 5

const char *report_verdict(const json_t *result)
{
	return get_bool(result, "complete") ? get_text(result, "verdict") : "DID NOT END";
}

const char *report_skipped(char *buf, size_t size, const json_t *result)
{
	const json_t *groups = json_object_get(result, "groups"), *group;
	unsigned skipped = 0;
	size_t i;

	json_array_foreach(groups, i, group)
		skipped += get_bool(group, "skipped");
	buf[0] = '\0';
	/* Of a SKIP the reason says why; nothing ran. */
	if (skipped && strcmp(report_verdict(result), "SKIP"))
		snprintf(buf, size, ", %u of %zu group%s skipped", skipped, json_array_size(groups),
			 plural(json_array_size(groups)));
	return buf;
}

bool report_storm_began(const struct page *p, const json_t *result)
{
	if (get_count_0(result, "storm_ns"))
		return true;
	page_blank(p);
	page_text(p, 0, "", "The storm did not begin: there are no numbers.");
	return false;
}

char *report_storm(char *buf, size_t size, const json_t *result)
{
	uint64_t ns = get_count_0(result, "storm_ns");
	char took[UNITS_MAX];

	if (ns)
		snprintf(buf, size, "storm of %s", units_ns(took, ns));
	else
		snprintf(buf, size, "%s",
			 get_bool(result, "complete") ? "no storm" : "storm of unknown length");
	return buf;
}

char *report_interruption(char *buf, size_t size, const json_t *result)
{
	const char *by = get_text(result, "interrupted_by");

	snprintf(buf, size, "%s%s%s", get_bool(result, "interrupted") ? ", interrupted" : "",
		 *by ? " by " : "", by);
	return buf;
}

/* Workers are numbered through the groups that ran. */
static const json_t *group_of_worker(const json_t *groups, json_int_t worker)
{
	const json_t *group;
	size_t i;

	json_array_foreach(groups, i, group) {
		json_int_t threads = json_integer_value(json_object_get(group, "threads"));

		if (get_bool(group, "skipped"))
			continue;
		if (worker < threads)
			return group;
		worker -= threads;
	}
	return NULL;
}

const json_t *report_event_group(const json_t *result, const json_t *event)
{
	const json_t *index = json_object_get(event, "group");
	const json_t *worker = json_object_get(event, "worker");
	const json_t *groups = json_object_get(result, "groups");

	if (json_is_integer(index))
		return json_array_get(groups, (size_t)json_integer_value(index));
	/* Results of earlier versions have the worker alone. */
	if (!index && json_is_integer(worker) && json_integer_value(worker) >= 0)
		return group_of_worker(groups, json_integer_value(worker));
	return NULL;
}

int report_event_kind(const json_t *event)
{
	int k = 0;

	while (k < EVENT_KIND_COUNT && strcmp(event_names[k], get_text(event, "kind")))
		k++;
	return k;
}

/* By its events: the first finding, or the first of the gravest. */
static const json_t *finding_of_events(const json_t *result, bool gravest)
{
	const json_t *event, *best = NULL;
	size_t i;

	json_array_foreach(json_object_get(result, "events"), i, event) {
		int k = report_event_kind(event);

		if (strcmp(get_text(event, "weight"), "finding") || k == EVENT_KIND_COUNT)
			continue;
		if (!best || (gravest && event_gravity[k] > event_gravity[report_event_kind(best)]))
			best = event;
	}
	return best;
}

static const json_t *finding(const json_t *result, const char *key, bool gravest)
{
	const json_t *event = json_object_get(result, key);

	if (json_is_object(event))
		return event;
	return get_bool(result, "complete") ? NULL : finding_of_events(result, gravest);
}

const json_t *report_gravest(const json_t *result)
{
	return finding(result, "gravest_finding", true);
}

const json_t *report_first(const json_t *result)
{
	return finding(result, "first_finding", false);
}

/* A cell of timeline.tsv: NaN where it was not counted, or is not there. */
static double cell(const json_t *interval, const char *key)
{
	const char *text = get_text(interval, key);
	char *end;
	double value = strtod(text, &end);

	return end == text || *end ? NAN : value;
}

static const char *cell_count(char *buf, const json_t *interval, const char *key)
{
	double n = cell(interval, key);

	return !(n >= 0) ? "uncounted" : units_count(buf, (uint64_t)MIN(n, 1e18));
}

static const char *cell_rate(char *buf, const json_t *interval, const char *key)
{
	double n = cell(interval, key);

	return !(n >= 0) ? "uncounted" : units_rate(buf, n);
}

/* Of operations: 0 where there was none. */
static const char *cell_age(char *buf, const json_t *interval, const char *key)
{
	double us = cell(interval, key);

	if (us >= 0 && us <= 0)
		return "none";
	return !(us > 0) ? "not known" : units_ns(buf, (uint64_t)MIN(us * NSEC_PER_USEC, 1e18));
}

static const char *cell_seconds(char *buf, const json_t *interval, const char *key)
{
	double n = cell(interval, key);

	return !(n >= 0) ? "not known" : units_ns(buf, (uint64_t)MIN(n * NSEC_PER_SEC, 1e18));
}

/* elapsed_s counts from the storm's beginning, and says nothing before it. */
char *report_last_seen(char *buf, size_t size, const json_t *interval)
{
	const char *phase = get_text(interval, "phase");
	bool stormed = !strcmp(phase, units_phase(PHASE_STORM));
	bool stopped = !strcmp(phase, units_phase(PHASE_STOP));
	char into[UNITS_MAX], text[UNITS_MAX];

	snprintf(into, sizeof(into), "%s", cell_seconds(text, interval, "elapsed_s"));
	if (stormed)
		snprintf(buf, size, "%s into the storm", into);
	else
		snprintf(buf, size, "in its phase %s, %s%s", phase, stopped ? into : "",
			 stopped ? " after the storm began" : "before the storm");
	return buf;
}

void report_incomplete(const struct page *p, const json_t *result)
{
	const json_t *last = json_object_get(result, "last_interval");
	const json_t *events = json_object_get(result, "events");
	size_t n = json_array_size(events);
	char text[6][UNITS_MAX], when[96];

	page_blank(p);
	if (last)
		page_text(
			p, REPORT_INDENT, "last seen",
			"%s: %s operations/s, %s faults/s; slowest operation that ended: %s; oldest in flight: %s; until then %s late heartbeats, %s findings",
			report_last_seen(when, sizeof(when), last),
			cell_rate(text[0], last, "ops_per_s"),
			cell_rate(text[1], last, "faults_per_s"), cell_age(text[2], last, "max_us"),
			cell_age(text[3], last, "oldest_us"), cell_count(text[4], last, "stalls"),
			cell_count(text[5], last, "findings"));
	page_text(p, REPORT_INDENT, "events", "%zu%s", n, n ? "; the last of them:" : "");
	for (size_t i = n > LAST_EVENTS ? n - LAST_EVENTS : 0; i < n; i++) {
		const json_t *event = json_array_get(events, i);

		page_text(p, REPORT_INDENT, "", "%s, %s: %s", get_text(event, "kind"),
			  report_when(when, sizeof(when), result, get_count_0(event, "when_ns")),
			  get_text(event, "text"));
	}
}

void report_directory(const struct page *p, const char *dir)
{
	page_label(p, 0, REPORT_INDENT, "result");
	shell_write_name(p->out, dir);
	putc('\n', p->out);
}

const char *report_runner(const json_t *host)
{
	const char *runner = get_text(host, "runner");

	return *runner ? runner : "thpstorm";
}

/* A command to paste: broken, where it must be, as the shell joins it again. */
void report_repeat_here(const struct page *p, const json_t *result, bool ascii)
{
	const char *dir = get_text(result, "directory"),
		   *runner = report_runner(json_object_get(result, "host"));
	unsigned at = (unsigned)(strlen("repeat: ") + strlen(runner) + strlen(" run "));
	char path[8192];
	size_t n;

	snprintf(path, sizeof(path), "%s/plan.conf", *dir ? dir : "DIR");
	n = strlen(path);
	fputs("repeat: ", p->out);
	for (const char *c = runner; *c; c++)
		putc(*c >= ' ' && (!ascii || *c <= '~') ? *c : '?', p->out);
	fputs(" run ", p->out);
	if (!shell_is_plain(path)) { /* nothing joins a quoted word again */
		shell_write_word(p->out, path, ascii);
		putc('\n', p->out);
		return;
	}
	if (at + n > p->columns) {
		fputs("\\\n", p->out);
		at = 0;
	}
	for (size_t i = 0; i < n; i++) {
		if (++at == p->columns && i + 1 < n) {
			fputs("\\\n", p->out);
			at = 1;
		}
		putc(path[i], p->out);
	}
	putc('\n', p->out);
}
