/* SPDX-License-Identifier: GPL-2.0-only */
/* What a sweep prints: the cells before it begins, one line while it runs, the summary at its end.
 */
#ifndef THPSTORM_BENCH_SWEEP_SHOW_H
#define THPSTORM_BENCH_SWEEP_SHOW_H

#include <stdio.h>

#include "terminal/page.h"
#include "terminal/status_line.h"
#include "sweep/sweep.h"
#include "sweep/rows.h"

struct sweep_status {
	struct status_line line;
	unsigned done, cells, findings;
	/* Of the cells of this session that ran: what they took beyond warm-up, quiet and storm. */
	uint64_t overhead_ns, ran;
	/* Of the cells that are open and can run here, without the current one: planned, and how
	   many. */
	uint64_t left_ns;
	unsigned left;
	uint64_t began;	  /* of the current cell, ns of CLOCK_MONOTONIC */
	uint64_t planned; /* of the current cell, ns; 0: it can't run here */
	char name[CELLS_NAME_MAX];
};

/* Warm-up, quiet phase and storm, ns. */
uint64_t sweep_planned_ns(const struct run_plan *plan);

/* Set-up, proof and verification, until a cell of this machine has been measured. */
#define SWEEP_OVERHEAD_GUESS_NS NSEC_PER_SEC

/*
 * -n (forecast.c): a line a cell, with why it can't run here, and how long all takes; with
 * @placement the CPUs of its threads below each. 0 or -errno.
 */
int sweep_print_cells(const struct sweep *s, bool placement, FILE *out, struct error *err);

void sweep_status_draw(struct sweep_status *st, uint64_t now);
/* A line of its own for a cell that is done; @log: what the ledger has of it. */
void sweep_status_cell(struct sweep_status *st, uint32_t id, const struct cell_log *log);

/* The parts of a summary: the worst cells first, the counts, the times between cells. */
void sweep_print_worst(const struct sweep *s, const struct page *p, const struct sweep_rows *rows);
void sweep_print_counts(const struct page *p, const struct sweep_rows *rows);
void sweep_print_gaps(const struct page *p, const struct sweep_rows *rows);
/* The lines of cells.tsv: NaN where there is no number. */
void sweep_write_tsv(const struct sweep *s, FILE *out, const struct sweep_rows *rows);
/* DIR/cells.tsv. 0 or -errno. */
int sweep_write_table(const struct sweep *s, struct error *err);

#endif
