/* SPDX-License-Identifier: GPL-2.0-only */
/* The line while a sweep runs. See show.h. */
#include "sweep/show.h"

#include <string.h>

#include "sweep/cell_verdict.h"
#include "words/units.h"

#define WIDTH_MAX 150

uint64_t sweep_planned_ns(const struct run_plan *plan)
{
	return plan->warmup + plan->quiet + plan->duration;
}

static uint64_t overhead(const struct sweep_status *st)
{
	return st->ran ? st->overhead_ns / st->ran : SWEEP_OVERHEAD_GUESS_NS;
}

/* Planned time of what is open, and what cells took beyond their plan so far. */
static uint64_t eta(const struct sweep_status *st, uint64_t now)
{
	uint64_t current = st->planned ? st->planned + overhead(st) : 0, gone = now - st->began;

	return st->left_ns + st->left * overhead(st) + (current > gone ? current - gone : 0);
}

/* Only a terminal gets the line that is drawn over; a log gets a line for each cell. */
void sweep_status_draw(struct sweep_status *st, uint64_t now)
{
	char line[WIDTH_MAX + CELLS_NAME_MAX], a[UNITS_MAX], b[UNITS_MAX];

	if (!st->line.tty)
		return;
	snprintf(line, sizeof(line), "%u/%u cells  ETA %s  findings %u  now %s  %s", st->done,
		 st->cells, units_span(a, eta(st, now)), st->findings,
		 units_span(b, now - st->began), st->name);
	line[status_line_columns(&st->line, WIDTH_MAX)] = '\0';
	status_line_draw(&st->line, line);
}

void sweep_status_cell(struct sweep_status *st, uint32_t id, const struct cell_log *log)
{
	char a[UNITS_MAX], left[UNITS_MAX + 8] = "", reason[CELL_REASON_MAX];
	unsigned open = st->cells - st->done;

	if (open)
		snprintf(left, sizeof(left), "  ETA %s",
			 units_span(a, st->left_ns + st->left * overhead(st)));
	status_line_say(
		&st->line, "%u/%u  %05u  %-13s  %s%s%s%s", st->done, st->cells, id,
		verdict_name((enum verdict)cell_verdict(log)), st->name, left,
		cell_verdict(log) == VERDICT_PASS ? "" : "  ",
		cell_verdict(log) == VERDICT_PASS ? "" : cell_reason(log, reason, sizeof(reason)));
}
