/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A sweep as a person reads it: on the terminal the worst cells and a table over the axes; as a
 * mail the findings first, with the report of the worst cell, and what it all ran on.
 */
#include "report/sweep.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/plural.h"
#include "report/formats.h"
#include "report/parts.h"
#include "report/sweep_opening.h"
#include "report/sweep_tally.h"
#include "result/read.h"
#include "words/repeat.h"
#include "words/shell_word.h"
#include "statistics/proportion.h"
#include "sweep/cell_verdict.h"
#include "sweep/show.h"

#define VALUE_WIDTH 22
#define KINDS_MAX   32

static const char *time_or_dash(char *buf, double ns)
{
	return isnan(ns) ? "-" : units_ns(buf, (uint64_t)ns);
}

static const char *rate_or_dash(char *buf, double per_second)
{
	return isnan(per_second) ? "-" : units_rate(buf, per_second);
}

/* Whether the sweep's storms move more than they split. */
static bool is_of_moves(const struct sweep *s, const struct sweep_rows *rows)
{
	struct tally all;

	return !tally_take(s, rows, TALLY_ALL, 0, &all) && all.moved > all.splits;
}

static void axis_row(const struct page *p, const char *value, const struct tally *t, bool moves)
{
	char interval[16] = "-", text[2][UNITS_MAX], slowest[2 * UNITS_MAX + 4];
	double low, high;

	if (t->runs) {
		proportion_interval(t->hits, t->runs, PROPORTION_CONFIDENCE, &low, &high);
		snprintf(interval, sizeof(interval), "%.0f-%.0f %%", 100 * low, 100 * high);
	}
	page_label(p, 2, VALUE_WIDTH, value);
	fprintf(p->out, "%5u%5u%9s%9s%8s", t->runs, t->hits, interval,
		rate_or_dash(text[0], moves ? t->moved : t->splits),
		time_or_dash(text[1], t->p999_ns));
	snprintf(slowest, sizeof(slowest), "%s", time_or_dash(text[0], t->least_ns));
	if (t->max_ns > t->least_ns)
		snprintf(slowest + strlen(slowest), sizeof(slowest) - strlen(slowest), "-%s",
			 units_ns(text[1], (uint64_t)t->max_ns));
	fprintf(p->out, "%14s\n", slowest);
}

static void axes(const struct page *p, const struct sweep *s, const struct sweep_rows *rows)
{
	bool moves = is_of_moves(s, rows);
	unsigned others = 0;
	struct tally t;

	for (unsigned i = 0; i < rows->count; i++)
		others += !verdict_counts(cell_verdict(rows->row[i].log));
	for (unsigned a = 0; a < s->axes.axes; a++) {
		const struct sweep_axis *axis = &s->axes.axis[a];

		page_blank(p);
		page_label(p, 0, VALUE_WIDTH, axis->key);
		fprintf(p->out, "%5s%5s%9s%9s%8s%14s\n", "runs", "hits", "95 %",
			moves ? "moves/s" : "splits/s", "p99.9", "max");
		for (unsigned v = 0; v < axis->values; v++) {
			if (!tally_take(s, rows, a, v, &t))
				axis_row(p, axis->value[v], &t, moves);
		}
	}
	if (!s->axes.axes)
		return;
	page_text(
		p, 0, "",
		"Runs are the cells with PASS or FAIL, hits those with FAIL, 95 %% is the interval of their rate. %s and p99.9 are medians over the runs, max is from the least of theirs to the greatest. p99.9 and max are of storm faults.",
		moves ? "Moves/s" : "Splits/s");
	if (others)
		page_text(p, 0, "",
			  "Left out of all these figures: %u cell%s without PASS or FAIL.", others,
			  plural(others));
}

static void unfinished(const struct page *p, const struct sweep *s, const struct sweep_rows *rows)
{
	if (rows->sealed == s->cells.count)
		return;
	page_text(p, 0, "", "NOT FINISHED: %u of %u cell%s done; run the others with", rows->sealed,
		  s->cells.count, plural_word(s->cells.count, " is", "s are"));
	/* Unbroken: to be pasted. */
	fputs("    thpstorm sweep --resume ", p->out);
	shell_write_word(p->out, s->dir, true);
	putc('\n', p->out);
}

