/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calibration of the clock. A reading of the TSC is tied to one of CLOCK_MONOTONIC_RAW by the
 * tightest of many brackets (raw, tsc, raw), so that a preemption or a host's exit does not spoil
 * it.
 */
#include "measure/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __x86_64__
#include <cpuid.h>
#endif

#include "base/textfile.h"

#define BRACKETS       64
#define CALIBRATION_NS (25 * NSEC_PER_MSEC)
#define CALIBRATIONS   4
#define AGREE_PPM      100.0
#define CLOCKSOURCES   "/sys/devices/system/clocksource/clocksource0/available_clocksource"

struct clock_scale clock_scale;

/* One instant on both clocks. */
static struct clock_origin {
	uint64_t now, raw;
} origin;

static uint64_t gettime(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return timespec_to_ns(ts);
}

void clock_sleep(uint64_t ns)
{
	struct timespec t = timespec_from_ns(ns);

	clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}

uint64_t clock_monotonic(void)
{
	return gettime(CLOCK_MONOTONIC);
}

uint64_t clock_thread_cpu(void)
{
	return gettime(CLOCK_THREAD_CPUTIME_ID);
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median_read_ns(void)
{
	enum { BATCHES = 21, READS = 1000 };
	double batch[BATCHES];

	for (int i = 0; i < BATCHES; i++) {
		uint64_t began = gettime(CLOCK_MONOTONIC_RAW);

		for (int n = 0; n < READS; n++)
			(void)*(volatile uint64_t *)&(uint64_t){clock_now()};
		batch[i] = (double)(gettime(CLOCK_MONOTONIC_RAW) - began) / READS;
	}
	qsort(batch, BATCHES, sizeof(batch[0]), compare_doubles);
	return batch[BATCHES / 2];
}

/* What @read says at a moment of CLOCK_MONOTONIC_RAW. The tightest of many brackets: a preemption
 * within one of them does not count. */
static struct clock_origin read_bracketed(uint64_t (*read)(void))
{
	struct clock_origin best = {0};
	uint64_t tightest = UINT64_MAX;

	for (int i = 0; i < BRACKETS; i++) {
		uint64_t before = gettime(CLOCK_MONOTONIC_RAW), now = read(),
			 after = gettime(CLOCK_MONOTONIC_RAW);

		if (after - before < tightest) {
			tightest = after - before;
			best = (struct clock_origin){now, before + (after - before) / 2};
		}
	}
	return best;
}

static void set_origin(void)
{
	origin = read_bracketed(clock_now);
}

/* How far CLOCK_MONOTONIC is ahead of CLOCK_MONOTONIC_RAW. */
static uint64_t zero_of_monotonic(void)
{
	struct clock_origin o = read_bracketed(clock_monotonic);

	return o.now - o.raw;
}

double clock_drift_ppm(void)
{
	struct clock_origin end = read_bracketed(clock_now);
	uint64_t raw = end.raw - origin.raw, now = end.now - origin.now;

	return raw ? ((double)now - (double)raw) / (double)raw * 1e6 : 0;
}

void clock_setup_fallback(struct clock_facts *facts, const char *why)
{
	memset(facts, 0, sizeof(*facts));
	clock_scale.mult = 0;
	clock_scale.zero = zero_of_monotonic();
	set_origin();
	facts->read_ns = median_read_ns();
	snprintf(facts->why, sizeof(facts->why), "clock_gettime(CLOCK_MONOTONIC_RAW): %s", why);
}

#ifdef __x86_64__
struct reading {
	uint64_t raw, tsc;
};

static struct reading read_both(void)
{
	struct reading best = {0};
	uint64_t tightest = UINT64_MAX;

	for (int i = 0; i < BRACKETS; i++) {
		uint64_t before = gettime(CLOCK_MONOTONIC_RAW), tsc, after;

		_mm_lfence();
		tsc = __rdtsc();
		_mm_lfence();
		after = gettime(CLOCK_MONOTONIC_RAW);
		if (after - before < tightest) {
			tightest = after - before;
			best = (struct reading){before + (after - before) / 2, tsc};
		}
	}
	return best;
}

/* Ticks per ns over one calibration; @end is its last reading. */
static double calibrate(struct reading *end)
{
	struct reading begin = read_both();

	clock_sleep(CALIBRATION_NS);
	*end = read_both();
	return end->raw > begin.raw
		       ? (double)(end->tsc - begin.tsc) / (double)(end->raw - begin.raw)
		       : 0;
}

static const char *distrust(void)
{
	unsigned a, b, c, d;
	char sources[256];

	if (!__get_cpuid(0x80000007, &a, &b, &c, &d) || !(d & 1u << 8))
		return "the CPU has no invariant TSC";
	if (textfile_read(CLOCKSOURCES, sources, sizeof(sources)) < 0)
		return "the kernel's list of clock sources can't be read";
	for (char *save, *word = strtok_r(sources, " ", &save); word;
	     word = strtok_r(NULL, " ", &save)) {
		if (!strcmp(word, "tsc"))
			return NULL;
	}
	return "the kernel does not trust the TSC (not in available_clocksource)";
}

void clock_setup(struct clock_facts *facts)
{
	const char *why = distrust();
	struct reading end;
	double rate = 0, last, apart = INFINITY;

	if (why) {
		clock_setup_fallback(facts, why);
		return;
	}
	memset(facts, 0, sizeof(*facts));
	last = calibrate(&end);
	for (int i = 1; i < CALIBRATIONS && !(apart <= AGREE_PPM); i++) {
		rate = calibrate(&end);
		apart = last > 0 ? fabs(rate - last) / last * 1e6 : INFINITY;
		last = rate;
	}
	if (!(apart <= AGREE_PPM) || rate <= 0) {
		clock_setup_fallback(facts, "two calibrations of the TSC disagree");
		return;
	}
	clock_scale.base = end.tsc;
	clock_scale.zero = end.raw + zero_of_monotonic();
	clock_scale.mult = (uint64_t)(4294967296.0 / rate + 0.5);
	set_origin();
	facts->tsc = true;
	facts->tsc_khz = (uint64_t)(rate * 1e6 + 0.5);
	facts->agree_ppm = apart;
	facts->read_ns = median_read_ns();
	snprintf(
		facts->why, sizeof(facts->why),
		"TSC at %.3f MHz: invariant, trusted by the kernel, two calibrations %.1f ppm apart",
		(double)facts->tsc_khz / 1000, apart);
}
#else
void clock_setup(struct clock_facts *facts)
{
	clock_setup_fallback(facts, "no TSC on this architecture");
}
#endif
