/* SPDX-License-Identifier: GPL-2.0-only */
/* See cell_verdict.h. */
#include "sweep/cell_verdict.h"

#include <string.h>

#include "base/plural.h"
#include "contract/record.h"

unsigned verdict_gravity(int code)
{
	static const int order[] = {VERDICT_SKIP, VERDICT_PASS, VERDICT_NOT_EXERCISED,
				    VERDICT_BROKEN, VERDICT_FAIL};

	for (unsigned i = 0; i < ARRAY_SIZE(order); i++) {
		if (order[i] == code)
			return i;
	}
	return verdict_gravity(VERDICT_BROKEN);
}

bool verdict_counts(int code)
{
	return code == VERDICT_PASS || code == VERDICT_FAIL;
}

bool cell_figures_count(const struct cell_log *log)
{
	return log->state == CELL_SEALED && verdict_counts(log->code);
}

bool cell_has_verdict(const struct cell_log *log)
{
	return log->state == CELL_SEALED || log->lost;
}

int cell_verdict(const struct cell_log *log)
{
	return log->lost ? VERDICT_FAIL : log->code;
}

char *cell_reason(const struct cell_log *log, char *buf, size_t size)
{
	int n = 0;

	/* The seal of one that was given up says it all. */
	if (!log->lost || log->given_up) {
		snprintf(buf, size, "%s", log->reason);
		return buf;
	}
	n = snprintf(buf, size, "machine lost in %u of %u %s%s%s", log->lost, log->tries,
		     plural_word(log->tries, "try", "tries"), log->lost_text[0] ? ": " : "",
		     log->lost_text);
	if (n < 0 || (size_t)n >= size)
		return buf;
	if (log->state == CELL_SEALED)
		snprintf(buf + n, size - (size_t)n, "; then %s: %s",
			 verdict_name((enum verdict)log->code), log->reason);
	else
		snprintf(buf + n, size - (size_t)n, "; not run again yet");
	return buf;
}
