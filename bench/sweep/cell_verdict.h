/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verdict of a cell, for whatever reports it: the exit code, compare, KTAP, JUnit, tables,
 * mail. It is the worst of the cell's tries, and a try that took the machine down is a FAIL,
 * whatever the tries after it found.
 */
#ifndef THPSTORM_BENCH_SWEEP_CELL_VERDICT_H
#define THPSTORM_BENCH_SWEEP_CELL_VERDICT_H

#include "sweep/ledger.h"

#define CELL_REASON_MAX (2 * SWEEP_REASON_MAX + 80)

/* Whether there is one: sealed, or open again after the machine was lost. */
bool cell_has_verdict(const struct cell_log *log);
/* enum verdict's code; only of a cell that has one. */
int cell_verdict(const struct cell_log *log);
/* Why, in one line: "machine lost in 1 of 2 tries: ...; then PASS: no harm seen". Returns buf. */
char *cell_reason(const struct cell_log *log, char *buf, size_t size);

/*
 * Whether the figures of such a run are of the storm that its config declares: PASS or FAIL. Medians,
 * intervals and plots leave out all others.
 */
bool verdict_counts(int code);
/* The same of a cell's result, which is that of its last try: it may have been lost in one before. */
bool cell_figures_count(const struct cell_log *log);

/* How grave a code is; the gravest is FAIL, then BROKEN, NOT EXERCISED, PASS, SKIP. */
unsigned verdict_gravity(int code);

#endif
