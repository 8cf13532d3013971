/* SPDX-License-Identifier: GPL-2.0-only */
/* The two sides of a comparison: results, gathered by what they were run with. */
#ifndef THPSTORM_BENCH_COMPARE_SAMPLES_H
#define THPSTORM_BENCH_COMPARE_SAMPLES_H

#include <jansson.h>

#include "base/base.h"
#include "base/error.h"

enum side { BASE, NEW, SIDES };

/* One run. */
struct sample {
	json_t *result; /* result.json; NULL where there is none: the machine was lost */
	int code;	/* of its verdict */
};

/* Runs with the same values: the repeats of a cell; of runs that are no part of a sweep, all. */
struct cell_samples {
	char *key; /* "preempt=full tails.threads=8", "" outside of a sweep */
	struct {
		unsigned count;
		struct sample *run;
	} side[SIDES];
};

struct samples {
	unsigned cells;
	struct cell_samples *cell;
	json_t *first[SIDES]; /* the first result of each side, with its host; NULL: none */
};

/*
 * Adds what is in @dir, a run's directory or a sweep's. 0 or -errno with file and place. Free with
 * samples_free(), also after an error.
 */
int samples_add(struct samples *s, enum side side, const char *dir, struct error *err);
void samples_free(struct samples *s); /* accepts a zeroed struct */

#endif
