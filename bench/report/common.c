/* SPDX-License-Identifier: GPL-2.0-only */
/* What the table and the mail have in common besides their tables. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
		snprintf(buf, size, ", %u of %zu groups skipped", skipped, json_array_size(groups));
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

void report_incomplete(const struct page *p, const json_t *result)
{
	const json_t *last = json_object_get(result, "last_interval");
	const json_t *events = json_object_get(result, "events");
	size_t n = json_array_size(events);

	page_blank(p);
	if (last)
		page_text(
			p, REPORT_INDENT, "last seen",
			"%s s into the storm (%s): %s ops/s, %s faults/s, slowest operation %s us, oldest in flight %s us, %s stalls, %s findings",
			get_text(last, "elapsed_s"), get_text(last, "phase"),
			get_text(last, "ops_per_s"), get_text(last, "faults_per_s"),
			get_text(last, "max_us"), get_text(last, "oldest_us"),
			get_text(last, "stalls"), get_text(last, "findings"));
	page_text(p, REPORT_INDENT, "events", "%zu%s", n, n ? "; the last of them:" : "");
	for (size_t i = n > LAST_EVENTS ? n - LAST_EVENTS : 0; i < n; i++) {
		const json_t *event = json_array_get(events, i);

		page_text(p, REPORT_INDENT, "", "%s: %s", get_text(event, "kind"),
			  get_text(event, "text"));
	}
}

void report_directory(const struct page *p, const char *dir)
{
	page_label(p, 0, REPORT_INDENT, "result");
	shell_write_name(p->out, dir);
	putc('\n', p->out);
}

/* A command to paste: broken, where it must be, as the shell joins it again. */
void report_repeat_here(const struct page *p, const json_t *result, bool ascii)
{
	static const char command[] = "repeat: thpstorm run ";
	const char *dir = get_text(result, "directory");
	unsigned at = strlen(command);
	char path[8192];
	size_t n;

	snprintf(path, sizeof(path), "%s/plan.conf", *dir ? dir : "DIR");
	n = strlen(path);
	fputs(command, p->out);
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
