/* SPDX-License-Identifier: GPL-2.0-only */
/* A line of the ledger: its check sum, and what writing and reading it have in common. */
#ifndef THPSTORM_BENCH_SWEEP_LEDGER_LINE_H
#define THPSTORM_BENCH_SWEEP_LEDGER_LINE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/rng.h"

#define LEDGER_NAME	  "journal"
#define LEDGER_SUM_DIGITS 16 /* hexadecimal, then a tab */

/* Enough to see a line that the disk damaged; nobody is kept from forging one. */
static inline uint64_t ledger_sum(const char *text, size_t n)
{
	uint64_t sum = n;

	for (size_t i = 0; i < n; i++)
		sum = mix64(sum ^ (unsigned char)text[i]);
	return sum;
}

static inline void ledger_copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from);
}

/* Before @body, @n bytes long: the sum and its tab. */
void ledger_put_sum(char *body, size_t n);
/*
 * Puts the sums of a ledger's lines right after they were changed on purpose, in place. A last
 * line without its end stays as it is.
 */
void ledger_sum_lines(char *text, size_t length);

#endif
