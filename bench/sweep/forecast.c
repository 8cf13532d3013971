/* SPDX-License-Identifier: GPL-2.0-only */
/* The cells before a sweep: which there are, which can run here, how long that takes. See show.h. */
#include <stdlib.h>
#include <string.h>

#include "base/plural.h"
#include "sweep/foresight.h"
#include "sweep/show.h"
#include "terminal/page.h"
#include "words/units.h"

#define NAME_WIDTH_MAX 60 /* reasons stand below each other up to here */
#define COLUMNS	       80 /* of the placement */

struct forecast {
	const struct sweep *s;
	FILE *out;
	bool placement;
	int width; /* of the names */
	struct foresight *sight;
	uint64_t ns;
	unsigned skipped, refused;
};

/* "tails 12 on 0-3" with each thread's CPU when they are pinned: "0 1 2 3 0 1 2 3 0 1 2 3" */
static void print_group(const struct page *p, const struct given *given, unsigned group)
{
	const struct group_plan *g = &given->plan.group[group];
	const struct placement *at = &given->geometry.placement;
	char cpus[PLAN_LIST_MAX], label[PLAN_NAME_MAX + 8], each[PLAN_THREADS_MAX * 5 + 1] = "";
	size_t n = 0;

	snprintf(label, sizeof(label), "  %s", g->name);
	if (given->group[group].left_out[0]) {
		page_text(p, 16, label, "left out: %s", given->group[group].left_out);
		return;
	}
	for (unsigned i = 0; i < at->threads && g->pin; i++) {
		if (at->thread[i].group == group && n < sizeof(each))
			n += (size_t)snprintf(each + n, sizeof(each) - n, " %d", at->thread[i].cpu);
	}
	page_text(p, 16, label, "%u %s on CPUs %s%s%s", g->threads, g->worker,
		  cpulist_format(&at->group_cpus[group], cpus, sizeof(cpus)),
		  g->pin ? ", one each:" : ", not pinned", each);
}

/* "SKIP: ...", "left out: [user]", each after @padding spaces; "" */
static void print_outlook(const struct forecast *f, int padding)
{
	const struct given *given = &f->sight->given;
	const char *before = "  left out: ";

	if (given->readiness != READY) {
		fprintf(f->out, "%*s  %s: %s", padding, "",
			given->readiness == READY_SKIP ? "SKIP" : "can't run here",
			given->why.text);
		return;
	}
	for (unsigned g = 0; g < given->plan.groups; g++) {
		if (!given->group[g].left_out[0])
			continue;
		fprintf(f->out, "%*s%s[%s]", padding, "", before, given->plan.group[g].name);
		before = ", ";
		padding = 0;
	}
}

/* Unwrapped: a line a cell can be counted and searched. */
static int print_cell(struct forecast *f, uint32_t id, struct error *err)
{
	const struct page page = {.out = f->out, .columns = COLUMNS};
	const struct given *given = &f->sight->given;
	char name[CELLS_NAME_MAX];
	struct run_plan plan;
	uint64_t ns;
	int ret = cells_plan(&f->s->cells, id, &f->s->topology, &plan, err);

	if (ret)
		return ret;
	ns = foresight_look(f->sight, &plan);
	if (ns)
		f->ns += ns + SWEEP_OVERHEAD_GUESS_NS + f->s->axes.settle;
	f->skipped += given->readiness == READY_SKIP;
	f->refused += given->readiness == READY_REFUSED;
	fprintf(f->out, "%05u  %s", id, cells_name(&f->s->cells, id, name, sizeof(name)));
	print_outlook(f, MAX(0, f->width - (int)strlen(name)));
	putc('\n', f->out);
	for (unsigned g = 0; g < given->plan.groups && f->placement && ns; g++)
		print_group(&page, given, g);
	return 0;
}

static void print_sum(const struct forecast *f)
{
	const struct sweep *s = f->s;
	char span[UNITS_MAX];

	fprintf(f->out, "\n%u cell%s", s->cells.count, plural(s->cells.count));
	if (s->shard.of > 1)
		fprintf(f->out, " (shard %u of %u)", s->shard.part, s->shard.of);
	if (f->skipped)
		fprintf(f->out, ", %u of them SKIP here", f->skipped);
	if (f->refused)
		fprintf(f->out, ", %u of them can't run here (BROKEN)", f->refused);
	if (s->cells.excluded)
		fprintf(f->out, ", %u excluded", s->cells.excluded);
	if (f->ns)
		fprintf(f->out, ", about %s", units_span(span, f->ns));
	fprintf(f->out, "; seed %llu%s\n", (unsigned long long)s->plan.seed,
		s->axes.order == ORDER_RANDOM ? ", in this random order" : "");
	if (s->axes.repeats > 1)
		fprintf(f->out, "#1 to #%u: the repeats of the same values\n", s->axes.repeats);
	else
		fputs("#1: each cell is run once; --sweep.repeats=N repeats it\n", f->out);
	if (!f->placement && f->ns)
		fputs("The CPUs of each cell's threads: -n -n\n", f->out);
}

int sweep_print_cells(const struct sweep *s, bool placement, FILE *out, struct error *err)
{
	struct forecast f = {
		.s = s, .out = out, .placement = placement, .sight = foresight_make(err)};
	char name[CELLS_NAME_MAX];
	int ret = f.sight ? 0 : -1;

	for (unsigned i = 0; i < s->cells.count; i++)
		f.width =
			MAX(f.width,
			    (int)strlen(cells_name(&s->cells, s->cells.id[i], name, sizeof(name))));
	f.width = MIN(f.width, NAME_WIDTH_MAX);
	for (unsigned i = 0; i < s->cells.count && !ret; i++)
		ret = print_cell(&f, s->cells.id[i], err);
	if (!ret)
		print_sum(&f);
	free(f.sight);
	return ret;
}
