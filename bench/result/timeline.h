/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * timeline.tsv: a line an interval. Its header, its rows, what reads them and the manual's list come
 * from this table; a new column goes to the end.
 */
#ifndef THPSTORM_BENCH_RESULT_TIMELINE_H
#define THPSTORM_BENCH_RESULT_TIMELINE_H

#include "run/run.h"
#include "words/units.h"

static inline double timeline_s(uint64_t ns)
{
	return (double)ns / NSEC_PER_SEC;
}

static inline double timeline_us(uint64_t ns)
{
	return (double)ns / NSEC_PER_USEC;
}

/* NaN of what is not counted. */
static inline double timeline_rate(uint64_t n, uint64_t ns)
{
	return n == VMSTAT_ABSENT || !ns ? __builtin_nan("")
					 : (double)n * NSEC_PER_SEC / (double)ns;
}

/* X(name, printf format, value of @iv (a struct interval), what) */
#define TIMELINE(X)                                                                                 \
	X(elapsed_s, "%.3f", timeline_s(iv->elapsed),                                               \
	  "Seconds since the storm began, on thpstorm's clock, at the interval's end; 0 before.")   \
	X(phase, "%s", units_phase(iv->phase),                                                      \
	  "setup, proof, quiet, park, warmup, storm or stop.")                                      \
	X(interval_s, "%.3f", timeline_s(iv->seconds_ns),                                           \
	  "How long the interval really was: longer where the watch itself was kept from its CPU.") \
	X(ops_per_s, "%.1f", timeline_rate(iv->ops, iv->seconds_ns),                                \
	  "Finished operations of all workers.")                                                    \
	X(faults_per_s, "%.1f", timeline_rate(iv->faults, iv->seconds_ns),                          \
	  "Faults of all workers, by evidence; NaN: not counted.")                                  \
	X(folio_splits_per_s, "%.1f", timeline_rate(iv->folio_splits, iv->seconds_ns),              \
	  "Huge pages split, by the kernel's counter.")                                             \
	X(thp_moved_per_s, "%.1f", timeline_rate(iv->thp_moved, iv->seconds_ns),                    \
	  "Huge pages moved whole, by the kernel's counter.")                                       \
	X(max_us, "%.3f", timeline_us(iv->max),                                                     \
	  "The slowest operation that ended in the interval.")                                      \
	X(oldest_us, "%.3f", timeline_us(iv->oldest),                                               \
	  "The age of the oldest operation in flight when the interval ended.")                     \
	X(oldest_worker, "%d", iv->oldest_worker, "Whose it was; -1: none was.")                    \
	X(worst_gap_us, "%.3f", timeline_us(iv->worst_gap), "The latest heartbeat so far.")         \
	X(stalls, "%u", iv->stalls, "Events cpu_stall so far.")                                     \
	X(findings, "%u", iv->findings, "Findings so far.")                                         \
	X(when_ns, "%llu", (unsigned long long)iv->when,                                            \
	  "The clock at the interval's end, as the events have it.")

enum timeline_column {
#define X(name, format, value, what) TIMELINE_##name,
	TIMELINE(X)
#undef X
		TIMELINE_COLUMN_COUNT
};

/* The first line, without its newline. */
#define X(name, format, value, what) "\t" #name
static const char timeline_header_text[] = TIMELINE(X);
#undef X
#define TIMELINE_HEADER (timeline_header_text + 1)

#endif
