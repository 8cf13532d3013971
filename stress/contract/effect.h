/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel must have counted when calls of workers have an effect: a const that a worker or a
 * kind of memory points to. Groups with the same effect are taken together, since the kernel counts
 * for the whole machine.
 */
#ifndef THPSTORM_CONTRACT_EFFECT_H
#define THPSTORM_CONTRACT_EFFECT_H

#include "contract/given.h"

struct effect {
	const char *name; /* a word, as in the result */
	const char *help;
	enum vmstat_counter pmd;   /* counts it of huge pages of a PMD */
	enum vmstat_counter small; /* and of smaller ones, of which vmstat's thp_* count nothing */
	bool of_pages;		   /* @small counts their base pages */
};

/* Of anonymous memory, and of each kind that names no other. */
extern const struct effect effect_split, effect_move;

/* The counter for the run's huge pages. */
enum vmstat_counter effect_counter(const struct given *g, const struct effect *effect);
/* Huge pages between two readings. VMSTAT_ABSENT: this kernel can't tell. */
uint64_t effect_count(const struct given *g, const struct effect *effect,
		      const struct vmstat *before, const struct vmstat *after);

#endif
