/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A run as a mail to linux-mm: what was found and the line that repeats it, then what it ran on,
 * the numbers, and what weakens them. Plain ASCII; only the line to repeat, and what the kernel
 * printed, are longer than the page.
 */
#include <errno.h>
#include <stdlib.h>

#include "report/formats.h"
#include "report/opening.h"
#include "report/parts.h"

static void summary(const struct page *p, const json_t *result)
{
	const json_t *facts = get_run_facts(result);
	const char *config = get_text(facts, "config"), *base = strrchr(config, '/');
	char *head, skipped[48];

	base = base ? base + 1 : config;
	if (asprintf(&head, "thpstorm %s: %.*s: %s%s: ", get_text(facts, "version"),
		     (int)strcspn(base, "."), base, report_verdict(result),
		     report_skipped(skipped, sizeof(skipped), result)) < 0)
		return;
	report_opening(p, head, result);
	free(head);
}

/* Unbroken: to be pasted by somebody who has the program and not the result. */
static void repeat(const struct page *p, const json_t *result)
{
	const char *command = get_text(json_object_get(result, "host"), "command");

	if (!*command) {
		report_repeat_here(p, result, true);
	} else {
		fputs("repeat: ", p->out);
		for (const char *c = command; *c; c++)
			putc(*c >= ' ' && *c <= '~' ? *c : '?', p->out);
		putc('\n', p->out);
	}
	page_blank(p);
}

int report_mail(FILE *out, const json_t *result)
{
	const struct page page = {.out = out, .columns = REPORT_MAIL_COLUMNS};

	summary(&page, result);
	repeat(&page, result);
	report_worth(&page, result);
	report_findings(&page, result, true);
	report_facts(&page, result);
	if (!get_bool(result, "complete")) {
		report_incomplete(&page, result);
	} else if (report_storm_began(&page, result)) {
		report_latency(&page, result);
		report_work(&page, result);
		report_declared(&page, result);
		page_blank(&page);
		report_watchers(&page, result);
	}
	report_warnings(&page, result);
	return ferror(out) ? -EIO : 0;
}
