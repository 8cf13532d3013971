/* SPDX-License-Identifier: GPL-2.0-only */
/* Writing the journal of a sweep (ledger.h). */
#ifndef THPSTORM_BENCH_SWEEP_LEDGER_WRITE_H
#define THPSTORM_BENCH_SWEEP_LEDGER_WRITE_H

#include "base/error.h"
#include "sweep/ledger.h"

/*
 * Begins a journal under another name; sweep_journal_begin() gives it its own once all is in it
 * that a sweep begins with, so that there is a whole one or none.
 */
int sweep_journal_create(struct sweep_journal *j, int dirfd, const char *dir, struct error *err);
int sweep_journal_begin(struct sweep_journal *j, int dirfd, struct error *err);

/* Each adds one line, and waits for the disk. 0 or -errno with the sentence. */
int sweep_journal_fact_add(struct sweep_journal *j, const char *key, const char *value,
			   struct error *err);
int sweep_journal_conf_add(struct sweep_journal *j, const char *line, struct error *err);
int sweep_journal_session(struct sweep_journal *j, const char *boot, struct error *err);
int sweep_journal_start(struct sweep_journal *j, unsigned cell, struct error *err);
/* @log: code, run_ms, gap_ms, size, reason are taken from it. */
int sweep_journal_seal(struct sweep_journal *j, unsigned cell, const struct cell_log *log,
		       struct error *err);
int sweep_journal_stop(struct sweep_journal *j, unsigned cell, const char *why, struct error *err);
int sweep_journal_lost(struct sweep_journal *j, unsigned cell, const char *text, struct error *err);
/* What another journal has of a cell that has a verdict (cell_verdict.h). */
int sweep_journal_adopt(struct sweep_journal *j, unsigned cell, const struct cell_log *log,
			struct error *err);
int sweep_journal_end(struct sweep_journal *j, struct error *err);

#endif
