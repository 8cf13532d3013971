/* SPDX-License-Identifier: GPL-2.0-only */
/* What a sweep found: the table of its cells, and on the terminal the worst of them first. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "result/file.h"
#include "base/plural.h"
#include "words/shell_word.h"
#include "sweep/cell_verdict.h"
#include "sweep/show.h"
#include "words/units.h"

#define WORST_SHOWN 10
#define REASON_FROM 15 /* column */

void sweep_print_worst(const struct sweep *s, const struct page *p, const struct sweep_rows *rows)
{
	const struct sweep_row *row = rows->row;
	char name[CELLS_NAME_MAX], reason[CELL_REASON_MAX], max[UNITS_MAX], p999[UNITS_MAX];

	for (unsigned i = 0; i < MIN(rows->count, (unsigned)WORST_SHOWN); i++) {
		const struct cell_log *log = row[i].log;
		bool timed = !isnan(row[i].max_ns), told = !isnan(row[i].p999_ns);

		page_text(p, REASON_FROM, verdict_name((enum verdict)cell_verdict(log)),
			  "%05u  %s%s%s%s%s", row[i].id,
			  cells_name(&s->cells, row[i].id, name, sizeof(name)),
			  timed ? "  max " : "",
			  timed ? units_ns(max, (uint64_t)row[i].max_ns) : "",
			  told ? "  p99.9 " : "",
			  told ? units_ns(p999, (uint64_t)row[i].p999_ns) : "");
		if (cell_verdict(log) != VERDICT_PASS)
			page_text(p, REASON_FROM, "", "%s",
				  cell_reason(log, reason, sizeof(reason)));
	}
	if (rows->count > WORST_SHOWN)
		page_text(p, REASON_FROM, "", "and %u more in cells.tsv",
			  rows->count - WORST_SHOWN);
}

void sweep_print_counts(const struct page *p, const struct sweep_rows *rows)
{
	static const int codes[] = {VERDICT_FAIL, VERDICT_BROKEN, VERDICT_NOT_EXERCISED,
				    VERDICT_PASS, VERDICT_SKIP};

	fprintf(p->out, "%u cell%s:", rows->count, plural(rows->count));
	for (unsigned c = 0; c < ARRAY_SIZE(codes); c++) {
		unsigned n = 0;

		for (unsigned i = 0; i < rows->count; i++)
			n += cell_verdict(rows->row[i].log) == codes[c];
		if (n)
			fprintf(p->out, " %u %s", n, verdict_name((enum verdict)codes[c]));
	}
	fprintf(p->out, "\n");
}

void sweep_print_gaps(const struct page *p, const struct sweep_rows *rows)
{
	unsigned gap_max = 0, gaps = 0;
	uint64_t gap_sum = 0;

	for (unsigned i = 0; i < rows->count; i++) {
		unsigned gap = rows->row[i].log->gap_ms;

		gap_max = MAX(gap_max, gap);
		gap_sum += gap;
		gaps += gap != 0;
	}
	if (gaps)
		fprintf(p->out,
			"between cells, from the end of one storm to the set-up of the next: mean %llu ms, at most %u ms\n",
			(unsigned long long)(gap_sum / gaps), gap_max);
}

static void write_number(FILE *out, double value, double unit)
{
	if (isnan(value))
		fprintf(out, "\tNaN");
	else
		fprintf(out, "\t%.3f", value / unit);
}

static void write_row(const struct sweep *s, FILE *out, const struct sweep_row *row)
{
	const struct cell_log *log = row->log;
	char reason[CELL_REASON_MAX];

	fprintf(out, "%05u\t%u", row->id, cells_repeat(&s->cells, row->id) + 1);
	for (unsigned a = 0; a < s->axes.axes; a++)
		fprintf(out, "\t%s", s->axes.axis[a].value[cells_value(&s->cells, row->id, a)]);
	fprintf(out, "\t%s\t%u\t%u", verdict_name((enum verdict)cell_verdict(log)), log->tries,
		log->lost);
	write_number(out, row->p999_ns, NSEC_PER_USEC);
	write_number(out, row->max_ns, NSEC_PER_USEC);
	write_number(out, row->splits, 1);
	write_number(out, row->moved, 1);
	fprintf(out, "\t%u\t%u\t%s\n", log->run_ms, log->gap_ms,
		cell_reason(log, reason, sizeof(reason)));
}

void sweep_write_tsv(const struct sweep *s, FILE *out, const struct sweep_rows *rows)
{
	fprintf(out, "cell\trepeat");
	for (unsigned a = 0; a < s->axes.axes; a++)
		fprintf(out, "\t%s", s->axes.axis[a].key);
	fprintf(out,
		"\tverdict\ttries\tlost\tp999_us\tmax_us\tfolio_splits_per_s\tthp_moved_per_s\t"
		"run_ms\tgap_ms\treason\n");
	for (unsigned i = 0; i < rows->count; i++)
		write_row(s, out, &rows->row[i]);
}

int sweep_write_table(const struct sweep *s, struct error *err)
{
	struct sweep_rows rows;
	char *text = NULL;
	size_t len = 0;
	int ret = sweep_rows_read(s, &rows);
	FILE *out = ret ? NULL : open_memstream(&text, &len);

	if (out) {
		sweep_write_tsv(s, out, &rows);
		ret = fclose(out) ? -ENOMEM
				  : result_file_write(s->dirfd, "cells.tsv", text, len, true);
	}
	free(text);
	sweep_rows_free(&rows);
	return ret ? error_errno(err, -ret, "cannot write %s/cells.tsv", s->dir) : 0;
}
