/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A kernel log line by line, whoever kept it: the log of a run ("[    5.476249] TEXT"), a serial
 * console (with the caller, "[    5.476249][  T123] TEXT"), pstore ("<4>[ ...", a priority before
 * it), journalctl ("[    5.476249] HOST kernel: TEXT").
 */
#ifndef THPSTORM_BENCH_REPORT_KERNEL_LINE_H
#define THPSTORM_BENCH_REPORT_KERNEL_LINE_H

#include <stdio.h>

#include "base/base.h"

struct kernel_line {
	const char *at; /* with its timestamp */
	size_t length;	/* with its newline */
	const char *text;
	size_t text_length;
	unsigned long long usec; /* 0: without a timestamp */
};

/* The line at @at; false at the log's end. */
bool kernel_line_at(const char *at, struct kernel_line *l);
static inline bool kernel_line_next(struct kernel_line *l)
{
	return kernel_line_at(l->at + l->length, l);
}

bool kernel_line_begins(const struct kernel_line *l, const char *word);
/* enum event_kind of what it announces, and on which CPU, -1: none. */
int kernel_line_classify(const struct kernel_line *l, int *cpu);
/* The head of a stack that the kernel was asked for (sysrq l), of @cpu (-1: any). */
bool kernel_line_heads_stack(const struct kernel_line *l, int cpu);
bool kernel_line_is_register(const struct kernel_line *l);
/* Part of a trace, or of the header of one. */
bool kernel_line_is_trace(const struct kernel_line *l);
bool kernel_line_begins_trace(const struct kernel_line *l);

#endif
