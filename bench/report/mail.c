/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A run as a mail to linux-mm: what was found and the line that repeats it, then what it ran on,
 * the numbers, and what weakens them. Plain ASCII; only the line to repeat, the config that
 * it needs, and what the kernel printed, are longer than the page.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "report/formats.h"
#include "report/opening.h"
#include "report/parts.h"
#include "words/config.h"
#include "words/config_write.h"
#include "words/repeat.h"

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

static void put_ascii(FILE *out, const char *text)
{
	for (const char *c = text; *c; c++)
		putc((*c >= ' ' && *c <= '~') || *c == '\n' ? *c : '?', out);
}

/* Whether the plan has to be handed over: its config is none that the reader has. */
static bool hands_over(const json_t *result)
{
	return !*get_text(json_object_get(result, "host"), "command") &&
	       *get_text(result, "plan_text");
}

static const char *file_name(const json_t *result, char *name, size_t size)
{
	return repeat_file_name(get_text(get_run_facts(result), "config"), name, size);
}

/* Unbroken: to be pasted by somebody who has the program and not the result. */
static void repeat(const struct page *p, const json_t *result)
{
	const char *command = get_text(json_object_get(result, "host"), "command");
	char name[NAME_MAX];

	if (*command) {
		fprintf(p->out, "repeat: ");
		put_ascii(p->out, command);
		putc('\n', p->out);
	} else if (hands_over(result)) {
		fputs("repeat: ", p->out);
		put_ascii(p->out, report_runner(json_object_get(result, "host")));
		fprintf(p->out, " run %s\n", file_name(result, name, sizeof(name)));
		page_text(p, 0, "", "(before it, save the end of this mail as %s)", name);
	} else {
		report_repeat_here(p, result, true);
	}
	page_blank(p);
}

/* The plan as a config: what differs from the defaults, else as it was written. */
static void plan(const struct page *p, const json_t *result)
{
	struct run_plan *plan = malloc(sizeof(*plan));
	char path[PATH_MAX], name[NAME_MAX], *text = NULL;
	struct error ignored;
	size_t len = 0;
	FILE *out = NULL;

	snprintf(path, sizeof(path), "%s/plan.conf", get_text(result, "directory"));
	if (plan && !config_read(path, plan, NULL, &ignored))
		out = open_memstream(&text, &len);
	if (out) {
		config_write(out, plan, false);
		fclose(out);
	}
	page_blank(p);
	page_text(p, 0, "", "%s:", file_name(result, name, sizeof(name)));
	page_blank(p);
	put_ascii(p->out, text ? text : get_text(result, "plan_text"));
	free(text);
	free(plan);
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
	if (hands_over(result))
		plan(&page, result);
	return ferror(out) ? -EIO : 0;
}
