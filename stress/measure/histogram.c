/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading histograms. See histogram.h; recording is inline there. */
#include "measure/histogram.h"

#include <math.h>
#include <string.h>

void histogram_reset(struct histogram *h)
{
	memset(h, 0, sizeof(*h));
	h->min = UINT64_MAX;
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
	into->total += from->total;
	into->sum += from->sum;
	into->min = MIN(into->min, from->min);
	into->max = MAX(into->max, from->max);
	into->overflow += from->overflow;
	into->saturated += from->saturated;
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		uint64_t sum = (uint64_t)into->counts[i] + from->counts[i];

		if (sum > UINT32_MAX) {
			into->saturated += sum - UINT32_MAX;
			sum = UINT32_MAX;
		}
		into->counts[i] = (uint32_t)sum;
	}
}

uint64_t histogram_bucket_low(unsigned i)
{
	unsigned octave;

	if (i < HISTOGRAM_COARSE)
		return i;
	if (i < 4 * HISTOGRAM_COARSE) {
		octave = i / HISTOGRAM_COARSE - 1;
		return (uint64_t)(i % HISTOGRAM_COARSE + HISTOGRAM_COARSE) << octave;
	}
	i -= 4 * HISTOGRAM_COARSE;
	octave = i / HISTOGRAM_FINE;
	return (uint64_t)(i % HISTOGRAM_FINE + HISTOGRAM_FINE) << octave;
}

uint64_t histogram_bucket_high(unsigned i)
{
	return histogram_bucket_low(i + 1) - 1;
}

uint64_t histogram_quantile(const struct histogram *h, double quantile)
{
	uint64_t counted = h->total - h->saturated, wanted, seen = 0;

	if (!h->total)
		return 0;
	if (quantile >= 1 || !counted)
		return h->max;
	wanted = (uint64_t)ceil(quantile * (double)counted);
	wanted = MAX(wanted, 1u);
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += h->counts[i];
		if (seen >= wanted)
			return MIN(histogram_bucket_high(i), h->max);
	}
	return h->max;
}

void log2_merge(struct log2_counts *into, const struct log2_counts *from)
{
	into->total += from->total;
	into->sum += from->sum;
	into->max = MAX(into->max, from->max);
	for (unsigned i = 0; i < LOG2_BUCKETS; i++)
		into->counts[i] += from->counts[i];
}