static void warnings(const struct page *p, const struct sweep_rows *rows, const json_t *host)
{
	struct warnings w = {.page = p};

	for (unsigned i = 0; i < rows->count; i++) {
		if (rows->row[i].damage)
			report_warn(&w, "cell %05u: %s", rows->row[i].id, rows->row[i].damage);
	}
	report_warn_host(&w, host);
	report_warn_none(&w);
}

/* The whole result of a cell; NULL when it has none that can be read. */
static json_t *cell_result(const struct sweep *s, const struct sweep_row *row)
{
	char path[PATH_MAX], cell[64];
	struct error ignored;

	if (!row->essence)
		return NULL;
	snprintf(path, sizeof(path), "%s/%s", s->dir,
		 sweep_cell_directory(row->id, row->log->tries, cell, sizeof(cell)));
	return result_read(path, &ignored);
}

/*
 * Of the worst cell that has one: what a cell saw before the machine was lost in it died with the
 * machine, and its other tries may have found nothing, so one with a finding says more.
 */
static json_t *worst_result(const struct sweep *s, const struct sweep_rows *rows,
			    const struct sweep_row **row)
{
	for (int pass = 0; pass < 2; pass++) {
		for (unsigned i = 0; i < rows->count; i++) {
			json_t *result = NULL;

			if (pass || rows->row[i].kind[0])
				result = cell_result(s, &rows->row[i]);
			*row = &rows->row[i];
			if (result)
				return result;
		}
	}
	return NULL;
}

/* A verdict wants all of the cells, but for a FAIL. */
static const char *verdict_so_far(const struct sweep *s, const struct sweep_rows *rows)
{
	int code = sweep_code(s);

	return rows->sealed < s->cells.count && code != VERDICT_FAIL
		       ? "UNFINISHED"
		       : verdict_name((enum verdict)code);
}

static void put_opening(const struct page *p, const char *head, const struct sweep *s,
			const struct sweep_rows *rows, const json_t *worst,
			const struct sweep_row *row)
{
	char *text = sweep_opening_text(s, rows, worst, row);

	page_text(p, 0, "", "%s%s", head, text ? text : "");
	free(text);
}

/* Verdict, opening, the worst cells, the counts. */
static void put_head(const struct page *p, const struct sweep *s, const struct sweep_rows *rows,
		     const json_t *worst, const struct sweep_row *row)
{
	fprintf(p->out, "thpstorm " THPSTORM_VERSION " sweep: %s  (%s)\n", verdict_so_far(s, rows),
		s->plan.config);
	put_opening(p, "", s, rows, worst, row);
	unfinished(p, s, rows);
	page_blank(p);
	page_text(p, 0, "", "the worst cells first:");
	sweep_print_worst(s, p, rows);
	page_blank(p);
	sweep_print_counts(p, rows);
}

int report_sweep_table(FILE *out, const struct sweep *s, struct sweep_rows *rows)
{
	const struct page page = {.out = out, .columns = REPORT_TABLE_COLUMNS};
	const struct sweep_row *row = NULL;
	json_t *worst;

	sweep_rows_sort(rows);
	worst = worst_result(s, rows, &row);
	put_head(&page, s, rows, worst, row);
	axes(&page, s, rows);
	warnings(&page, rows, json_object_get(worst, "host"));
	page_blank(&page);
	report_directory(&page, s->dir);
	json_decref(worst);
	return ferror(out) ? -EIO : 0;
}

int report_sweep_summary(FILE *out, const struct sweep *s)
{
	const struct page page = {.out = out, .columns = REPORT_TABLE_COLUMNS};
	const struct sweep_row *row = NULL;
	struct sweep_rows rows;
	json_t *worst;

	if (sweep_rows_read(s, &rows))
		return -ENOMEM;
	sweep_rows_sort(&rows);
	worst = worst_result(s, &rows, &row);
	put_head(&page, s, &rows, worst, row);
	sweep_print_gaps(&page, &rows);
	report_directory(&page, s->dir);
	json_decref(worst);
	sweep_rows_free(&rows);
	return ferror(out) ? -EIO : 0;
}

