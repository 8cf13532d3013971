/* SPDX-License-Identifier: GPL-2.0-only */
/* What is written for gnuplot before a script of plots/: names and their values. */
#ifndef THPSTORM_BENCH_PLOT_PRELUDE_H
#define THPSTORM_BENCH_PLOT_PRELUDE_H

#include <jansson.h>
#include <stdio.h>

#include "base/error.h"

struct plot_job {
	const char *dir, *other; /* other: of `compare`, NULL else */
	const char *format;	 /* svg, png, pdf, ascii */
	const char *name;	 /* of the file in @dir, NULL: what @out says */
	const char *out;	 /* a file; NULL: stdout */
};

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
