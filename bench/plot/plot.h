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
	const char *name;	 /* of the file in @dir, NULL: what @out says */
	const char *out;	 /* a file; NULL: stdout */
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
 * Draws, the file whole or not at all. 0, -ENODATA (nothing to draw), -ENOENT (no gnuplot, or no
 * scripts), -EIO (gnuplot failed, with its last line), another -errno of what can't be read or
 * written.
 */
int plot_draw(const struct plot_kind *kind, const struct plot_job *job, struct error *err);

/* The preludes: cdf.c, time.c, sweep.c */
int plot_cdf(FILE *to, const struct plot_job *job, struct error *err);
int plot_compare(FILE *to, const struct plot_job *job, struct error *err);
int plot_time(FILE *to, const struct plot_job *job, struct error *err);
int plot_stalls(FILE *to, const struct plot_job *job, struct error *err);
int plot_lines(FILE *to, const struct plot_job *job, struct error *err);
int plot_heat(FILE *to, const struct plot_job *job, struct error *err);

/*
 * name = 'value', quoted as gnuplot wants it. What is not printable ASCII becomes '?': a plot may
 * go into a mail. plot_set_path() leaves the bytes of a file's name alone.
 */
void plot_set(FILE *to, const char *name, const char *value);
void plot_set_path(FILE *to, const char *name, const char *path);
void plot_set_number(FILE *to, const char *name, double value);
/* An array of gnuplot's: plot_array() declares it, the rest fills it, index from 1. */
void plot_array(FILE *to, const char *name, unsigned count);
void plot_set_item(FILE *to, const char *name, unsigned index, const char *value);
void plot_set_item_path(FILE *to, const char *name, unsigned index, const char *path);
void plot_set_item_number(FILE *to, const char *name, unsigned index, double value);

/*
 * The title: @what is drawn, and below it for each result its kernel and preemption model, and its
 * config and seed. @of_side: "base: " and the like, "".
 */
struct plot_of {
	const char *of_side;
	const json_t *result; /* as result_read() gives it */
};
void plot_title(FILE *to, const char *what, const struct plot_of *of, unsigned count);

#endif