/* The config as it was when the sweep began, where the reader does not have it, and its name. */
static bool original(const struct sweep *s, char path[PATH_MAX], char name[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/" SWEEP_ORIGINAL, s->dir);
	if (repeat_shipped(s->plan.config, path, name, PATH_MAX))
		return false;
	repeat_file_name(s->plan.config, name, PATH_MAX);
	return true;
}

static void hand_over(const struct page *p, const struct sweep *s)
{
	char path[PATH_MAX], name[PATH_MAX];
	struct error ignored;
	FILE *in;
	int c;

	if (!original(s, path, name))
		return;
	in = file_open_regular(path, &ignored);
	if (!in)
		return;
	page_blank(p);
	page_text(p, 0, "", "%s:", name);
	page_blank(p);
	while ((c = getc(in)) != EOF)
		putc((c >= ' ' && c <= '~') || c == '\n' || c == '\t' ? c : '?', p->out);
	fclose(in);
}

static void summary(const struct page *p, const struct sweep *s, const struct sweep_rows *rows,
		    const json_t *worst, const struct sweep_row *row)
{
	const char *base = strrchr(s->plan.config, '/');
	char *command = sweep_repeat(s, report_runner(json_object_get(worst, "host"))),
	     path[PATH_MAX], head[PATH_MAX];

	base = base ? base + 1 : s->plan.config;
	snprintf(head, sizeof(head),
		 "thpstorm " THPSTORM_VERSION ": sweep of %.*s: %s: ", (int)strcspn(base, "."),
		 base, verdict_so_far(s, rows));
	put_opening(p, head, s, rows, worst, row);
	page_blank(p);
	if (command) {
		fprintf(p->out, "repeat: %s\n", command);
		if (original(s, path, head))
			page_text(p, 0, "", "(before it, save the end of this mail as %s)", head);
		page_blank(p);
	} else {
		snprintf(path, sizeof(path), "%s/sweep.conf", s->dir);
		fputs("repeat: thpstorm sweep ", p->out);
		shell_write_word(p->out, path, true);
		fputs("\n\n", p->out);
	}
	free(command);
}

/* In how many runs each kind of harm was the gravest. Whether there is one. */
static bool kinds(const struct page *p, const struct sweep_rows *rows)
{
	const char *kind[KINDS_MAX];
	unsigned n[KINDS_MAX] = {0}, known = 0;

	for (unsigned i = 0; i < rows->count; i++) {
		unsigned k = 0;

		if (!rows->row[i].kind[0])
			continue;
		while (k < known && strcmp(kind[k], rows->row[i].kind))
			k++;
		if (k == KINDS_MAX)
			continue;
		kind[k] = rows->row[i].kind;
		known = MAX(known, k + 1);
		n[k]++;
	}
	if (known) {
		page_blank(p);
		page_text(p, 0, "", "findings");
	}
	for (unsigned k = 0; k < known; k++)
		page_text(p, 4, "  -", "%s: the gravest finding of %u run%s", kind[k], n[k],
			  plural(n[k]));
	return known;
}

/* How often and how soon says the opening. */
static void findings(const struct page *p, const struct sweep *s, const struct sweep_rows *rows,
		     const struct sweep_row *row, const json_t *worst)
{
	char name[CELLS_NAME_MAX];

	if (!kinds(p, rows) || !worst || !row->kind[0])
		return;
	page_blank(p);
	page_text(p, 0, "", "The worst, cell %05u, %s:", row->id,
		  cells_name(&s->cells, row->id, name, sizeof(name)));
	report_findings(p, worst, false);
}

int report_sweep_mail(FILE *out, const struct sweep *s, struct sweep_rows *rows)
{
	const struct page page = {.out = out, .columns = REPORT_MAIL_COLUMNS};
	const struct sweep_row *row = NULL;
	json_t *worst;

	sweep_rows_sort(rows);
	worst = worst_result(s, rows, &row);
	summary(&page, s, rows, worst, row);
	unfinished(&page, s, rows);
	sweep_print_counts(&page, rows);
	findings(&page, s, rows, row, worst);
	axes(&page, s, rows);
	page_blank(&page);
	page_text(&page, 0, "", "the worst cells first");
	sweep_print_worst(s, &page, rows);
	if (worst) {
		page_blank(&page);
		page_text(&page, 0, "", "Cell %05u ran on:", row->id);
		report_facts(&page, worst);
	}
	warnings(&page, rows, json_object_get(worst, "host"));
	hand_over(&page, s);
	json_decref(worst);
	return ferror(out) ? -EIO : 0;
}
