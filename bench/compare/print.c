/* SPDX-License-Identifier: GPL-2.0-only */
/* A comparison as a table in the form that mmtests made familiar, and as tab-separated values. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "compare/compare.h"

#include "base/plural.h"
#include "contract/record.h"
#include "result/get.h"
#include "statistics/proportion.h"
#include "words/units.h"

#define INDENT	   COMPARE_INDENT
#define LABEL_MAX  64
#define NUMBER_MAX 24

static const char *kernel_of(const json_t *host, char *buf, size_t size)
{
	snprintf(buf, size, "%s %s, preempt %s", get_text(host, "release"),
		 get_text(host, "uname_version"),
		 get_text(json_object_get(host, "preempt"), "model"));
	return buf;
}

static const char *machine_of(const json_t *host, char *buf, size_t size)
{
	size_t nodes = json_array_size(json_object_get(json_object_get(host, "topology"), "nodes"));
	const char *hypervisor = get_hypervisor(host);
	uint64_t cpus = get_count_0(host, "cpus_online");

	snprintf(buf, size, "%s, %" PRIu64 " CPU%s, %zu node%s, %s%s", get_text(host, "cpu_model"),
		 cpus, plural(cpus), nodes, plural(nodes), *hypervisor ? "virtual: " : "bare metal",
		 hypervisor);
	return buf;
}

/* One line where both sides have the same, else one for each. */
static void both(const struct page *p, const struct comparison *c, const char *label,
		 const char *(*of)(const json_t *, char *, size_t), const char *warning)
{
	char text[SIDES][512];

	for (int side = 0; side < SIDES; side++)
		of(json_object_get(c->samples->first[side], "host"), text[side],
		   sizeof(text[side]));
	if (!strcmp(text[BASE], text[NEW])) {
		page_text(p, INDENT, label, "%s", text[BASE]);
		return;
	}
	page_text(p, INDENT, label, "base: %s", text[BASE]);
	page_text(p, INDENT, "", "new:  %s%s", text[NEW], warning);
}

static void head(const struct page *p, const struct comparison *c)
{
	page_text(p, 0, "", "thpstorm " THPSTORM_VERSION ": comparison");
	page_blank(p);
	both(p, c, "kernel", kernel_of, "");
	both(p, c, "machine", machine_of, ": another machine, its times are not comparable");
	comparison_print_plans(p, c);
}

static void findings(const struct page *p, const struct cell_samples *cell)
{
	unsigned runs[SIDES], hits[SIDES];
	char text[SIDES][PROPORTION_TEXT_MAX];
	const char *what;

	for (int side = 0; side < SIDES; side++) {
		hits[side] = comparison_findings(cell, side, &runs[side]);
		proportion_text(hits[side], runs[side], text[side], sizeof(text[side]));
	}
	if (!hits[BASE] && !hits[NEW])
		return;
	what = !hits[BASE] ? "came" : !hits[NEW] ? "gone" : "on both sides";
	page_text(p, 2 + INDENT, "  findings", "%s: base %s; new %s", what, text[BASE], text[NEW]);
}

static void one_sided(const struct page *p, const struct cell_samples *cell)
{
	if (!cell->side[NEW].count)
		page_text(p, 2 + INDENT, "  only in", "base");
	else if (!cell->side[BASE].count)
		page_text(p, 2 + INDENT, "  only in", "new");
}

/* "2 of 5 (NOT EXERCISED, SKIP)"; false: none was. */
static bool left_out_of(const struct cell_samples *cell, enum side side, char *buf, size_t size)
{
	static const enum verdict verdicts[] = {VERDICT_BROKEN, VERDICT_NOT_EXERCISED,
						VERDICT_SKIP};
	unsigned runs = cell->side[side].count, counted = 0;
	char why[64] = "";

	for (unsigned i = 0; i < runs; i++)
		counted += comparison_counts(&cell->side[side].run[i]);
	for (size_t v = 0; v < ARRAY_SIZE(verdicts); v++) {
		for (unsigned i = 0; i < runs; i++) {
			if (cell->side[side].run[i].code != (int)verdicts[v])
				continue;
			snprintf(why + strlen(why), sizeof(why) - strlen(why), "%s%s",
				 *why ? ", " : "", verdict_name(verdicts[v]));
			break;
		}
	}
	snprintf(buf, size, "%u of %u%s%s%s", runs - counted, runs, *why ? " (" : "", why,
		 *why ? ")" : "");
	return counted < runs;
}

/* Runs whose storm was not what the config declares: their numbers are not compared. */
static void left_out(const struct page *p, const struct cell_samples *cell)
{
	char base[96], new[96];
	bool any = left_out_of(cell, BASE, base, sizeof(base));

	any |= left_out_of(cell, NEW, new, sizeof(new));
	if (any)
		page_text(p, 2 + INDENT, "  left out", "runs without PASS or FAIL: base %s; new %s",
			  base, new);
}

static void label_of(const struct comparison_row *row, char *buf)
{
	snprintf(buf, LABEL_MAX, "%s%s%s", row->group, *row->group ? " " : "", row->metric->name);
}

static const char *word_of(const struct comparison_row *row)
{
	if (!comparison_is_significant(row))
		return "";
	return comparison_is_better(row) ? "better" : "worse";
}

