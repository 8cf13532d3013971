/* SPDX-License-Identifier: GPL-2.0-only */
/* The end of a sweep, for who started it. */
#ifndef THPSTORM_BENCH_REPORT_SWEEP_H
#define THPSTORM_BENCH_REPORT_SWEEP_H

#include <stdio.h>

#include "sweep/sweep.h"

/* What `thpstorm sweep` prints at its end: a sweep's opening and its worst cells. */
int report_sweep_summary(FILE *out, const struct sweep *s);

#endif
