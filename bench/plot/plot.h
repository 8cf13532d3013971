/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Plots by gnuplot. The scripts in plots/ draw; what is written here is their prelude: which files,
 * which names, and what gnuplot can't read out of a result by itself.
 */
#ifndef THPSTORM_BENCH_PLOT_PLOT_H
#define THPSTORM_BENCH_PLOT_PLOT_H

#include <jansson.h>
#include <stdio.h>

#include "base/base.h"
#include "base/error.h"

struct plot_job {
	const char *dir, *other; /* other: of `compare`, NULL else */
	const char *format;	 /* svg, png, ascii */
	const char *out;	 /* a file; NULL: stdout, of ascii only */
};

struct plot_kind {
	const char *name, *help;
	bool of_sweep;
	/* Writes the prelude. 0, or -ENODATA with why there is nothing to draw, or another -errno.
	 */
	int (*prelude)(FILE *to, const struct plot_job *job, struct error *err);
};

#define PLOT_KINDS 6
extern const struct plot_kind plot_kinds[PLOT_KINDS];

const struct plot_kind *plot_find(const char *name);
/* Whether gnuplot is in PATH. */
bool plot_can(void);
/*
 * Draws. 0, -ENODATA (nothing to draw), -ENOENT (no gnuplot, or no scripts), -EIO (gnuplot failed,
 * with its last line), another -errno of what can't be read.
 */
int plot_draw(const struct plot_kind *kind, const struct plot_job *job, struct error *err);

/* plot_run.c, plot_sweep.c: the preludes */
int plot_cdf(FILE *to, const struct plot_job *job, struct error *err);
int plot_time(FILE *to, const struct plot_job *job, struct error *err);
int plot_stalls(FILE *to, const struct plot_job *job, struct error *err);
int plot_compare(FILE *to, const struct plot_job *job, struct error *err);
int plot_lines(FILE *to, const struct plot_job *job, struct error *err);
int plot_heat(FILE *to, const struct plot_job *job, struct error *err);

/* name = 'value', quoted as gnuplot wants it. */
void plot_set(FILE *to, const char *name, const char *value);
void plot_set_number(FILE *to, const char *name, double value);
/* name[index] = 'value', index from 1; the array is declared by plot_array(). */
void plot_array(FILE *to, const char *name, unsigned count);
void plot_set_item(FILE *to, const char *name, unsigned index, const char *value);
/* Kernel, preemption model, config and seed of a result, for under the title. */
void plot_caption(FILE *to, const char *what, const json_t *result);

#endif
