/* SPDX-License-Identifier: GPL-2.0-only */
/* The watch looks at its own gaps: see detect/standstill.h. */
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "detect/heartbeat.h"
#include "measure/clock.h"
#include "run/supervisor.h"

/* Documentation/scheduler/sched-stats.rst: time on a CPU, time spent waiting on a run queue, ns. */
static uint64_t run_delay(const struct supervisor *s)
{
	char text[96], *at;
	ssize_t n = s->stillness.schedstat < 0
			    ? -1
			    : pread(s->stillness.schedstat, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return STANDSTILL_UNKNOWN;
	text[n] = '\0';
	strtoull(text, &at, 10);
	return strtoull(at, NULL, 10);
}

/* How far CLOCK_BOOTTIME is ahead: it alone counts while the machine is suspended. */
static uint64_t suspended(void)
{
	struct timespec boot, mono;

	clock_gettime(CLOCK_MONOTONIC, &mono);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	return timespec_to_ns(boot) - timespec_to_ns(mono);
}

void stillness_begin(struct supervisor *s)
{
	s->stillness.schedstat = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
	s->stillness.delay = run_delay(s);
	s->stillness.suspended = suspended();
}

void stillness_end(struct supervisor *s)
{
	if (s->stillness.schedstat >= 0)
		close(s->stillness.schedstat);
	s->stillness.schedstat = -1;
}

static uint64_t least_late(const struct supervisor *s, uint64_t now)
{
	for (unsigned i = 0; i < s->detectors; i++) {
		if (s->detector[i].ops == &detector_heartbeat && s->detector[i].active)
			return heartbeat_least_late(&s->detector[i], now);
	}
	return STANDSTILL_UNKNOWN;
}

uint64_t stillness_look(struct supervisor *s, uint64_t last, uint64_t now)
{
	uint64_t delay = run_delay(s), waited = STANDSTILL_UNKNOWN, gap = now - last, slept;

	if (delay != STANDSTILL_UNKNOWN && s->stillness.delay != STANDSTILL_UNKNOWN)
		waited = delay - s->stillness.delay;
	s->stillness.delay = delay;
	if (!last || gap < STANDSTILL_MIN || !standstill_is(gap, least_late(s, now), waited))
		return 0;
	slept = suspended() - s->stillness.suspended;
	s->stillness.suspended += slept;
	standstill_add(&s->watch.stood, last, now);
	watch_tell(
		s, EVENT_standstill, -1, gap,
		"thpstorm itself %s for %.1f s%s: that time is taken out of heartbeats, ages and rates; operations in flight then took it into their latency",
		slept > gap / 2 ? "was suspended with the machine" : "was stopped",
		(double)gap / 1e9, slept > gap / 2 ? "" : ", or the whole machine stood still");
	return gap;
}
