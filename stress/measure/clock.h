/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one clock. Unit: nanoseconds, uint64_t, monotonic, the same in every process forked after
 * clock_setup() and on every CPU. Its zero is that of CLOCK_MONOTONIC (so that times compare with
 * the kernel log's), its rate that of CLOCK_MONOTONIC_RAW (no NTP slewing).
 *
 * On x86-64 it reads the TSC when that can be trusted: CPUID 80000007H:EDX[8] (invariant TSC), the
 * kernel itself still lists "tsc" in clocksource0/available_clocksource, and two calibrations
 * against CLOCK_MONOTONIC_RAW agree. Otherwise it falls back to clock_gettime(CLOCK_MONOTONIC_RAW)
 * and says why in clock_facts.
 */
#ifndef THPSTORM_MEASURE_CLOCK_H
#define THPSTORM_MEASURE_CLOCK_H

#include <stdint.h>
#include <time.h>
#ifdef __x86_64__
#include <x86intrin.h>
#endif

#include "base/base.h"

struct clock_facts {
	bool tsc;	  /* false: clock_gettime */
	uint64_t tsc_khz; /* calibrated, 0 without TSC */
	double agree_ppm; /* how far the two calibrations lay apart */
	double read_ns;	  /* cost of one clock_now(), median */
	char why[160];	  /* one sentence: which clock and why */
};

/* Calibrates; takes about 60 ms. Call once, before any thread or fork. Never fails. */
void clock_setup(struct clock_facts *facts);
/* Forces the fallback (for tests and for `clock = monotonic_raw`). Call instead of clock_setup().
 */
void clock_setup_fallback(struct clock_facts *facts, const char *why);
/*
 * Rate error of clock_now() against CLOCK_MONOTONIC_RAW since clock_setup(), in parts per million,
 * signed. Meaningful from about one second on.
 */
double clock_drift_ppm(void);

static inline uint64_t timespec_to_ns(struct timespec t)
{
	return (uint64_t)t.tv_sec * NSEC_PER_SEC + (uint64_t)t.tv_nsec;
}

static inline struct timespec timespec_from_ns(uint64_t ns)
{
	return (struct timespec){.tv_sec = (time_t)(ns / NSEC_PER_SEC),
				 .tv_nsec = (long)(ns % NSEC_PER_SEC)};
}

/* Sleeps for so many ns; a signal ends it early. */
void clock_sleep(uint64_t ns);
/* CLOCK_MONOTONIC, ns, by a system call: for processes that do without clock_setup(). */
uint64_t clock_monotonic(void);
/* CPU time of the calling thread, ns. */
uint64_t clock_thread_cpu(void);

/* Filled by clock_setup(), read-only afterwards. */
extern struct clock_scale {
	uint64_t mult; /* ns = ((tsc - base) * mult) >> 32; 0: no TSC */
	uint64_t base;
	uint64_t zero; /* ns added */
} clock_scale;

static inline uint64_t clock_now(void)
{
#ifdef __x86_64__
	if (likely(clock_scale.mult)) {
		uint64_t tsc;

		/* lfence on both sides keeps the timed operation between the two reads. */
		_mm_lfence();
		tsc = __rdtsc();
		_mm_lfence();
		return (uint64_t)(((unsigned __int128)(tsc - clock_scale.base) *
				   clock_scale.mult) >>
				  32) +
		       clock_scale.zero;
	}
#endif
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return timespec_to_ns(ts) + clock_scale.zero;
}

#endif
