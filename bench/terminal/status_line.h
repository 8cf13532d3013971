/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One line of a terminal that is drawn over and over, and lines that stay. Without a terminal
 * nothing is drawn over. Nothing waits for whoever reads (outlet.h), but for status_line_end().
 */
#ifndef THPSTORM_BENCH_TERMINAL_STATUS_LINE_H
#define THPSTORM_BENCH_TERMINAL_STATUS_LINE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/base.h"
#include "terminal/outlet.h"

struct status_line {
	struct outlet outlet;
	FILE *out;
	bool tty;
	unsigned drawn; /* characters that stand on the terminal */
};

void status_line_init(struct status_line *s, FILE *out);
/*
 * Characters that a line may have: at most @max, on a terminal less than it is wide, for a line
 * that was wrapped can't be drawn over, and some terminals wrap as soon as the last column is
 * written.
 */
unsigned status_line_columns(const struct status_line *s, unsigned max);
/* Draws @text over what stands there; leaves it out while nobody reads. */
void status_line_draw(struct status_line *s, const char *text);
/* A line that stays; the newline is added. */
void status_line_say(struct status_line *s, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Lets the line that was drawn stand, or with @clear takes it away, and waits until all is read. */
void status_line_end(struct status_line *s, bool clear);

#endif
