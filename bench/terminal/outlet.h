/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lines for somebody who may not read them: on a terminal that is stopped (Ctrl-S), into a pipe
 * whose reader sleeps. A run must go on, end and put its knobs back all the same, so nothing here
 * waits until outlet_finish(): what is not taken at once is kept, and what can't be kept is counted.
 */
#ifndef THPSTORM_BENCH_TERMINAL_OUTLET_H
#define THPSTORM_BENCH_TERMINAL_OUTLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define OUTLET_KEPT 16384 /* bytes */

enum outlet_kind {
	OUTLET_FILE,   /* a file, or no descriptor at all: taken at once */
	OUTLET_OWN,    /* opened anew, without waiting */
	OUTLET_SOCKET, /* the descriptor is shared with others, who may want to wait on it */
	OUTLET_PIPE,
	OUTLET_TERMINAL,
};

struct outlet {
	FILE *out;
	int fd;
	enum outlet_kind kind;
	char kept[OUTLET_KEPT];
	size_t length;
	unsigned dropped; /* texts */
};

void outlet_init(struct outlet *o, FILE *out);
void outlet_say(struct outlet *o, const char *text);
/* False, and nothing is said, while something is kept: what is drawn over need not be kept. */
bool outlet_draw(struct outlet *o, const char *text);
/* Waits until what is kept is read, or a signal comes, and closes what outlet_init() opened. */
void outlet_finish(struct outlet *o);

#endif
