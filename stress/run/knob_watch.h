/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether the knobs that a storm depends on still hold what they held as it was forked. What was
 * read at the start and reported at the end would else be taken for true all the time between.
 */
#ifndef THPSTORM_RUN_KNOB_WATCH_H
#define THPSTORM_RUN_KNOB_WATCH_H

#include "run/wishes.h"

struct knob_watch {
	unsigned count;
	uint64_t due; /* clock ns */
	struct watched_knob {
		int fd; /* opened beforehand: the watch opens nothing while the storm is on */
		const char *path;
		char held[24];
	} * knob;
};

struct knob_change {
	const char *path;
	char from[24], to[24];
	bool thp_off; /* no anonymous huge page is made any more */
};

/*
 * Opens the knobs of @w that hold what the plan wants, and `enabled` in any case. @w outlives it. 0
 * or -ENOMEM.
 */
int knob_watch_begin(struct knob_watch *k, const struct wishes *w);
void knob_watch_end(struct knob_watch *k);
/*
 * The next knob from *at (0 at first) on that holds another value than at the last look, which it
 * remembers. False: no more.
 */
bool knob_watch_next(struct knob_watch *k, unsigned *at, struct knob_change *change);

#endif
