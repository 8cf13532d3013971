/* SPDX-License-Identifier: GPL-2.0-only */
/* See compare.h. */
#include "compare/compare.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "result/get.h"
#include "contract/record.h"
#include "sweep/cell_verdict.h"

bool comparison_counts(const struct sample *run)
{
	return verdict_counts(run->code);
}

/* The values of one side that are there. */
static unsigned gather(const struct comparison_row *row, enum side side, double *value,
		       uint64_t *fewest)
{
	unsigned n = 0;

	for (unsigned i = 0; i < row->cell->side[side].count && n < RANK_SAMPLES_MAX; i++) {
		uint64_t samples;
		double v = metric_value(row->metric, row->cell->side[side].run[i].result,
					row->group, &samples);

		if (isnan(v) || !comparison_counts(&row->cell->side[side].run[i]))
			continue;
		value[n++] = v;
		*fewest = MIN(*fewest, samples);
	}
	return n;
}

static bool is_all_zero(const double *value, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (value[i] != 0)
			return false;
	}
	return true;
}

static int fill(struct comparison_row *row)
{
	double value[SIDES][RANK_SAMPLES_MAX];
	int ret = 0;

	row->samples = UINT64_MAX;
	row->alone = row->p = (double)NAN;
	for (int side = 0; side < SIDES; side++)
		row->runs[side] = gather(row, side, value[side], &row->samples);
	/* What neither side did (moves, without a mover) is no row. */
	if (!row->runs[BASE] || !row->runs[NEW] ||
	    (is_all_zero(value[BASE], row->runs[BASE]) &&
	     is_all_zero(value[NEW], row->runs[NEW]))) {
		row->metric = NULL;
		return 0;
	}
	if (row->runs[BASE] > 1 && row->runs[NEW] > 1) {
		row->alone = row->p =
			rank_test(value[BASE], row->runs[BASE], value[NEW], row->runs[NEW]);
		ret = rank_shift(value[BASE], row->runs[BASE], value[NEW], row->runs[NEW],
				 COMPARE_CONFIDENCE, &row->shift);
	}
	for (int side = 0; side < SIDES; side++)
		row->median[side] = rank_median(value[side], row->runs[side]);
	return ret;
}

static int add(struct comparison *c, const struct cell_samples *cell, const struct metric *metric,
	       const char *group)
{
	struct comparison_row *more = realloc(c->row, (c->rows + 1) * sizeof(*more));
	int ret;

	if (!more)
		return -ENOMEM;
	c->row = more;
	more[c->rows] = (struct comparison_row){.cell = cell, .metric = metric, .group = group};
	ret = fill(&more[c->rows]);
	if (!ret && more[c->rows].metric)
		c->tests += !isnan(more[c->rows++].p);
	return ret;
}

static const json_t *any_result(const struct cell_samples *cell)
{
	for (unsigned i = 0; i < cell->side[BASE].count; i++) {
		if (cell->side[BASE].run[i].result)
			return cell->side[BASE].run[i].result;
	}
	return NULL;
}

static int add_cell(struct comparison *c, const struct cell_samples *cell)
{
	const json_t *groups = json_object_get(any_result(cell), "groups"), *group;
	int ret = 0;
	size_t i;

	json_array_foreach(groups, i, group) {
		for (unsigned m = 0; m < METRICS && is_faulter(group) && !ret; m++) {
			if (metrics[m].of_group)
				ret = add(c, cell, &metrics[m], get_text(group, "name"));
		}
	}
	for (unsigned m = 0; m < METRICS && !ret; m++) {
		if (!metrics[m].of_group)
			ret = add(c, cell, &metrics[m], "");
	}
	return ret;
}

static int adjust(struct comparison *c)
{
	double *p = malloc(MAX(c->tests, 1u) * sizeof(*p));
	unsigned n = 0;
	int ret;

	if (!p)
		return -ENOMEM;
	c->least_p = 1;
	for (unsigned i = 0; i < c->rows; i++) {
		const struct comparison_row *row = &c->row[i];

		if (isnan(row->p))
			continue;
		p[n++] = row->p;
		c->least_p = MIN(c->least_p,
				 c->tests * rank_test_least(row->runs[BASE], row->runs[NEW]));
	}
	ret = rank_holm(p, n);
	n = 0;
	for (unsigned i = 0; i < c->rows; i++) {
		if (!isnan(c->row[i].p))
			c->row[i].p = p[n++];
	}
	free(p);
	return ret;
}

int comparison_make(struct comparison *c, const struct samples *s)
{
	int ret = 0;

	memset(c, 0, sizeof(*c));
	c->samples = s;
	for (unsigned i = 0; i < s->cells && !ret; i++)
		ret = add_cell(c, &s->cell[i]);
	return ret ? ret : adjust(c);
}

void comparison_free(struct comparison *c)
{
	free(c->row);
	memset(c, 0, sizeof(*c));
}

double comparison_change(const struct comparison_row *row)
{
	double base = row->median[BASE];

	return base == 0 ? (double)NAN : 100 * (row->median[NEW] - base) / base;
}

bool comparison_is_significant(const struct comparison_row *row)
{
	return row->p < COMPARE_LEVEL;
}

bool comparison_is_better(const struct comparison_row *row)
{
	return (row->shift.shift > 0) == row->metric->more_is_better;
}

unsigned comparison_findings(const struct cell_samples *cell, enum side side, unsigned *runs)
{
	unsigned hits = 0;

	*runs = 0;
	for (unsigned i = 0; i < cell->side[side].count; i++) {
		const struct sample *run = &cell->side[side].run[i];

		hits += run->code == VERDICT_FAIL;
		*runs += comparison_counts(run);
	}
	return hits;
}

unsigned comparison_runs_needed(unsigned tests)
{
	unsigned n = 2;

	while (n < RANK_EXACT_MAX && tests * rank_test_least(n, n) >= COMPARE_LEVEL)
		n++;
	return n;
}
