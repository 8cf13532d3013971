/* SPDX-License-Identifier: GPL-2.0-only */
/* One line of a terminal that is drawn over and over. Without a terminal nothing is drawn over. */
#ifndef THPSTORM_BENCH_STATUS_LINE_H
#define THPSTORM_BENCH_STATUS_LINE_H

#include <stdbool.h>
#include <stdio.h>

struct status_line {
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
/* Draws @text over what stands there. */
void status_line_draw(struct status_line *s, const char *text);
/* Makes place for a line of its own; nothing where nothing is drawn. */
void status_line_clear(struct status_line *s);

#endif
