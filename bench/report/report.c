/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The report: what a person reads of a result, the verdict first and last. The order is that of
 * the questions: what came out, on what, how long did faults take, did the storm do its work, was
 * it met, who watched, what weakens it, how to repeat it.
 */
#include <errno.h>
#include <string.h>

#include "report/report.h"
#include "report/report_parts.h"
#include "worth.h"

#define LAST_EVENTS 5

static void title(const struct page *p, const json_t *result)
{
	const char *config = get_text(result, "config"), *base = strrchr(config, '/');
	const char *version = get_text(result, "version");
	bool complete = get_bool(result, "complete");
	char head[128];

	if (!complete) {
		version = get_text(json_object_get(result, "host"), "version");
		config = get_text(json_object_get(result, "host"), "config");
		base = strrchr(config, '/');
	}
	snprintf(head, sizeof(head), "thpstorm %s: %s", version,
		 complete ? get_text(result, "verdict") : "DID NOT END");
	page_text(p, (unsigned)strlen(head) + 2, head, "(%s%s)",
		  *config ? "config " : "no config file", base ? base + 1 : config);
	if (complete)
		page_text(p, 0, "", "%s", get_text(result, "reason"));
	else
		page_text(p, 0, "",
			  "The run did not end: the machine or thpstorm died, or the "
			  "run is still going on. This is what it left behind.");
	page_blank(p);
}

/* A PASS says more when it is known what the same storm does to a kernel that is wrong. */
static void worth(const struct page *p, const json_t *result)
{
	const char *config = get_text(result, "config"), *base = strrchr(config, '/');
	const char *dot;
	bool any = false;

	config = base ? base + 1 : config;
	dot = strrchr(config, '.');
	if (strcmp(get_text(result, "verdict"), "PASS") || !dot)
		return;
	for (const struct worth *w = worth_table; w->config; w++) {
		if (strlen(w->config) != (size_t)(dot - config) ||
		    strncmp(w->config, config, (size_t)(dot - config)) || !w->hits)
			continue;
		page_text(p, REPORT_INDENT, any ? "" : "worth",
			  "this config's storm fails %s (preempt %s) in %.1f s (at most %.1f s), "
			  "%u of %u emulated machines",
			  w->kernel, w->preempt, w->median_s, w->max_s, w->hits, w->runs);
		any = true;
	}
	if (any)
		page_blank(p);
}

static void incomplete(const struct page *p, const json_t *result)
{
	const json_t *last = json_object_get(result, "last_interval");
	const json_t *events = json_object_get(result, "events");
	size_t n = json_array_size(events);

	page_blank(p);
	if (last)
		page_text(p, REPORT_INDENT, "last seen",
			  "%s s into the storm (%s): %s ops/s, %s faults/s, slowest operation %s "
			  "us, oldest in flight %s us, %s stalls, %s findings",
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

/* A command to paste: broken, where it must be, as the shell joins it again. */
static void repeat(const struct page *p, const json_t *result)
{
	static const char command[] = "repeat: thpstorm run ";
	const char *dir = get_text(result, "directory");
	unsigned at = strlen(command);
	char path[8192];
	size_t n;

	snprintf(path, sizeof(path), "%s/plan.conf", *dir ? dir : "DIR");
	n = strlen(path);
	fputs(command, p->out);
	if (at + n > p->columns) {
		fputs("\\\n", p->out);
		at = 0;
	}
	for (size_t i = 0; i < n; i++) {
		if (++at == p->columns && i + 1 < n) {
			fputs("\\\n", p->out);
			at = 1;
		}
		putc(path[i] >= ' ' && path[i] <= '~' ? path[i] : '?', p->out);
	}
	putc('\n', p->out);
}

static void verdict(const struct page *p, const json_t *result)
{
	page_blank(p);
	if (get_bool(result, "complete"))
		page_text(p, REPORT_INDENT, "verdict", "%s, exit code %llu",
			  get_text(result, "verdict"),
			  (unsigned long long)get_count_0(result, "exit_code"));
	else
		page_text(p, REPORT_INDENT, "verdict", "none");
	if (*get_text(result, "directory"))
		page_text(p, REPORT_INDENT, "result", "%s", get_text(result, "directory"));
	repeat(p, result);
}

static int write_page(FILE *out, const json_t *result, unsigned columns)
{
	const struct page page = {.out = out, .columns = columns};

	title(&page, result);
	worth(&page, result);
	report_host(&page, result);
	if (!get_bool(result, "complete")) {
		incomplete(&page, result);
	} else if (!get_count_0(result, "storm_ns")) {
		page_blank(&page);
		page_text(&page, 0, "", "The storm did not begin: there are no numbers.");
	} else {
		report_latency(&page, result);
		report_work(&page, result);
		report_exposures(&page, result);
		report_watch(&page, result);
	}
	report_warnings(&page, result);
	verdict(&page, result);
	return ferror(out) ? -EIO : 0;
}

int report_write(FILE *out, const json_t *result, const char *format)
{
	if (!strcmp(format, "table"))
		return write_page(out, result, REPORT_TABLE_COLUMNS);
	if (!strcmp(format, "mail"))
		return write_page(out, result, REPORT_MAIL_COLUMNS);
	if (strcmp(format, "json"))
		return -EINVAL;
	if (json_dumpf(result, out, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_ENSURE_ASCII))
		return -EIO;
	putc('\n', out);
	return ferror(out) ? -EIO : 0;
}