/* Never wider than its column: beyond some thousand per cent a factor says it better. */
static void format_change(double percent, char buf[NUMBER_MAX])
{
	if (isnan(percent))
		snprintf(buf, NUMBER_MAX, "-");
	else if (percent < 999.95)
		snprintf(buf, NUMBER_MAX, "%+.1f %%", percent);
	else if (percent < 99999.5)
		snprintf(buf, NUMBER_MAX, "%+.0f %%", percent);
	else
		snprintf(buf, NUMBER_MAX, "x %.3g", 1 + percent / 100);
}

static void print_row(const struct page *p, const struct comparison_row *row)
{
	char label[LABEL_MAX], base[NUMBER_MAX], now[NUMBER_MAX], change[NUMBER_MAX];
	char low[NUMBER_MAX], high[NUMBER_MAX], shift[3 * NUMBER_MAX] = "", runs[NUMBER_MAX];
	char sign[NUMBER_MAX] = "", samples[UNITS_MAX] = "";

	label_of(row, label);
	metric_format(row->metric, row->median[BASE], false, base, sizeof(base));
	metric_format(row->metric, row->median[NEW], false, now, sizeof(now));
	format_change(comparison_change(row), change);
	if (!isnan(row->p)) {
		metric_format(row->metric, row->shift.low, true, low, sizeof(low));
		metric_format(row->metric, row->shift.high, true, high, sizeof(high));
		snprintf(sign, sizeof(sign), "%.3f", row->p);
		if (row->shift.covered)
			snprintf(shift, sizeof(shift), "%s to %s", low, high);
	}
	if (row->metric->of_group && row->samples != UINT64_MAX && row->samples)
		units_rate(samples, (double)row->samples);
	snprintf(runs, sizeof(runs), "%u+%u", row->runs[BASE], row->runs[NEW]);
	page_label(p, 2, 25, label);
	fprintf(p->out, "%8s %8s %8s%-1s %-6s %-20s %5s %5s %7s\n", base, now, change,
		comparison_is_significant(row) ? "*" : "", word_of(row), shift, sign, runs,
		samples);
}

static void print_cell(const struct page *p, const struct comparison *c,
		       const struct cell_samples *cell)
{
	bool first = true;

	page_blank(p);
	if (*cell->key)
		page_text(p, 0, "", "%s", cell->key);
	one_sided(p, cell);
	findings(p, cell);
	left_out(p, cell);
	for (unsigned i = 0; i < c->rows; i++) {
		if (c->row[i].cell != cell)
			continue;
		if (first) {
			page_label(p, 2, 25, "median of the runs");
			fprintf(p->out, "%8s %8s %8s  %-6s %-20s %5s %5s %7s\n", "base", "new",
				"change", "", "shift, 95 % interval", "p", "runs", "faults");
			first = false;
		}
		print_row(p, &c->row[i]);
	}
}

static void statement(const struct page *p, const struct comparison *c)
{
	unsigned significant = 0;

	for (unsigned i = 0; i < c->rows; i++)
		significant += comparison_is_significant(&c->row[i]);
	page_blank(p);
	if (!c->rows) {
		page_text(p, 0, "", "Nothing is compared: no number was measured on both sides.");
		return;
	}
	if (!c->tests) {
		page_text(
			p, 0, "",
			"With one run on a side no statement is possible: a difference may be chance. Repeat the runs, alternating: compare BASE1 NEW1 BASE2 NEW2 ...");
		return;
	}
	page_text(
		p, 0, "",
		"%u of %u row%s significantly (*): Mann-Whitney, two-sided, p below %g after Holm's correction for %u comparison%s. The shift is Hodges and Lehmann's, new less base.",
		significant, c->rows, plural_word(c->rows, " differs", "s differ"), COMPARE_LEVEL,
		c->tests, plural(c->tests));
	if (c->least_p >= COMPARE_LEVEL)
		page_text(
			p, 0, "",
			"Too few runs to be significant: the smallest possible p for %u comparison%s is %.2g; %u runs a side are enough.",
			c->tests, plural(c->tests), MIN(c->least_p, 1),
			comparison_runs_needed(c->tests));
}

void comparison_print(const struct comparison *c, FILE *out)
{
	const struct page page = {.out = out, .columns = COMPARE_COLUMNS};

	head(&page, c);
	for (unsigned i = 0; i < c->samples->cells; i++)
		print_cell(&page, c, &c->samples->cell[i]);
	statement(&page, c);
}

void comparison_print_tsv(const struct comparison *c, FILE *out)
{
	fputs("cell\tgroup\tmetric\tbase\tnew\tchange_percent\tp_adjusted\tshift\tlow\thigh\t"
	      "runs_base\truns_new\n",
	      out);
	for (unsigned i = 0; i < c->rows; i++) {
		const struct comparison_row *row = &c->row[i];

		fprintf(out, "%s\t%s\t%s\t%.9g\t%.9g\t%.4g\t%.6g\t%.9g\t%.9g\t%.9g\t%u\t%u\n",
			row->cell->key, row->group, row->metric->name, row->median[BASE],
			row->median[NEW], comparison_change(row), row->p, row->shift.shift,
			row->shift.low, row->shift.high, row->runs[BASE], row->runs[NEW]);
	}
}
