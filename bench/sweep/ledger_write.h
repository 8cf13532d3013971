/* SPDX-License-Identifier: GPL-2.0-only */
/* Writing the ledger of a sweep (ledger.h). */
#ifndef THPSTORM_BENCH_SWEEP_LEDGER_WRITE_H
#define THPSTORM_BENCH_SWEEP_LEDGER_WRITE_H

#include "base/error.h"
#include "sweep/ledger.h"

/*
 * Begins a ledger under another name; ledger_begin() gives it its own once all is in it
 * that a sweep begins with, so that there is a whole one or none.
 */
int ledger_create(struct ledger *l, int dirfd, const char *dir, struct error *err);
int ledger_begin(struct ledger *l, int dirfd, struct error *err);

/* Each adds one line, and waits for the disk. 0 or -errno with the sentence. */
int ledger_fact_add(struct ledger *l, const char *key, const char *value, struct error *err);
int ledger_conf_add(struct ledger *l, const char *line, struct error *err);
int ledger_session_add(struct ledger *l, const char *boot, struct error *err);
int ledger_start(struct ledger *l, unsigned cell, struct error *err);
/* @log: code, run_ms, gap_ms, size, reason are taken from it. */
int ledger_seal(struct ledger *l, unsigned cell, const struct cell_log *log, struct error *err);
int ledger_stop(struct ledger *l, unsigned cell, const char *why, struct error *err);
int ledger_lost(struct ledger *l, unsigned cell, const char *text, struct error *err);
/* What another ledger has of a cell that has a verdict (cell_verdict.h). */
int ledger_adopt(struct ledger *l, unsigned cell, const struct cell_log *log, struct error *err);
int ledger_end(struct ledger *l, struct error *err);

#endif
