/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The percentile text of HdrHistogram. The ladder of percentiles starts at 0 with steps of
 * 1 / (2 * ticks); each time half of the distance to 1 is covered the step is halved. It ends
 * with the rung that takes in the last value, and a row for 1.
 *
 * A value that a full bucket refused (histogram.saturated) has no place on the ladder: TotalCount
 * counts what the buckets hold, and the first line says how many are missing.
 */
#include <math.h>

#include "result/hgrm.h"

#define NS_PER_UNIT 1000.0
#define OCTAVES	    35 /* 7..41, see measure/histogram.h */

static double bucket_value(const struct histogram *h, unsigned i)
{
	/* What overflowed lies in the last bucket, and is as long as it is. */
	if (h->overflow && i == histogram_bucket(HISTOGRAM_MAX))
		return (double)h->max;
	return (double)MIN(histogram_bucket_high(i), h->max);
}

static double standard_deviation(const struct histogram *h, double mean)
{
	double squares = 0, n = 0;

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		double low, middle;

		if (!h->counts[i])
			continue;
		low = (double)histogram_bucket_low(i);
		middle = low + (bucket_value(h, i) - low) / 2;
		squares += (middle - mean) * (middle - mean) * h->counts[i];
		n += h->counts[i];
	}
	return n > 0 ? sqrt(squares / n) : 0;
}

static void write_rows(FILE *out, const struct histogram *h, uint64_t total)
{
	double rung = 0, step = 0.5 / HGRM_TICKS_PER_HALF_DISTANCE, half = 0.5;
	uint64_t seen = 0;
	unsigned tick = 0;

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS && total; i++) {
		double value = bucket_value(h, i) / NS_PER_UNIT;

		if (!h->counts[i])
			continue;
		seen += h->counts[i];
		while (seen < total && (double)seen >= rung * (double)total) {
			fprintf(out, "%12.3f %2.12f %10llu %14.2f\n", value, rung,
				(unsigned long long)seen, 1 / (1 - rung));
			rung += step;
			if (++tick % HGRM_TICKS_PER_HALF_DISTANCE)
				continue;
			rung = 1 - half;
			half /= 2;
			step /= 2;
		}
		if (seen < total)
			continue;
		/* The last value: one rung, for it reaches all that are left. */
		fprintf(out, "%12.3f %2.12f %10llu %14.2f\n", value, rung, (unsigned long long)seen,
			1 / (1 - rung));
		fprintf(out, "%12.3f %2.12f %10llu %14s\n", value, 1.0, (unsigned long long)seen,
			"inf");
		return;
	}
}

void hgrm_write(FILE *out, const struct histogram *h, const char *title)
{
	double mean = h->total ? (double)h->sum / (double)h->total : 0;
	uint64_t total = 0;

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		total += h->counts[i];
	fprintf(out, "# %s; value unit: microseconds", title);
	if (h->saturated)
		fprintf(out, "; %llu values not below: their bucket was full",
			(unsigned long long)h->saturated);
	fprintf(out, "\n%12s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount",
		"1/(1-Percentile)");
	write_rows(out, h, total);
	fprintf(out, "#[Mean    = %12.3f, StdDeviation   = %12.3f]\n", mean / NS_PER_UNIT,
		standard_deviation(h, mean) / NS_PER_UNIT);
	fprintf(out, "#[Max     = %12.3f, Total count    = %12llu]\n", h->max / NS_PER_UNIT,
		(unsigned long long)total);
	fprintf(out, "#[Buckets = %12u, SubBuckets     = %12u]\n", OCTAVES, HISTOGRAM_FINE);
}
