/* SPDX-License-Identifier: GPL-2.0-only */
/* What is compared of a run, and which way is better. */
#ifndef THPSTORM_BENCH_COMPARE_METRICS_H
#define THPSTORM_BENCH_COMPARE_METRICS_H

#include <jansson.h>

#include "base/base.h"
#include "contract/latency.h"

enum metric_unit { UNIT_NS, UNIT_PER_SECOND, UNIT_RATIO };

struct metric {
	const char *name; /* as --fail-above knows it */
	const char *key;  /* in result.json */
	enum metric_unit unit;
	bool more_is_better;
	bool of_group; /* of each group that faults; else of the run */
	/* Of the group's: of so many samples one lies above the percentile; 0: needs but one. */
	uint64_t one_in;
	const char *help;
};

#define METRICS (LATENCY_POINT_COUNT + 7)
extern const struct metric metrics[METRICS];

/* NULL: there is none of that name. */
const struct metric *metric_find(const char *name, size_t length);
/*
 * The value in a result (or NULL), of the group @group where it is one of a group; NaN where it has
 * none, or too few samples: ten have to lie above a percentile. *@samples: how many faults it is
 * of.
 */
double metric_value(const struct metric *m, const json_t *result, const char *group,
		    uint64_t *samples);
/*
 * "546us", "936/s", "1.03"; @sign: with a plus where it is not negative. Up to METRIC_WIDTH
 * characters. Returns buf.
 */
#define METRIC_WIDTH 8
char *metric_format(const struct metric *m, double value, bool sign, char *buf, size_t size);

#endif
