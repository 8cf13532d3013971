/* SPDX-License-Identifier: GPL-2.0-only */
/* Running a sweep: each cell is announced in the ledger, run, and sealed. */
#include "sweep/go.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/plural.h"
#include "base/interrupt.h"
#include "result/exit_code.h"
#include "measure/clock.h"
#include "sweep/ledger_write.h"
#include "words/shell_word.h"
#include "sweep/cell_end.h"
#include "sweep/cell_limit.h"
#include "sweep/cell_verdict.h"
#include "sweep/foresight.h"
#include "sweep/recover.h"
#include "sweep/show.h"

#define KILL_WAIT_MS 10000
#define GONE_WAIT_MS 60000 /* the arena of a storm that was killed is large */
#define GO_ON_MAX    (SHELL_WORD_MAX + 48)
#define PATIENT	     2 /* interrupts that the cell gets; the one after them kills it */

struct going {
	struct sweep *s;
	struct cell_run run;
	struct sweep_status status;
	sweep_summary print;
	struct foresight *sight;
	uint64_t storm_ended; /* of the cell before; 0: none in this session */
	struct error *err;
};

enum next { NEXT_GOES_ON, NEXT_INTERRUPTED, NEXT_ENDS };

/* What came to this process, or to the cell's alone; 0: nothing. */
static int interrupted_by(const struct going *g)
{
	return interrupts_first() ? interrupts_first() : g->run.page->outcome.interrupted_by;
}

/*
 * Waits for the cell; passes interrupts on. Ends it when it is over its time. False: it survived
 * that.
 */
static bool wait_for_cell(struct going *g, const struct run_plan *plan, struct cell_end *end)
{
	struct cell_limit limit;
	unsigned passed = 0;
	uint64_t now;

	cell_limit_begin(&limit, plan, g->status.began);
	do {
		if (cell_run_wait(&g->run, CELL_LOOK_MS, &end->status))
			return true;
		for (; passed < interrupts_count() && passed < PATIENT; passed++)
			kill(g->run.pid, interrupts_first());
		now = clock_monotonic();
		if (!g->s->quiet)
			sweep_status_draw(&g->status, now);
	} while (!cell_limit_is_over(&limit, now, load_relaxed(&g->run.page->stood)) &&
		 interrupts_count() <= PATIENT);
	if (interrupts_count() <= PATIENT) {
		end->killed_after = limit.ran;
		end->planned = limit.planned;
	}
	kill(g->run.pid, SIGKILL);
	return cell_run_await(&g->run, KILL_WAIT_MS, &end->status);
}

static void count_findings(struct going *g)
{
	const struct sweep *s = g->s;

	g->status.findings = 0;
	for (unsigned i = 0; i < s->cells.count; i++) {
		const struct cell_log *log = &s->ledger.log[s->cells.id[i] - 1];

		g->status.findings += cell_has_verdict(log) && cell_verdict(log) == VERDICT_FAIL;
	}
}

static void account(struct going *g, const struct cell_log *seal)
{
	const struct cell_page *page = g->run.page;
	uint64_t took = (uint64_t)seal->run_ms * NSEC_PER_MSEC;

	g->status.done++;
	count_findings(g);
	if (page->storm_ended && took > g->status.planned) {
		g->status.overhead_ns += took - g->status.planned;
		g->status.ran++;
	}
	g->storm_ended = page->storm_ended;
}

static enum next seal_cell(struct going *g, uint32_t id, const struct cell_end *end)
{
	const struct cell_page *page = g->run.page;
	struct sweep *s = g->s;
	struct cell_log seal = {
		.run_ms = (unsigned)((clock_monotonic() - g->status.began) / NSEC_PER_MSEC)};
	char path[PATH_MAX];

	sweep_cell_path(s, id, s->ledger.log[id - 1].tries, path);
	if (g->storm_ended && page->run_began > g->storm_ended)
		seal.gap_ms = (unsigned)((page->run_began - g->storm_ended -
					  MIN(s->axes.settle, page->run_began - g->storm_ended)) /
					 NSEC_PER_MSEC);
	cell_end_describe(end, page, &seal);
	seal.size = sweep_result_size(path);
	/* The result is on the disk already (result_finish()); its name must be too. */
	if (fsync(s->cellsfd) && errno != EINVAL) {
		error_errno(g->err, errno, "cannot sync %s to disk", path);
		return NEXT_ENDS;
	}
	if (ledger_seal(&s->ledger, id, &seal, g->err))
		return NEXT_ENDS;
	account(g, &seal);
	if (!s->quiet)
		sweep_status_cell(&g->status, id, &s->ledger.log[id - 1]);
	return NEXT_GOES_ON;
}

/* What the ledger has of it from now on: a seal, or that it is to be run again. */
static enum next record_cell(struct going *g, uint32_t id, const struct cell_end *end)
{
	const char *why = cell_end_voids(g->run.page, interrupts_first() != 0);

	if (!why)
		return seal_cell(g, id, end);
	/* Without room for this line the cell counts as killed: the same. */
	ledger_stop(&g->s->ledger, id, why, NULL);
	return NEXT_GOES_ON;
}

/* "go on with `thpstorm sweep --resume DIR`" */
static const char *how_to_go_on(const struct sweep *s, char *buf, size_t size)
{
	char dir[SHELL_WORD_MAX];

	snprintf(buf, size, "go on with `thpstorm sweep --resume %s`",
		 shell_word(s->dir, dir, sizeof(dir)));
	return buf;
}

/* Nothing of the cell runs on, and what it set is put back. */
static enum next clean_up(struct going *g, uint32_t id, const struct cell_end *end)
{
	char how[GO_ON_MAX];

