/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The status line while a run goes on: redrawn on a terminal, a plain line every 10 s otherwise.
 * Rates, maximum, oldest operation in flight, stalls, ETA; findings get a line of their own.
 */
#ifndef THPSTORM_BENCH_COMMANDS_LIVE_H
#define THPSTORM_BENCH_COMMANDS_LIVE_H

#include <stdio.h>

#include "run/run.h"
#include "terminal/status_line.h"

struct live {
	struct status_line status;
	uint64_t duration, next_line;
	uint64_t max;	      /* slowest operation finished in the storm so far */
	uint64_t storm_began; /* clock ns, 0 before it */
	struct interval sum;  /* what came since the last line; .seconds_ns 0: nothing */
};

/* @duration of the storm, ns. Redraws when @out is a terminal. */
void live_init(struct live *p, FILE *out, uint64_t duration);
/* A sink whose functions draw. Its ctx is @p. */
void live_sink(struct live *p, struct run_sink *sink);
/* Ends the redrawn line, and waits until all is read. */
void live_end(struct live *p);

#endif
