/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of a kernel log that belongs in a mail: the report of one piece of harm from its first
 * line to the end of its trace, as the kernel printed it.
 */
#ifndef THPSTORM_BENCH_REPORT_KERNEL_LOG_H
#define THPSTORM_BENCH_REPORT_KERNEL_LOG_H

#include <stdio.h>

#include "base/base.h"

/*
 * How near a report is to what is wanted, the nearest first. Stacks are those that the kernel was
 * asked for (sysrq l): the stack of an idle CPU is none of them, whichever CPU is wanted.
 */
enum kernel_report_rank {
	KERNEL_REPORT_EXACT,	      /* announces that kind of harm on that CPU */
	KERNEL_REPORT_HARM,	      /* announces other harm */
	KERNEL_REPORT_THREAD,	      /* the stack of that thread */
	KERNEL_REPORT_STACK_OF_CPU,   /* of that CPU */
	KERNEL_REPORT_STACK_OF_STORM, /* of a thread of thpstorm */
	KERNEL_REPORT_WARNING,	      /* announces a warning: nothing rare over a boot */
	KERNEL_REPORT_STACK,	      /* of any CPU */
	KERNEL_REPORT_STACK_OF_ASKER, /* of who asked for the stacks */
	KERNEL_REPORT_HARM_IDLE,      /* announces harm, with the trace of an idle CPU */
	KERNEL_REPORT_NONE,
};

struct kernel_report {
	const char *at; /* in the log: the first line; NULL: none was found */
	size_t length;	/* whole lines */
	enum kernel_report_rank rank;
};

struct kernel_wanted {
	int kind; /* enum event_kind, -1: none */
	int cpu;  /* -1: any */
	int tid;  /* 0: none is known */
};

/* The nearest, of those of one rank the first. @log: lines as kernel_line.h has them. */
struct kernel_report kernel_report_find(const char *log, const struct kernel_wanted *wanted);
/* Whether it announces harm itself. */
static inline bool kernel_report_announces(const struct kernel_report *r)
{
	return r->rank == KERNEL_REPORT_EXACT || r->rank == KERNEL_REPORT_HARM ||
	       r->rank == KERNEL_REPORT_WARNING || r->rank == KERNEL_REPORT_HARM_IDLE;
}

/*
 * Prints it unwrapped with its timestamps: ASCII, at most @lines lines, then how many more there
 * are. The registers of user mode, and in a report of several CPUs the stacks of idle ones, are left
 * out, which says so.
 */
void kernel_report_print(FILE *out, const struct kernel_report *report, unsigned lines);

/*
 * The system call of the trace, "newfstat" for __x64_sys_newfstat or __arm64_sys_newfstat. False
 * without one.
 */
bool kernel_report_syscall(const struct kernel_report *report, char *buf, size_t size);

#endif
