/* SPDX-License-Identifier: GPL-2.0-only */
/* What a sweep found: the table of its cells, and on the terminal the worst of them first. */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"
#include "result.h"
#include "result_file.h"
#include "sweep/sweep_show.h"
#include "units.h"

#define WORST_SHOWN 10

struct row {
	uint32_t id;
	const struct cell_log *log;
	/* The slowest group's, of faults in the storm; NaN: no such fault. */
	double p999_ns, max_ns;
	double splits, moved; /* per second of storm; NaN: not counted */
};

static unsigned gravity(int code)
{
	static const int order[] = {VERDICT_SKIP, VERDICT_PASS, VERDICT_NOT_EXERCISED,
				    VERDICT_BROKEN, VERDICT_FAIL};

	for (unsigned i = 0; i < ARRAY_SIZE(order); i++) {
		if (order[i] == code)
			return i;
	}
	return 3;
}

int sweep_code(const struct sweep *s)
{
	int worst = VERDICT_SKIP;

	for (unsigned i = 0; i < s->cells.count; i++) {
		const struct cell_log *log = &s->journal.log[s->cells.id[i] - 1];

		if (log->lost)
			return VERDICT_FAIL;
		if (log->state == CELL_SEALED && gravity(log->code) > gravity(worst))
			worst = log->code;
	}
	return worst;
}

static double number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static double greater(double a, double b)
{
	return isnan(a) || b > a ? b : a;
}

/* A cell without a result (it was lost, or refused) has no numbers. */
static void read_numbers(const struct sweep *s, struct row *row)
{
	char path[PATH_MAX], cell[64];
	json_t *result, *group, *delta;
	double seconds;
	size_t i;

	row->p999_ns = row->max_ns = row->splits = row->moved = (double)NAN;
	if (!row->log->size)
		return;
	snprintf(path, sizeof(path), "%s/%s/result.json", s->dir,
		 sweep_cell_directory(row->id, row->log->tries, cell, sizeof(cell)));
	result = json_load_file(path, 0, NULL);
	json_array_foreach(json_object_get(result, "groups"), i, group) {
		const json_t *fault =
			json_object_get(json_object_get(group, "latency"), "storm_fault");

		/* Without a thousand faults there is no such percentile. */
		if (number(fault, "count") >= 1000)
			row->p999_ns = greater(row->p999_ns, number(fault, "p999_ns"));
		if (number(fault, "count") > 0)
			row->max_ns = greater(row->max_ns, number(fault, "max_ns"));
	}
	delta = json_object_get(json_object_get(result, "vmstat"), "delta");
	seconds = number(result, "storm_ns") / NSEC_PER_SEC;
	row->splits = number(delta, "thp_split_page") / seconds;
	row->moved = number(delta, "thp_migration_success") / seconds;
	json_decref(result);
}

static int by_harm(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	unsigned gx = gravity(x->log->code) + 10 * x->log->lost;
	unsigned gy = gravity(y->log->code) + 10 * y->log->lost;

	if (gx != gy)
		return gx < gy ? 1 : -1;
	if (isnan(x->max_ns) || isnan(y->max_ns))
		return isnan(x->max_ns) - isnan(y->max_ns);
	return x->max_ns == y->max_ns ? 0 : x->max_ns < y->max_ns ? 1 : -1;
}

static struct row *read_rows(const struct sweep *s, unsigned *rows)
{
	struct row *row = calloc(s->cells.count, sizeof(*row));

	*rows = 0;
	for (unsigned i = 0; row && i < s->cells.count; i++) {
		uint32_t id = s->cells.id[i];

		if (s->journal.log[id - 1].state != CELL_SEALED)
			continue;
		row[*rows] = (struct row){.id = id, .log = &s->journal.log[id - 1]};
		read_numbers(s, &row[(*rows)++]);
	}
	return row;
}

static void print_worst(const struct sweep *s, const struct page *p, const struct row *row,
			unsigned rows)
{
	char name[CELLS_NAME_MAX], max[UNITS_MAX], p999[UNITS_MAX];

	for (unsigned i = 0; i < MIN(rows, (unsigned)WORST_SHOWN); i++) {
		const struct cell_log *log = row[i].log;
		bool timed = !isnan(row[i].max_ns), told = !isnan(row[i].p999_ns);

		page_text(p, 15, verdict_name((enum verdict)log->code), "%05u  %s%s%s%s%s",
			  row[i].id, cells_name(&s->cells, row[i].id, name, sizeof(name)),
			  timed ? "  max " : "",
			  timed ? units_ns(max, (uint64_t)row[i].max_ns) : "",
			  told ? "  p99.9 " : "",
			  told ? units_ns(p999, (uint64_t)row[i].p999_ns) : "");
		if (log->lost)
			page_text(p, 15, "", "machine lost %u time%s", log->lost,
				  log->lost == 1 ? "" : "s");
		if (log->code != VERDICT_PASS)
			page_text(p, 15, "", "%s", log->reason);
	}
	if (rows > WORST_SHOWN)
		page_text(p, 15, "", "and %u more in cells.tsv", rows - WORST_SHOWN);
}

