/* SPDX-License-Identifier: GPL-2.0-only */
/* See kernel_words.h. */
#include "report/kernel_words.h"

#include <string.h>

#include "contract/event.h"
#include "report/kernel_line.h"
#include "report/parts.h"

#define LOG_LINES 90

static struct kernel_wanted wanted(const json_t *result)
{
	const json_t *gravest = report_gravest(result);
	const json_t *cpu = json_object_get(gravest, "cpu");
	int kind = report_event_kind(gravest);

	return (struct kernel_wanted){.kind = kind < EVENT_KIND_COUNT ? kind : -1,
				      .cpu = json_is_integer(cpu) ? (int)json_integer_value(cpu)
								  : -1,
				      .tid = (int)get_count_0(gravest, "tid")};
}

static unsigned lines_of(const struct kernel_report *r)
{
	unsigned n = 0;

	for (size_t i = 0; i < r->length; i++)
		n += r->at[i] == '\n';
	return n;
}

static bool says_more(const struct kernel_report *a, const struct kernel_report *than)
{
	if (a->rank == KERNEL_REPORT_NONE || a->rank != than->rank)
		return a->rank < than->rank;
	return lines_of(a) > lines_of(than);
}

struct kernel_words kernel_words_of(const json_t *result)
{
	const struct kernel_wanted w = wanted(result);
	struct kernel_words best = {
		.report = kernel_report_find(get_text(result, "kernel_log"), &w),
		.from = "the kernel log",
	};
	const json_t *log;
	size_t i;

	json_array_foreach(json_object_get(result, "logs"), i, log) {
		struct kernel_report r = kernel_report_find(get_text(log, "text"), &w);

		if (says_more(&r, &best.report))
			best = (struct kernel_words){r, get_text(log, "name")};
	}
	return best;
}

void kernel_words_print(const struct page *p, const struct kernel_words *words)
{
	if (!words->report.at)
		return;
	page_blank(p);
	page_text(p, 0, "", "From %s:", words->from);
	page_blank(p);
	kernel_report_print(p->out, &words->report, LOG_LINES);
}

char *kernel_words_head(const struct kernel_words *words, char *buf, size_t size)
{
	struct kernel_line l;

	buf[0] = '\0';
	if (words->report.at && kernel_report_announces(&words->report) &&
	    kernel_line_at(words->report.at, &l))
		snprintf(buf, size, "%.*s", (int)MIN(l.text_length, size), l.text);
	return buf;
}
