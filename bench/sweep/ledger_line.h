/* SPDX-License-Identifier: GPL-2.0-only */
/* What writing and reading a line of the journal have in common. */
#ifndef THPSTORM_BENCH_SWEEP_LEDGER_LINE_H
#define THPSTORM_BENCH_SWEEP_LEDGER_LINE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/rng.h"
#include "sweep/ledger.h"

#define JOURNAL_NAME	   "journal"
#define JOURNAL_SUM_DIGITS 16 /* hexadecimal, then a tab */

/* Enough to see a line that the disk damaged; nobody is kept from forging one. */
static inline uint64_t journal_sum(const char *text, size_t n)
{
	uint64_t sum = n;

	for (size_t i = 0; i < n; i++)
		sum = mix64(sum ^ (unsigned char)text[i]);
	return sum;
}

static inline void journal_copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from);
}

/*
 * One process at a time works on a sweep, also from other machines that share its directory. A
 * record lock of fcntl(2): not inherited by the cells' processes, gone with this one. 0 or -EBUSY.
 */
int journal_lock(struct sweep_journal *j, struct error *err);

/* Adds one to those in memory. 0 or -ENOMEM. */
int journal_add_session(struct sweep_journal *j, const struct sweep_session *session);

#endif
