/* SPDX-License-Identifier: GPL-2.0-only */
/* See rows.h. */
#include "sweep/rows.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "result/read.h"
#include "sweep/cell_verdict.h"

#define P999_SAMPLES 10000 /* with fewer there are not ten above it */

int sweep_code(const struct sweep *s)
{
	int worst = VERDICT_SKIP;

	for (unsigned i = 0; i < s->cells.count; i++) {
		const struct cell_log *log = &s->ledger.log[s->cells.id[i] - 1];

		if (cell_has_verdict(log) &&
		    verdict_gravity(cell_verdict(log)) > verdict_gravity(worst))
			worst = cell_verdict(log);
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

static json_t *group_essence(const json_t *group)
{
	const json_t *latency = json_object_get(group, "latency");
	json_t *o = json_object();

	json_object_set(o, "name", json_object_get(group, "name"));
	json_object_set(o, "worker", json_object_get(group, "worker"));
	json_object_set(o, "threads", json_object_get(group, "threads"));
	json_object_set(o, "storm", json_object_get(group, "storm"));
	json_object_set(o, "storm_plain", json_object_get(latency, "storm_plain"));
	json_object_set(o, "storm_fault", json_object_get(latency, "storm_fault"));
	json_object_set(o, "in_flight_max_ns", json_object_get(group, "in_flight_max_ns"));
	return o;
}

static json_t *essence(const json_t *result)
{
	static const char *const keys[] = {"started",	      "seed",	       "storm_ns",
					   "exposures",	      "event_counts",  "first_finding",
					   "gravest_finding", "storm_began_ns"};
	json_t *o = json_object(), *groups = json_array(), *group;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		json_object_set(o, keys[i], json_object_get(result, keys[i]));
	json_array_foreach(json_object_get(result, "groups"), i, group)
		json_array_append_new(groups, group_essence(group));
	json_object_set_new(o, "groups", groups);
	json_object_set(o, "vmstat", json_object_get(json_object_get(result, "vmstat"), "delta"));
	return o;
}

static void take_finding(struct sweep_row *row, const json_t *result)
{
	const json_t *first = json_object_get(result, "first_finding");
	const char *kind = json_string_value(
		json_object_get(json_object_get(result, "gravest_finding"), "kind"));

	/* Before the storm, and where it never began, is no later than at its beginning. */
	if (json_is_object(first))
		row->first_ns = number(result, "storm_began_ns") > 0
					? fmax(0, number(first, "when_ns") -
							  number(result, "storm_began_ns"))
					: 0;
	snprintf(row->kind, sizeof(row->kind), "%s", kind ? kind : "");
}

static void take_numbers(struct sweep_row *row, const json_t *result)
{
	const json_t *reached = json_object_get(result, "exposures");
	double seconds = number(result, "storm_ns") / NSEC_PER_SEC;
	json_t *group;
	size_t i;

	/* A storm that never began has no rates. */
	if (!(seconds > 0))
		seconds = (double)NAN;
	json_array_foreach(json_object_get(result, "groups"), i, group) {
		const json_t *fault =
			json_object_get(json_object_get(group, "latency"), "storm_fault");

		if (number(fault, "count") >= P999_SAMPLES)
			row->p999_ns = greater(row->p999_ns, number(fault, "p999_ns"));
		if (number(fault, "count") > 0)
			row->max_ns = greater(row->max_ns, number(fault, "max_ns"));
	}
	row->splits = number(json_object_get(reached, "folio_splits"), "reached") / seconds;
	row->moved = number(json_object_get(reached, "thp_moved"), "reached") / seconds;
}

/* A cell without a result (it was lost, or refused) has no numbers. */
static void read_row(const struct sweep *s, struct sweep_row *row)
{
	char path[PATH_MAX], cell[64];
	struct error err;
	json_t *result;

	row->p999_ns = row->max_ns = row->splits = row->moved = row->first_ns = (double)NAN;
	if (row->log->state != CELL_SEALED || !row->log->size)
		return;
	snprintf(path, sizeof(path), "%s/%s", s->dir,
		 sweep_cell_directory(row->id, row->log->tries, cell, sizeof(cell)));
	result = result_read_record(path, &err);
	if (!result) {
		row->damage = strdup(err.text);
		return;
	}
	take_numbers(row, result);
	take_finding(row, result);
	row->essence = essence(result);
	json_decref(result);
}

int sweep_rows_read(const struct sweep *s, struct sweep_rows *rows)
{
	*rows = (struct sweep_rows){.row = calloc(s->cells.count, sizeof(*rows->row))};
	if (!rows->row)
		return -ENOMEM;
	for (unsigned i = 0; i < s->cells.count; i++) {
		uint32_t id = s->cells.id[i];
		struct sweep_row *row = &rows->row[rows->count];

		if (!cell_has_verdict(&s->ledger.log[id - 1]))
			continue;
		row->id = id;
		row->log = &s->ledger.log[id - 1];
		rows->sealed += row->log->state == CELL_SEALED;
		read_row(s, row);
		rows->damaged += row->damage != NULL;
		rows->count++;
	}
	return 0;
}

int sweep_rows_open(struct sweep *s, const char *dir, struct sweep_rows *rows, struct error *err)
{
	int ret;

	memset(rows, 0, sizeof(*rows));
	sweep_init(s);
	ret = sweep_read(s, dir, err);
	if (!ret && sweep_rows_read(s, rows))
		ret = error_set(err, ENOMEM, "no memory for the cells of %s", dir);
	return ret;
}

void sweep_rows_free(struct sweep_rows *rows)
{
	for (unsigned i = 0; i < rows->count; i++) {
		json_decref(rows->row[i].essence);
		free(rows->row[i].damage);
	}
	free(rows->row);
	*rows = (struct sweep_rows){.row = NULL};
}

static int by_harm(const void *a, const void *b)
{
	const struct sweep_row *x = a, *y = b;
	unsigned gx = verdict_gravity(cell_verdict(x->log)) + 10 * x->log->lost;
	unsigned gy = verdict_gravity(cell_verdict(y->log)) + 10 * y->log->lost;

	if (gx != gy)
		return gx < gy ? 1 : -1;
	if (isnan(x->max_ns) || isnan(y->max_ns))
		return isnan(x->max_ns) - isnan(y->max_ns);
	if (x->max_ns != y->max_ns)
		return x->max_ns < y->max_ns ? 1 : -1;
	return x->id < y->id ? -1 : 1;
}

void sweep_rows_sort(struct sweep_rows *rows)
{
	qsort(rows->row, rows->count, sizeof(*rows->row), by_harm);
}
