/* SPDX-License-Identifier: GPL-2.0-only */
/* See ledger_line.h. */
#include "sweep/ledger_line.h"

#include <string.h>

void journal_put_sum(char *body, size_t n)
{
	char sum[JOURNAL_SUM_DIGITS + 1];

	snprintf(sum, sizeof(sum), "%016llx", (unsigned long long)journal_sum(body, n));
	memcpy(body - JOURNAL_SUM_DIGITS - 1, sum, JOURNAL_SUM_DIGITS);
	body[-1] = '\t';
}

void sweep_journal_sum_lines(char *text, size_t length)
{
	char *end;

	for (char *line = text; (end = memchr(line, '\n', length - (size_t)(line - text)));
	     line = end + 1) {
		char *body = line + JOURNAL_SUM_DIGITS + 1;

		if (body <= end)
			journal_put_sum(body, (size_t)(end - body));
	}
}
