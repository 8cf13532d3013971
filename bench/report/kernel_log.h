/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of a kernel log that belongs in a mail: the report of one piece of harm from its first
 * line to the end of its trace, as the kernel printed it.
 */
#ifndef THPSTORM_BENCH_REPORT_KERNEL_LOG_H
#define THPSTORM_BENCH_REPORT_KERNEL_LOG_H

#include <stdio.h>

#include "base/base.h"

struct kernel_report {
	const char *at; /* in the log: the first line; NULL: none was found */
	size_t length;	/* whole lines */
};

/*
 * The report that announces @kind (enum event_kind, -1: none) on @cpu (-1: any); else the first
 * that announces a finding; else the stack of @cpu, or of any, that the kernel was asked for (sysrq
 * l).
 * @log: lines of "[    5.476249] TEXT".
 */
struct kernel_report kernel_report_find(const char *log, int kind, int cpu);

/*
 * Prints it unwrapped with its timestamps: ASCII, at most @lines lines, then how many more there
 * are. The registers of user mode are left out, which says so.
 */
void kernel_report_print(FILE *out, const struct kernel_report *report, unsigned lines);

/*
 * The system call of the trace, "newfstat" for __x64_sys_newfstat or __arm64_sys_newfstat. False
 * without one.
 */
bool kernel_report_syscall(const struct kernel_report *report, char *buf, size_t size);

#endif
