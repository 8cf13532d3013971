/* SPDX-License-Identifier: GPL-2.0-only */
/* See ledger_line.h. */
#include "sweep/ledger_line.h"

#include <string.h>

void ledger_put_sum(char *body, size_t n)
{
	char sum[LEDGER_SUM_DIGITS + 1];

	snprintf(sum, sizeof(sum), "%016llx", (unsigned long long)ledger_sum(body, n));
	memcpy(body - LEDGER_SUM_DIGITS - 1, sum, LEDGER_SUM_DIGITS);
	body[-1] = '\t';
}

void ledger_sum_lines(char *text, size_t length)
{
	char *end;

	for (char *line = text; (end = memchr(line, '\n', length - (size_t)(line - text)));
	     line = end + 1) {
		char *body = line + LEDGER_SUM_DIGITS + 1;

		if (body <= end)
			ledger_put_sum(body, (size_t)(end - body));
	}
}
