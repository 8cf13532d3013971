/* SPDX-License-Identifier: GPL-2.0-only */
/* What is kept of a histogram of latencies: its count, some percentiles, its greatest. */
#ifndef THPSTORM_CONTRACT_LATENCY_H
#define THPSTORM_CONTRACT_LATENCY_H

#include "base/base.h"
#include "measure/histogram.h"

/*
 * X(name, head, one_in): of @one_in samples one lies above it. The struct, the JSON (name_ns), its
 * schema, the columns of the report and the metrics of compare come from here.
 */
#define LATENCY_POINTS(X)                                                                          \
	X(p50, "p50", 2)                                                                           \
	X(p90, "p90", 10)                                                                          \
	X(p99, "p99", 100)                                                                         \
	X(p999, "p99.9", 1000)                                                                     \
	X(p9999, "p99.99", 10000)

enum {
#define X(name, head, one_in) LATENCY_##name,
	LATENCY_POINTS(X)
#undef X
		LATENCY_POINT_COUNT
};

/* ns */
struct latency {
	uint64_t count;
#define X(name, head, one_in) uint64_t name;
	LATENCY_POINTS(X)
#undef X
	uint64_t max, saturated, overflow; /* see measure/histogram.h */
};

static inline void latency_of(const struct histogram *h, struct latency *l)
{
	*l = (struct latency){
		.count = h->total,
#define X(name, head, one_in) .name = histogram_quantile(h, 1 - 1.0 / (one_in)),
		LATENCY_POINTS(X)
#undef X
			.max = h->total ? h->max : 0,
		.saturated = h->saturated,
		.overflow = h->overflow,
	};
}

#endif
