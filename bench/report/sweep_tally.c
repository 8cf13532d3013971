/* SPDX-License-Identifier: GPL-2.0-only */
/* See sweep_tally.h. */
#include "report/sweep_tally.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

struct sample {
	double *value;
	unsigned count;
};

static void add(struct sample *s, double value)
{
	if (!isnan(value))
		s->value[s->count++] = value;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(struct sample *s)
{
	unsigned middle = s->count / 2;

	if (!s->count)
		return (double)NAN;
	qsort(s->value, s->count, sizeof(*s->value), ascending);
	return s->count % 2 ? s->value[middle] : (s->value[middle - 1] + s->value[middle]) / 2;
}

static void count(struct tally *t, const struct sweep_row *row)
{
	bool hit = row->log->code == VERDICT_FAIL;

	t->cells++;
	t->runs += hit || row->log->code == VERDICT_PASS;
	t->hits += hit;
	t->lost += row->log->lost != 0;
	if (!isnan(row->max_ns) && !(t->max_ns >= row->max_ns))
		t->max_ns = row->max_ns;
}

int tally_take(const struct sweep *s, const struct sweep_rows *rows, unsigned axis, unsigned value,
	       struct tally *t)
{
	struct sample p999 = {.value = calloc(rows->count + 1, sizeof(double))};
	struct sample first = {.value = calloc(rows->count + 1, sizeof(double))};
	int ret = p999.value && first.value ? 0 : -ENOMEM;

	*t = (struct tally){.max_ns = (double)NAN};
	for (unsigned i = 0; i < rows->count && !ret; i++) {
		const struct sweep_row *row = &rows->row[i];

		if (axis != TALLY_ALL && cells_value(&s->cells, row->id, axis) != value)
			continue;
		count(t, row);
		add(&p999, row->p999_ns);
		add(&first, row->first_ns);
	}
	t->p999_ns = ret ? (double)NAN : median(&p999);
	t->first_ns = ret ? (double)NAN : median(&first);
	free(p999.value);
	free(first.value);
	return ret;
}
