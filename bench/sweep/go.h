/* SPDX-License-Identifier: GPL-2.0-only */
/* Running a sweep. */
#ifndef THPSTORM_BENCH_SWEEP_GO_H
#define THPSTORM_BENCH_SWEEP_GO_H

#include "sweep/sweep.h"

/*
 * Runs what is open, then prints the summary. The exit code: the gravest of the cells' (FAIL, BROKEN, NOT EXERCISED, PASS;
 * SKIP when all are), EXIT_USAGE when the sweep itself had to end, with @err set;
 * ENDED_BY() when a signal interrupted it and no cell is a FAIL: the line that resumes it is
 * printed. The caller catches interrupts (base/interrupt.h).
 */
int sweep_go(struct sweep *s, sweep_summary print, struct error *err);

#endif
