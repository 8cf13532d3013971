/* SPDX-License-Identifier: GPL-2.0-only */
/* The watch looks at its own gaps: see detect/standstill.h. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "detect/heartbeat.h"
#include "base/plural.h"
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
	/* Who reads has run: a kernel with the file and without the accounting prints zeroes. */
	if (!strtoull(text, &at, 10))
		return STANDSTILL_UNKNOWN;
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

/*
 * The storm's first thread waits for the end of the storm, so where it is says what becomes of all
 * of them: T stopped by a signal, t by a debugger; asleep where the freezer of a cgroup puts who is
 * to stand still: do_freezer_trap(), inlined into get_signal(), or __refrigerator(). That is asked
 * only while nothing moves.
 */
static bool storm_is_stopped(struct supervisor *s)
{
	uint64_t finished = finished_operations(s);
	bool moved = finished != s->stillness.finished;
	struct thread_look look = {.known = false};
	char text[64];
	ssize_t n;

	s->stillness.finished = finished;
	thread_look(&s->stillness.storm, &look);
	if (look.known && (look.state == 'T' || look.state == 't'))
		return true;
	n = moved || s->stillness.wchan < 0 ? -1
					    : pread(s->stillness.wchan, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	return strstr(text, "freezer") || strstr(text, "refrigerator") ||
	       !strcmp(text, "get_signal");
}

static void tell_of_storm(struct supervisor *s)
{
	uint64_t ns = s->stillness.stopped_for;

	if (!ns)
		return;
	s->stillness.stopped_for = 0;
	watch_tell(
		s, EVENT_standstill, -1, ns,
		"the storm (pid %d) was stopped for %.1f s, by a signal, a debugger or its cgroup: that time is "
		"taken out of ages, limits and rates; %u operation%s in flight %s it in their latency",
		(int)s->storm, (double)ns / 1e9, s->stillness.flights, plural(s->stillness.flights),
		plural_word(s->stillness.flights, "has", "have"));
}

/* The storm alone. Short stops are told together. */
static uint64_t look_at_storm(struct supervisor *s, uint64_t last, uint64_t now)
{
	bool stopped = s->storm > 0 && !s->storm_reaped && storm_is_stopped(s);

	if (!stopped)
		s->stillness.stopped_since = 0;
	else if (!s->stillness.stopped_since)
		s->stillness.stopped_since = now;
	if (!stopped || !last) {
		if (s->stillness.stopped_for >= STANDSTILL_MIN && !stopped)
			tell_of_storm(s);
		return 0;
	}
	s->stillness.flights = 0;
	for (unsigned w = 0; w < s->share.workers; w++)
		s->stillness.flights += flight_busy(&share_worker(&s->share, w)->flight);
	standstill_add(&s->watch.storm_stood, last, now);
	s->stillness.stopped_for += now - last;
	/* Who ends the storm looks again and again whether it has to be killed. */
	return phase_of(load_relaxed(&s->share.head->phase)) == PHASE_STOP ? 0 : now - last;
}

uint64_t stillness_of_storm(const struct supervisor *s)
{
	return s->stillness.stopped_since;
}

void stillness_begin(struct supervisor *s)
{
	char path[64];

	s->stillness.schedstat = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
	s->stillness.delay = run_delay(s);
	s->stillness.suspended = suspended();
	thread_files_open(&s->stillness.storm, s->storm, s->storm);
	snprintf(path, sizeof(path), "/proc/%d/task/%d/wchan", (int)s->storm, (int)s->storm);
	s->stillness.wchan = open(path, O_RDONLY | O_CLOEXEC);
}

void stillness_end(struct supervisor *s)
{
	tell_of_storm(s);
	if (s->stillness.schedstat >= 0)
		close(s->stillness.schedstat);
	if (s->stillness.wchan >= 0)
		close(s->stillness.wchan);
	s->stillness.schedstat = s->stillness.wchan = -1;
	thread_files_close(&s->stillness.storm);
}

static uint64_t least_late(const struct supervisor *s, uint64_t now)
{
	for (unsigned i = 0; i < s->detectors; i++) {
		if (s->detector[i].ops == &detector_heartbeat && s->detector[i].active)
			return heartbeat_least_late(&s->detector[i], now);
	}
	return STANDSTILL_UNKNOWN;
}

/* The watch itself. */
static uint64_t look_at_watch(struct supervisor *s, uint64_t last, uint64_t now)
{
	uint64_t delay = run_delay(s), waited = STANDSTILL_UNKNOWN, gap = now - last;
	uint64_t slept = suspended() - s->stillness.suspended;

	if (delay != STANDSTILL_UNKNOWN && s->stillness.delay != STANDSTILL_UNKNOWN)
		waited = delay - s->stillness.delay;
	s->stillness.delay = delay;
	if (!last || gap < STANDSTILL_MIN || !standstill_is(gap, least_late(s, now), waited))
		return 0;
	/* Without a CPU of its own and without that delay a lockup of all CPUs looks the same. */
	if (waited == STANDSTILL_UNKNOWN && s->placement->spare_cpu < 0 && slept < gap / 2)
		return 0;
	s->stillness.suspended += slept;
	standstill_add(&s->watch.stood, last, now);
	standstill_add(&s->watch.storm_stood, last, now);
	watch_tell(
		s, EVENT_standstill, -1, gap,
		"thpstorm itself %s for %.1f s%s: that time is taken out of heartbeats, ages and rates; operations in flight then took it into their latency",
		slept > gap / 2 ? "was suspended with the machine" : "was stopped",
		(double)gap / 1e9, slept > gap / 2 ? "" : ", or the whole machine stood still");
	return gap;
}

uint64_t stillness_look(struct supervisor *s, uint64_t last, uint64_t now)
{
	uint64_t gap = look_at_watch(s, last, now);

	/* What stopped both is told once. */
	return gap ? gap : look_at_storm(s, last, now);
}
