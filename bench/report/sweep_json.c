/* SPDX-License-Identifier: GPL-2.0-only */
/* A sweep as one JSON object: what it is, and the essence of each cell that has a verdict. */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "report/formats.h"
#include "report/parts.h"
#include "report/sweep_tally.h"
#include "result/format.h"
#include "result/json_value.h"
#include "statistics/proportion.h"
#include "sweep/cell_verdict.h"

static json_t *axes_json(const struct sweep *s)
{
	json_t *all = json_array();

	for (unsigned a = 0; a < s->axes.axes; a++) {
		const struct sweep_axis *axis = &s->axes.axis[a];
		json_t *o = json_object(), *values = json_array();

		for (unsigned v = 0; v < axis->values; v++)
			json_array_append_new(values, result_text_json(axis->value[v]));
		put_text(o, "key", axis->key);
		json_object_set_new(o, "values", values);
		json_array_append_new(all, o);
	}
	return all;
}

static json_t *cell_json(const struct sweep *s, const struct sweep_row *row)
{
	const struct cell_log *log = row->log;
	json_t *o = json_object(), *values = json_object();
	char reason[CELL_REASON_MAX];

	for (unsigned a = 0; a < s->axes.axes; a++)
		put_text(values, s->axes.axis[a].key,
			 s->axes.axis[a].value[cells_value(&s->cells, row->id, a)]);
	put_count(o, "cell", row->id);
	put_count(o, "repeat", cells_repeat(&s->cells, row->id) + 1);
	json_object_set_new(o, "values", values);
	put_text(o, "verdict", verdict_name((enum verdict)cell_verdict(log)));
	put_count(o, "exit_code", (unsigned)cell_verdict(log));
	put_text(o, "reason", cell_reason(log, reason, sizeof(reason)));
	put_count(o, "tries", log->tries);
	put_count(o, "lost", log->lost);
	put_count(o, "run_ms", log->run_ms);
	put_count(o, "gap_ms", log->gap_ms);
	put_real(o, "p999_ns", row->p999_ns);
	put_real(o, "max_ns", row->max_ns);
	put_real(o, "folio_splits_per_s", row->splits);
	put_real(o, "thp_moved_per_s", row->moved);
	put_real(o, "first_finding_after_ns", row->first_ns);
	json_object_set_new(o, "damage", row->damage ? result_text_json(row->damage) : json_null());
	json_object_set(o, "result", row->essence);
	if (!row->essence)
		json_object_set_new(o, "result", json_null());
	return o;
}

static json_t *hits_json(const struct sweep *s, const struct sweep_rows *rows)
{
	json_t *o = json_object();
	struct tally t;
	double low, high;

	if (tally_take(s, rows, TALLY_ALL, 0, &t))
		t = (struct tally){.runs = 0};
	proportion_interval(t.hits, t.runs, PROPORTION_CONFIDENCE, &low, &high);
	put_count(o, "runs", t.runs);
	put_count(o, "hits", t.hits);
	put_real(o, "confidence", PROPORTION_CONFIDENCE);
	put_real(o, "low", low);
	put_real(o, "high", high);
	return o;
}

/* host.json of the first cell that has a result: they ran on one machine. */
static json_t *host_json(const struct sweep *s, const struct sweep_rows *rows)
{
	char path[PATH_MAX], cell[64];
	json_t *host;

	for (unsigned i = 0; i < rows->count; i++) {
		if (!rows->row[i].essence)
			continue;
		snprintf(path, sizeof(path), "%s/%s/host.json", s->dir,
			 sweep_cell_directory(rows->row[i].id, rows->row[i].log->tries, cell,
					      sizeof(cell)));
		host = json_load_file(path, 0, NULL);
		if (host)
			return host;
	}
	return json_null();
}

int report_sweep_json(FILE *out, const struct sweep *s, struct sweep_rows *rows)
{
	const char *kernel = ledger_fact(&s->ledger, "kernel");
	char seed[24], *command;
	json_t *o = json_object(), *cells = json_array();
	json_t *host = host_json(s, rows);
	int ret;

	command = sweep_repeat(s, report_runner(host));
	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)s->plan.seed);
	put_count(o, "format", RESULT_FORMAT);
	put_text(o, "version", THPSTORM_VERSION);
	put_text(o, "directory", s->dir);
	put_text(o, "config", s->plan.config);
	put_text(o, "command", command ? command : "");
	put_text(o, "seed", seed);
	put_text(o, "kernel", kernel ? kernel : "");
	put_text(o, "verdict", verdict_name((enum verdict)sweep_code(s)));
	put_count(o, "exit_code", (unsigned)sweep_code(s));
	put_bool(o, "complete", rows->sealed == s->cells.count);
	put_count(o, "cells_planned", s->cells.count);
	put_count(o, "repeats", s->axes.repeats);
	json_object_set_new(o, "axes", axes_json(s));
	json_object_set_new(o, "hits", hits_json(s, rows));
	json_object_set_new(o, "host", host);
	for (unsigned i = 0; i < rows->count; i++)
		json_array_append_new(cells, cell_json(s, &rows->row[i]));
	json_object_set_new(o, "cells", cells);
	ret = report_json(out, o);
	json_decref(o);
	free(command);
	return ret;
}
