/* SPDX-License-Identifier: GPL-2.0-only */
/* See gate.h. */
#include "compare/gate.h"
#include "base/plural.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static const struct limit *limit_of(const struct comparison_row *row, const struct limit *limit,
				    unsigned limits)
{
	for (unsigned i = 0; i < limits; i++) {
		if (limit[i].metric == row->metric)
			return &limit[i];
	}
	return NULL;
}

/* A finding in a cell that had none. */
static bool finding_came(const struct comparison *c)
{
	unsigned runs;

	for (unsigned i = 0; i < c->samples->cells; i++) {
		if (!comparison_findings(&c->samples->cell[i], BASE, &runs) &&
		    comparison_findings(&c->samples->cell[i], NEW, &runs))
			return true;
	}
	return false;
}

static bool is_measured(const struct comparison *c, const struct limit *limit)
{
	for (unsigned i = 0; i < c->rows; i++) {
		if (c->row[i].metric == limit->metric && !isnan(c->row[i].alone))
			return true;
	}
	return false;
}

static bool is_beyond(const struct comparison_row *row, double p, const struct limit *limit)
{
	/* From nothing to something is beyond every share of it. */
	return p < COMPARE_LEVEL && !comparison_is_better(row) &&
	       !(fabs(comparison_change(row)) <= limit->percent);
}

/* The judged rows and their p values, adjusted. How many. */
static unsigned judged_rows(const struct comparison *c, const struct limit *limit, unsigned limits,
			    const struct comparison_row **row, double *p)
{
	unsigned n = 0;

	for (unsigned i = 0; i < c->rows; i++) {
		if (isnan(c->row[i].alone) || !limit_of(&c->row[i], limit, limits))
			continue;
		row[n] = &c->row[i];
		p[n++] = c->row[i].alone;
	}
	return rank_holm(p, n) ? 0 : n;
}

static bool can_be_significant(const struct comparison_row *const *row, unsigned n,
			       struct error *why)
{
	double least = 1;

	for (unsigned i = 0; i < n; i++)
		least = MIN(least, n * rank_test_least(row[i]->runs[BASE], row[i]->runs[NEW]));
	if (least < COMPARE_LEVEL)
		return true;
	error_set(
		why, EINVAL,
		"--fail-above: too few runs: the smallest possible p for %u row%s is %.2g; %u runs a side are enough",
		n, plural(n), MIN(least, 1), comparison_runs_needed(n));
	return false;
}

static enum gate judge(const struct comparison *c, const struct limit *limit, unsigned limits,
		       const struct comparison_row **row, double *p, struct error *why)
{
	unsigned n = judged_rows(c, limit, limits, row, p);

	for (unsigned i = 0; i < n; i++) {
		if (is_beyond(row[i], p[i], limit_of(row[i], limit, limits)))
			return GATE_FAILS;
	}
	for (unsigned i = 0; i < limits; i++) {
		if (is_measured(c, &limit[i]))
			continue;
		error_set(why, ENODATA,
			  "--fail-above %s: not measured by two runs or more of each side",
			  limit[i].metric->name);
		return GATE_CANNOT_TELL;
	}
	return can_be_significant(row, n, why) ? GATE_HOLDS : GATE_CANNOT_TELL;
}

enum gate gate_judge(const struct comparison *c, const struct limit *limit, unsigned limits,
		     struct error *why)
{
	const struct comparison_row **row = calloc(c->rows + 1, sizeof(struct comparison_row *));
	double *p = calloc(c->rows + 1, sizeof(*p));
	enum gate ret = GATE_CANNOT_TELL;

	if (finding_came(c))
		ret = GATE_FAILS;
	else if (!row || !p)
		error_set(why, ENOMEM, "no memory for the comparison");
	else
		ret = judge(c, limit, limits, row, p, why);
	free(row);
	free(p);
	return ret;
}