static void print_counts(const struct sweep *s, const struct page *p, const struct row *row,
			 unsigned rows)
{
	unsigned codes[] = {VERDICT_FAIL, VERDICT_BROKEN, VERDICT_NOT_EXERCISED, VERDICT_PASS,
			    VERDICT_SKIP};
	unsigned gap_max = 0, gaps = 0;
	uint64_t gap_sum = 0;

	fprintf(p->out, "%u cells:", rows);
	for (unsigned c = 0; c < ARRAY_SIZE(codes); c++) {
		unsigned n = 0;

		for (unsigned i = 0; i < rows; i++)
			n += row[i].log->code == (int)codes[c];
		if (n)
			fprintf(p->out, " %u %s", n, verdict_name((enum verdict)codes[c]));
	}
	for (unsigned i = 0; i < rows; i++) {
		gap_max = MAX(gap_max, row[i].log->gap_ms);
		gap_sum += row[i].log->gap_ms;
		gaps += row[i].log->gap_ms != 0;
	}
	fprintf(p->out, "\n");
	if (gaps)
		fprintf(p->out,
			"between cells, from the end of one storm to the set-up of the next: mean "
			"%llu ms, at most %u ms\n",
			(unsigned long long)(gap_sum / gaps), gap_max);
	fprintf(p->out, "result      %s\n", s->dir);
}

void sweep_print_summary(const struct sweep *s, FILE *out)
{
	const struct page page = {.out = out, .columns = 80};
	unsigned rows;
	struct row *row = read_rows(s, &rows);

	if (!row)
		return;
	qsort(row, rows, sizeof(*row), by_harm);
	fprintf(out, "thpstorm " THPSTORM_VERSION " sweep: %s  (%s)\nthe worst cells first:\n",
		verdict_name((enum verdict)sweep_code(s)), s->plan.config);
	print_worst(s, &page, row, rows);
	page_blank(&page);
	print_counts(s, &page, row, rows);
	free(row);
}

static void write_number(FILE *out, double value, double unit)
{
	if (isnan(value))
		fprintf(out, "\tNaN");
	else
		fprintf(out, "\t%.3f", value / unit);
}

static void write_rows(const struct sweep *s, FILE *out, const struct row *row, unsigned rows)
{
	fprintf(out, "cell\trepeat");
	for (unsigned a = 0; a < s->axes.axes; a++)
		fprintf(out, "\t%s", s->axes.axis[a].key);
	fprintf(out,
		"\tverdict\ttries\tlost\tp999_us\tmax_us\tfolio_splits_per_s\tthp_moved_per_s\t"
		"run_ms\tgap_ms\treason\n");
	for (unsigned i = 0; i < rows; i++) {
		const struct cell_log *log = row[i].log;

		fprintf(out, "%05u\t%u", row[i].id, cells_repeat(&s->cells, row[i].id) + 1);
		for (unsigned a = 0; a < s->axes.axes; a++)
			fprintf(out, "\t%s",
				s->axes.axis[a].value[cells_value(&s->cells, row[i].id, a)]);
		fprintf(out, "\t%s\t%u\t%u", verdict_name((enum verdict)log->code), log->tries,
			log->lost);
		write_number(out, row[i].p999_ns, NSEC_PER_USEC);
		write_number(out, row[i].max_ns, NSEC_PER_USEC);
		write_number(out, row[i].splits, 1);
		write_number(out, row[i].moved, 1);
		fprintf(out, "\t%u\t%u\t%s\n", log->run_ms, log->gap_ms, log->reason);
	}
}

int sweep_write_table(const struct sweep *s, struct error *err)
{
	unsigned rows;
	struct row *row = read_rows(s, &rows);
	char *text = NULL;
	size_t len = 0;
	FILE *out = row ? open_memstream(&text, &len) : NULL;
	int ret = -ENOMEM;

	if (out) {
		write_rows(s, out, row, rows);
		if (!fclose(out))
			ret = result_file_write(s->dirfd, "cells.tsv", text, len, true);
	}
	free(text);
	free(row);
	return ret ? error_errno(err, -ret, "cannot write %s/cells.tsv", s->dir) : 0;
}
