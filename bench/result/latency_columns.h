/* SPDX-License-Identifier: GPL-2.0-only */
/* The percentiles of a latency, and when there are samples enough to print one. */
#ifndef THPSTORM_BENCH_RESULT_LATENCY_COLUMNS_H
#define THPSTORM_BENCH_RESULT_LATENCY_COLUMNS_H

#include "base/base.h"

#define LATENCY_ENOUGH_ABOVE 10

static const struct latency_column {
	const char *key, *head;
	uint64_t one_in; /* of so many samples one lies above */
} latency_columns[] = {
	{"p50_ns", "p50", 2},	    {"p90_ns", "p90", 10},	   {"p99_ns", "p99", 100},
	{"p999_ns", "p99.9", 1000}, {"p9999_ns", "p99.99", 10000},
};

static inline bool latency_column_holds(const struct latency_column *c, uint64_t samples)
{
	return samples / c->one_in >= LATENCY_ENOUGH_ABOVE;
}

#endif
