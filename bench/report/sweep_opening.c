/* SPDX-License-Identifier: GPL-2.0-only */
/* What the cells of a sweep give its opening sentence. */
#include <math.h>
#include <string.h>

#include "report/opening.h"
#include "report/parts.h"
#include "report/sweep_opening.h"
#include "report/sweep_tally.h"
#include "sweep/cell_verdict.h"
#include "words/sweep_axes.h"

static void add_cell(struct sweep_opening *o, const struct sweep_row *row)
{
	const json_t *groups = json_object_get(row->essence, "groups"), *group;
	size_t i;

	o->cells++;
	o->of_code += cell_verdict(row->log) == o->code;
	o->storm_ns += get_count_0(row->essence, "storm_ns");
	o->splits += get_reached(row->essence, "folio_splits");
	o->moved += get_reached(row->essence, "thp_moved");
	o->tail += get_reached(row->essence, "kernel_hot_tail_faults") +
		   get_reached(row->essence, "user_hot_tail_faults");
	json_array_foreach(groups, i, group)
		o->oldest_ns = MAX(o->oldest_ns, get_count_0(group, "in_flight_max_ns"));
}

char *sweep_opening_text(const struct sweep *s, const struct sweep_rows *rows, const json_t *result,
			 const struct sweep_row *of_result)
{
	const char *kernel = ledger_fact(&s->ledger, "kernel");
	struct sweep_opening o = {
		.code = sweep_code(s),
		.result = result,
		.of_result = of_result ? of_result->id : 0,
		.kernel = kernel ? kernel : "",
		.models = sweep_axis(&s->axes, "preempt") >= 0,
	};
	char reason[CELL_REASON_MAX] = "";
	struct tally t;

	if (tally_take(s, rows, TALLY_ALL, 0, &t))
		return NULL;
	for (unsigned i = 0; i < rows->count; i++)
		add_cell(&o, &rows->row[i]);
	o.runs = t.runs;
	o.hits = t.hits;
	o.lost = t.lost;
	o.first_ns = t.first_ns;
	o.slowest_ns = t.max_ns;
	if (rows->count) {
		o.gravest = rows->row[0].id;
		cell_reason(rows->row[0].log, reason, sizeof(reason));
	}
	o.reason = reason;
	return opening_of_sweep(&o);
}
