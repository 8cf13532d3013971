/* SPDX-License-Identifier: GPL-2.0-only */
/* The cells before a sweep, and the line while it runs. See show.h. */
#include "sweep/show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "terminal/page.h"
#include "run/placement.h"
#include "sweep/cell_verdict.h"
#include "words/units.h"

#define WIDTH_MAX 150
/* Set-up, proof and verification, until a cell of this machine has been measured. */
#define OVERHEAD_GUESS_NS (NSEC_PER_SEC)

uint64_t sweep_planned_ns(const struct run_plan *plan)
{
	return plan->warmup + plan->quiet + plan->duration;
}

/* "tails 12 on 0-3" with each thread's CPU when they are pinned: "0 1 2 3 0 1 2 3 0 1 2 3" */
static void print_group(const struct page *p, const struct run_plan *plan,
			const struct placement *at, unsigned group)
{
	const struct group_plan *g = &plan->group[group];
	char cpus[PLAN_LIST_MAX], label[PLAN_NAME_MAX + 8], each[PLAN_THREADS_MAX * 5 + 1] = "";
	size_t n = 0;

	for (unsigned i = 0; i < at->threads && g->pin; i++) {
		if (at->thread[i].group == group && n < sizeof(each))
			n += (size_t)snprintf(each + n, sizeof(each) - n, " %d", at->thread[i].cpu);
	}
	snprintf(label, sizeof(label), "  %s", g->name);
	page_text(p, 16, label, "%u %s on CPUs %s%s%s", g->threads, g->worker,
		  cpulist_format(&at->group_cpus[group], cpus, sizeof(cpus)),
		  g->pin ? ", one each:" : ", not pinned", each);
}

static int print_cell(const struct sweep *s, const struct page *p, uint32_t id, uint64_t *ns,
		      struct error *err)
{
	char name[CELLS_NAME_MAX], label[16];
	struct placement at;
	struct run_plan plan;
	struct error why;
	int ret = cells_plan(&s->cells, id, &s->topology, &plan, err);

	if (ret)
		return ret;
	*ns += sweep_planned_ns(&plan) + OVERHEAD_GUESS_NS + s->axes.settle;
	snprintf(label, sizeof(label), "%05u", id);
	page_text(p, 7, label, "%s", cells_name(&s->cells, id, name, sizeof(name)));
	if (placement_make(&plan, &s->topology, &at, &why)) {
		page_text(p, 9, "", "can't run here: %s", why.text);
		return 0;
	}
	for (unsigned g = 0; g < plan.groups; g++)
		print_group(p, &plan, &at, g);
	return 0;
}

int sweep_print_cells(const struct sweep *s, FILE *out, struct error *err)
{
	const struct page page = {.out = out, .columns = 80};
	char span[UNITS_MAX];
	uint64_t ns = 0;

	for (unsigned i = 0; i < s->cells.count; i++) {
		int ret = print_cell(s, &page, s->cells.id[i], &ns, err);

		if (ret)
			return ret;
	}
	page_blank(&page);
	fprintf(out, "%u cells", s->cells.count);
	if (s->shard.of > 1)
		fprintf(out, " (shard %u of %u)", s->shard.part, s->shard.of);
	if (s->cells.excluded)
		fprintf(out, ", %u excluded", s->cells.excluded);
	fprintf(out, ", about %s; seed %llu%s\n", units_span(span, ns),
		(unsigned long long)s->plan.seed,
		s->axes.order == ORDER_RANDOM ? ", in this random order" : "");
	return 0;
}

static uint64_t overhead(const struct sweep_status *st)
{
	return st->ran ? st->overhead_ns / st->ran : OVERHEAD_GUESS_NS;
}

/* Planned time of what is open, and what cells took beyond their plan so far. */
static uint64_t eta(const struct sweep_status *st, uint64_t now)
{
	uint64_t current = st->planned + overhead(st), gone = now - st->began;
	unsigned open = st->cells - st->done - 1;

	return st->left_ns + open * overhead(st) + (current > gone ? current - gone : 0);
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
			 units_span(a, st->left_ns + open * overhead(st)));
	status_line_say(
		&st->line, "%u/%u  %05u  %-13s  %s%s%s%s", st->done, st->cells, id,
		verdict_name((enum verdict)cell_verdict(log)), st->name, left,
		cell_verdict(log) == VERDICT_PASS ? "" : "  ",
		cell_verdict(log) == VERDICT_PASS ? "" : cell_reason(log, reason, sizeof(reason)));
}
