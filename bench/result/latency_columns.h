/* SPDX-License-Identifier: GPL-2.0-only */
/* The percentiles of a latency, and when there are samples enough to print one. */
#ifndef THPSTORM_BENCH_RESULT_LATENCY_COLUMNS_H
#define THPSTORM_BENCH_RESULT_LATENCY_COLUMNS_H

#include "contract/latency.h"

#define LATENCY_ENOUGH_ABOVE 10

static const struct latency_column {
	const char *key, *head;
	uint64_t one_in; /* of so many samples one lies above */
} latency_columns[] = {
#define X(name, head, one_in) {#name "_ns", head, one_in},
	LATENCY_POINTS(X)
#undef X
};

static inline bool latency_column_holds(const struct latency_column *c, uint64_t samples)
{
	return samples / c->one_in >= LATENCY_ENOUGH_ABOVE;
}

#endif
