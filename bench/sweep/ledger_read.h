/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading the ledger of a sweep (ledger.h). */
#ifndef THPSTORM_BENCH_SWEEP_LEDGER_READ_H
#define THPSTORM_BENCH_SWEEP_LEDGER_READ_H

#include "base/error.h"
#include "sweep/ledger.h"

/*
 * Reads DIR/journal and opens it for adding. -ENOENT, -EINVAL with file and line when it is no
 * ledger of this format or a line is damaged.
 */
int ledger_open(struct ledger *l, int dirfd, const char *dir, bool to_write, struct error *err);

#endif
