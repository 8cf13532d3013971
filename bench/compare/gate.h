/* SPDX-License-Identifier: GPL-2.0-only */
/* thpstorm compare --fail-above: whether one side is worse by more than was allowed. */
#ifndef THPSTORM_BENCH_COMPARE_GATE_H
#define THPSTORM_BENCH_COMPARE_GATE_H

#include "base/error.h"
#include "compare/compare.h"

/* --fail-above METRIC=PERCENT */
struct limit {
	const struct metric *metric;
	double percent;
};

enum gate {
	GATE_HOLDS,
	GATE_FAILS, /* a metric got significantly worse by more than its limit, or a finding came */
	GATE_CANNOT_TELL, /* not measured, or too few runs to be significant whatever they say */
};

/*
 * Only the rows of these metrics are judged, and their p values are adjusted among themselves. @why:
 * one sentence, of GATE_CANNOT_TELL.
 */
enum gate gate_judge(const struct comparison *c, const struct limit *limit, unsigned limits,
		     struct error *why);

#endif