	if (!cell_run_is_gone(&g->run, GONE_WAIT_MS)) {
		error_set(
			g->err, EBUSY,
			"cell %u left a process running that can't be killed: reboot this machine, then %s",
			id, how_to_go_on(g->s, how, sizeof(how)));
		return NEXT_ENDS;
	}
	/* A process that died left its knobs. */
	return WIFSIGNALED(end->status) && sweep_recover_knobs(g->err) ? NEXT_ENDS : NEXT_GOES_ON;
}

/* Whatever became of the cell: the ledger, the processes and the knobs first. */
static enum next end_cell(struct going *g, uint32_t id, const struct cell_end *end)
{
	enum next recorded = record_cell(g, id, end), cleaned = clean_up(g, id, end);
	char how[GO_ON_MAX];

	if (cleaned != NEXT_GOES_ON)
		return cleaned;
	if (cell_end_disk_full(g->run.page)) {
		error_set(g->err, ENOSPC, "the disk is full (%s): make room, then %s",
			  g->run.page->outcome.failure, how_to_go_on(g->s, how, sizeof(how)));
		return NEXT_ENDS;
	}
	if (recorded != NEXT_GOES_ON)
		return recorded;
	return interrupted_by(g) ? NEXT_INTERRUPTED : NEXT_GOES_ON;
}

static enum next run_cell(struct going *g, uint32_t id)
{
	struct sweep *s = g->s;
	struct run_plan plan;
	char path[PATH_MAX], how[GO_ON_MAX];
	struct cell_end end = {.status = 0};

	if (cells_plan(&s->cells, id, &s->topology, &plan, g->err))
		return NEXT_ENDS;
	g->status.planned = foresight_look(g->sight, &plan);
	if (ledger_start(&s->ledger, id, g->err))
		return NEXT_ENDS;
	g->status.began = clock_monotonic();
	g->status.left_ns -= MIN(g->status.left_ns, g->status.planned);
	g->status.left -= g->status.planned && g->status.left;
	cells_name(&s->cells, id, g->status.name, sizeof(g->status.name));
	if (cell_run_start(&g->run, &plan,
			   sweep_cell_path(s, id, s->ledger.log[id - 1].tries, path), s->lockfd,
			   g->err))
		return NEXT_ENDS;
	if (wait_for_cell(g, &plan, &end))
		return end_cell(g, id, &end);
	error_set(g->err, EIO,
		  "the process of the cell (pid %d) survived SIGKILL: reboot this machine, then %s",
		  (int)g->run.pid, how_to_go_on(s, how, sizeof(how)));
	return NEXT_ENDS;
}

static int plan_left(struct going *g)
{
	struct sweep *s = g->s;

	g->status.cells = s->cells.count;
	for (unsigned i = 0; i < s->cells.count; i++) {
		uint32_t id = s->cells.id[i];
		struct run_plan plan;
		uint64_t ns;
		int ret;

		if (s->ledger.log[id - 1].state != CELL_OPEN)
			continue;
		ret = cells_plan(&s->cells, id, &s->topology, &plan, g->err);
		if (ret)
			return ret;
		ns = foresight_look(g->sight, &plan);
		g->status.left_ns += ns;
		g->status.left += ns != 0;
	}
	return 0;
}

static enum next run_open(struct going *g)
{
	struct sweep *s = g->s;
	bool first = true;

	for (unsigned i = 0; i < s->cells.count; i++) {
		enum next next;

		if (s->ledger.log[s->cells.id[i] - 1].state != CELL_OPEN)
			continue;
		if (!first && s->axes.settle)
			clock_sleep(s->axes.settle);
		first = false;
		if (interrupts_count())
			return NEXT_INTERRUPTED;
		next = run_cell(g, s->cells.id[i]);
		if (next != NEXT_GOES_ON)
			return next;
	}
	return NEXT_GOES_ON;
}

static int finish(struct going *g, enum next next)
{
	char how[GO_ON_MAX];
	struct sweep *s = g->s;

	/* Who reads may keep this waiting (outlet.h), so all is on the disk before. */
	if (next == NEXT_GOES_ON &&
	    ((!s->ledger.ended && ledger_end(&s->ledger, g->err)) || sweep_write_table(s, g->err)))
		next = NEXT_ENDS;
	status_line_end(&g->status.line, true);
	if (next == NEXT_ENDS)
		return EXIT_USAGE;
	if (next == NEXT_INTERRUPTED) {
		printf("interrupted: %u of %u cell%s done; %s\n", g->status.done, g->status.cells,
		       plural_word(g->status.cells, " is", "s are"),
		       how_to_go_on(s, how, sizeof(how)));
		return sweep_code(s);
	}
	g->print(stdout, s);
	return sweep_code(s);
}

static int go(struct going *g)
{
	struct sweep *s = g->s;

	if (sweep_recover_knobs(g->err) || ledger_session_add(&s->ledger, s->boot, g->err) ||
	    sweep_judge_started(s, g->err) || cell_run_init(&g->run, g->err))
		return EXIT_USAGE;
	g->status.done = sweep_look_at_sealed(s);
	count_findings(g);
	g->sight = foresight_make(g->err);
	if (!g->sight || plan_left(g))
		return EXIT_USAGE;
	return finish(g, run_open(g));
}

int sweep_go(struct sweep *s, sweep_summary print, struct error *err)
{
	struct going g = {.s = s, .print = print, .err = err, .run = {.pidfd = -1, .alive = -1}};
	int code;

	err->text[0] = '\0';
	status_line_init(&g.status.line, stderr);
	code = go(&g);
	/* Harm that was found is said to who interrupted, too. */
	if (g.run.page && interrupted_by(&g) && code != VERDICT_FAIL)
		code = ENDED_BY(interrupted_by(&g));
	cell_run_free(&g.run);
	free(g.sight);
	return code;
}
