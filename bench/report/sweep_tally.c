/* SPDX-License-Identifier: GPL-2.0-only */
/* See sweep_tally.h. */
#include "report/sweep_tally.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "statistics/rank.h"
#include "sweep/cell_verdict.h"

struct sample {
	double *value;
	unsigned count;
};

static void add(struct sample *s, double value)
{
	if (!isnan(value))
		s->value[s->count++] = value;
}

static double median(struct sample *s)
{
	return rank_median(s->value, s->count);
}

/* Whether its figures are taken. */
static bool count(struct tally *t, const struct sweep_row *row)
{
	t->cells++;
	t->lost += row->log->lost != 0;
	if (!verdict_counts(cell_verdict(row->log)))
		return false;
	t->runs++;
	t->hits += cell_verdict(row->log) == VERDICT_FAIL;
	if (!cell_figures_count(row->log))
		return false;
	if (!isnan(row->max_ns) && !(t->max_ns >= row->max_ns))
		t->max_ns = row->max_ns;
	if (!isnan(row->max_ns) && !(t->least_ns <= row->max_ns))
		t->least_ns = row->max_ns;
	return true;
}

enum { P999, FIRST, SPLITS, MOVED, SAMPLES };

int tally_take(const struct sweep *s, const struct sweep_rows *rows, unsigned axis, unsigned value,
	       struct tally *t)
{
	double *values = calloc(SAMPLES * (size_t)(rows->count + 1), sizeof(*values));
	struct sample sample[SAMPLES];

	*t = (struct tally){.max_ns = (double)NAN, .least_ns = (double)NAN};
	if (!values)
		return -ENOMEM;
	for (unsigned i = 0; i < SAMPLES; i++)
		sample[i] = (struct sample){.value = values + i * (rows->count + 1)};
	for (unsigned i = 0; i < rows->count; i++) {
		const struct sweep_row *row = &rows->row[i];

		if (axis != TALLY_ALL && cells_value(&s->cells, row->id, axis) != value)
			continue;
		if (!count(t, row))
			continue;
		add(&sample[P999], row->p999_ns);
		add(&sample[FIRST], row->first_ns);
		add(&sample[SPLITS], row->splits);
		add(&sample[MOVED], row->moved);
	}
	t->p999_ns = median(&sample[P999]);
	t->first_ns = median(&sample[FIRST]);
	t->splits = median(&sample[SPLITS]);
	t->moved = median(&sample[MOVED]);
	free(values);
	return 0;
}
