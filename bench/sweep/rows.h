/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cells of a sweep that have a verdict (cell_verdict.h), with the numbers of their results:
 * what its reports are made from.
 */
#ifndef THPSTORM_BENCH_SWEEP_ROWS_H
#define THPSTORM_BENCH_SWEEP_ROWS_H

#include <jansson.h>

#include "sweep/sweep.h"

struct sweep_row {
	uint32_t id;
	const struct cell_log *log; /* of the sweep */
	/* The slowest group's, of faults in the storm; NaN: no such fault. */
	double p999_ns, max_ns;
	double splits, moved; /* per second of storm; NaN: not counted */
	double first_ns;      /* from the storm's beginning to the first finding; NaN: none */
	char kind[32];	      /* of the gravest finding, "" without one */
	json_t *essence;      /* what the JSON of a sweep says of a cell; NULL: has no result */
	char *damage;	      /* why its result can't be read: file and place; NULL: it can */
};

struct sweep_rows {
	unsigned count, damaged;
	unsigned sealed; /* of them; the others took the machine down and are to be run again */
	struct sweep_row *row;
};

/* In the order in which the cells were to be run. -ENOMEM. Free with sweep_rows_free(). */
int sweep_rows_read(const struct sweep *s, struct sweep_rows *rows);
/*
 * sweep_init(), sweep_read() and sweep_rows_read(): 0, or -errno with the sentence. Both are to be
 * freed either way.
 */
int sweep_rows_open(struct sweep *s, const char *dir, struct sweep_rows *rows, struct error *err);
void sweep_rows_free(struct sweep_rows *rows); /* accepts a zeroed struct */
/* The gravest of the cells' verdicts. */
int sweep_code(const struct sweep *s);
/* The gravest first, of one verdict the one with the slowest fault. */
void sweep_rows_sort(struct sweep_rows *rows);

#endif
