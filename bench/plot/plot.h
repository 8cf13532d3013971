/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Plots by gnuplot. The scripts in plots/ draw; what is written here is their prelude: which files,
 * which names, and what gnuplot can't read out of a result by itself.
 */
#ifndef THPSTORM_BENCH_PLOT_PLOT_H
#define THPSTORM_BENCH_PLOT_PLOT_H

#include <stdio.h>

#include "base/base.h"
#include "base/error.h"
#include "plot/prelude.h"

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

#endif
