/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a person reads of a result on a terminal, the verdict first and last. The order is that of
 * the questions: what came out, on what, how long did faults take, did the storm do its work, was
 * it met, who watched, what weakens it, how to repeat it.
 */
#include <errno.h>
#include <string.h>

#include "report/formats.h"
#include "report/kernel_words.h"
#include "report/opening.h"
#include "report/parts.h"

static void title(const struct page *p, const json_t *result)
{
	const json_t *facts = get_run_facts(result);
	const char *config = get_text(facts, "config"), *base = strrchr(config, '/');
	char head[128], skipped[48];

	snprintf(head, sizeof(head), "thpstorm %s: %s%s", get_text(facts, "version"),
		 report_verdict(result), report_skipped(skipped, sizeof(skipped), result));
	page_text(p, (unsigned)strlen(head) + 2, head, "(%s%s)",
		  *config ? "config " : "no config file", base ? base + 1 : config);
	report_opening(p, "", result);
}

/* The words of the event that the verdict rests on, and of the one that came first. */
static void evidence(const struct page *p, const json_t *result)
{
	const json_t *gravest = json_object_get(result, "gravest_finding");
	const json_t *first = json_object_get(result, "first_finding");
	bool one = !strcmp(get_text(first, "kind"), get_text(gravest, "kind"));

	if (json_is_object(gravest))
		page_text(p, REPORT_INDENT, "evidence", "%s", get_text(gravest, "text"));
	if (json_is_object(first) && !one)
		page_text(p, REPORT_INDENT, json_is_object(gravest) ? "first" : "evidence", "%s",
			  get_text(first, "text"));
	if (json_is_object(first) || json_is_object(gravest))
		page_blank(p);
}

static void verdict(const struct page *p, const json_t *result)
{
	char by[48], skipped[48];

	page_blank(p);
	report_skipped(skipped, sizeof(skipped), result);
	if (get_bool(result, "interrupted") && strcmp(get_text(result, "verdict"), "FAIL"))
		page_text(p, REPORT_INDENT, "verdict", "%s%s%s", get_text(result, "verdict"),
			  skipped, report_interruption(by, sizeof(by), result));
	else if (get_bool(result, "complete"))
		page_text(p, REPORT_INDENT, "verdict", "%s%s, exit code %llu",
			  get_text(result, "verdict"), skipped,
			  (unsigned long long)get_count_0(result, "exit_code"));
	else
		page_text(p, REPORT_INDENT, "verdict", "none");
	if (*get_text(result, "directory"))
		report_directory(p, get_text(result, "directory"));
	report_repeat_here(p, result, false);
}

static void numbers(const struct page *p, const json_t *result)
{
	if (!report_storm_began(p, result))
		return;
	report_latency(p, result);
	report_work(p, result);
	report_exposures(p, result);
	report_watch(p, result);
}

static void not_ended(const struct page *p, const json_t *result)
{
	const struct kernel_words words = kernel_words_of(result);

	report_incomplete(p, result);
	kernel_words_print(p, &words);
}

int report_table(FILE *out, const json_t *result)
{
	const struct page page = {.out = out, .columns = REPORT_TABLE_COLUMNS};

	title(&page, result);
	evidence(&page, result);
	report_worth(&page, result);
	report_host(&page, result);
	if (!get_bool(result, "complete"))
		not_ended(&page, result);
	else
		numbers(&page, result);
	report_warnings(&page, result);
	verdict(&page, result);
	return ferror(out) ? -EIO : 0;
}
