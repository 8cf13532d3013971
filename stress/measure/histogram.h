/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Latency histogram: 1 ns to 1 h, log-linear, fixed memory, one writer, no allocation.
 *
 * Below 1024 ns each octave has 128 buckets (2 significant digits: relative width <= 1/128), from
 * 1024 ns up it has 1024 (3 significant digits: <= 1/1024); values below 128 ns are exact. The
 * layout is that of Gil Tene's HdrHistogram with two precisions. Values over HISTOGRAM_MAX count in
 * the last bucket and in `overflow`; a counter that is full stays full and counts in `saturated`.
 * Nothing is ever dropped: total == sum of buckets + saturated.
 */
#ifndef THPSTORM_MEASURE_HISTOGRAM_H
#define THPSTORM_MEASURE_HISTOGRAM_H

#include <stdint.h>

#include "base/base.h"

#define HISTOGRAM_MAX	 (3600ull * NSEC_PER_SEC)
#define HISTOGRAM_FINE	 1024u /* first value of the fine part, and buckets per octave there */
#define HISTOGRAM_COARSE 128u
/* 128 exact + octaves 7..9 coarse + octaves 10..41 fine (1 h < 2^42 ns). */
#define HISTOGRAM_BUCKETS (HISTOGRAM_COARSE + 3 * HISTOGRAM_COARSE + 32 * HISTOGRAM_FINE)

struct histogram {
	uint64_t total; /* values recorded */
	uint64_t sum;	/* ns, wraps after 584 years of recorded time */
	uint64_t min;	/* exact; UINT64_MAX when empty */
	uint64_t max;	/* exact, not limited to HISTOGRAM_MAX */
	uint64_t overflow;
	uint64_t saturated;
	uint32_t counts[HISTOGRAM_BUCKETS];
};

void histogram_reset(struct histogram *h);
/* Adds @from to @into. */
void histogram_merge(struct histogram *into, const struct histogram *from);
/*
 * The smallest bucket's value v such that at least @quantile (0 < q <= 1) of the values are <= v:
 * the bucket's upper bound, never above max. 0 when empty. q = 1 gives max.
 */
uint64_t histogram_quantile(const struct histogram *h, double quantile);
/* Lowest and highest value that falls into bucket @i. */
uint64_t histogram_bucket_low(unsigned i);
uint64_t histogram_bucket_high(unsigned i);

static inline unsigned histogram_bucket(uint64_t ns)
{
	unsigned octave;

	if (ns < HISTOGRAM_COARSE)
		return (unsigned)ns;
	octave = 63u - (unsigned)__builtin_clzll(ns);
	if (ns < HISTOGRAM_FINE)
		return HISTOGRAM_COARSE * (octave - 6) +
		       (unsigned)((ns >> (octave - 7)) - HISTOGRAM_COARSE);
	return HISTOGRAM_COARSE * 4 + HISTOGRAM_FINE * (octave - 10) +
	       (unsigned)((ns >> (octave - 10)) - HISTOGRAM_FINE);
}

static inline void histogram_record(struct histogram *h, uint64_t ns)
{
	uint32_t *slot;

	h->total++;
	h->sum += ns;
	if (unlikely(ns < h->min))
		h->min = ns;
	if (unlikely(ns > h->max))
		h->max = ns;
	if (unlikely(ns > HISTOGRAM_MAX)) {
		h->overflow++;
		ns = HISTOGRAM_MAX;
	}
	slot = &h->counts[histogram_bucket(ns)];
	if (likely(*slot != UINT32_MAX))
		++*slot;
	else
		h->saturated++;
}

/* Counts by powers of two: bucket 0 holds 0, bucket b holds [2^(b-1), 2^b). */
#define LOG2_BUCKETS 65
struct log2_counts {
	uint64_t total, max, sum;
	uint64_t counts[LOG2_BUCKETS];
};

static inline unsigned log2_bucket(uint64_t v)
{
	return v ? 64u - (unsigned)__builtin_clzll(v) : 0;
}

static inline void log2_record(struct log2_counts *c, uint64_t v)
{
	c->total++;
	c->sum += v;
	if (unlikely(v > c->max))
		c->max = v;
	c->counts[log2_bucket(v)]++;
}

void log2_merge(struct log2_counts *into, const struct log2_counts *from);

#endif
