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

static uint64_t finished_in(const struct supervisor *s, unsigned site)
{
	uint64_t sum = 0;

	for (unsigned w = 0; w < s->share.workers; w++) {
		if (site_of(s, w) == site)
			sum += load_relaxed(&share_worker(&s->share, w)->finished);
	}
	return sum;
}

/*
 * The first thread of a process that storms waits for the end of the storm, so where it is says what
 * becomes of all of them: T stopped by a signal, t by a debugger; asleep where the freezer of a cgroup
 * puts who is to stand still: do_freezer_trap(), inlined into get_signal(), or __refrigerator(). That
 * is asked only while nothing moves.
 */
static bool is_stopped(struct site *site, uint64_t finished)
{
	bool moved = finished != site->finished;
	struct thread_look look = {.known = false};
	char text[64];
	ssize_t n;

	site->finished = finished;
	thread_look(&site->files, &look);
	if (look.known && (look.state == 'T' || look.state == 't'))
		return true;
	n = moved || site->wchan < 0 ? -1 : pread(site->wchan, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	return strstr(text, "freezer") || strstr(text, "refrigerator") ||
	       !strcmp(text, "get_signal");
}

static void tell_of_site(struct supervisor *s, unsigned i)
{
	struct site *site = &s->site[i];
	uint64_t ns = site->stopped_for;
	char name[SITE_NAME_MAX];

	if (!ns)
		return;
	site->stopped_for = 0;
	watch_tell(
		s, EVENT_standstill, -1, ns,
		"%s (pid %d) was stopped for %.1f s, by a signal, a debugger or its cgroup: that time is "
		"taken out of ages, limits and rates; %u operation%s in flight %s it in their latency",
		site_name(s, i, name), (int)site->pid, (double)ns / 1e9, site->flights,
		plural(site->flights), plural_word(site->flights, "has", "have"));
}

static unsigned flights_in(const struct supervisor *s, unsigned site)
{
	unsigned n = 0;

	for (unsigned w = 0; w < s->share.workers; w++)
		n += site_of(s, w) == site && flight_busy(&share_worker(&s->share, w)->flight);
	return n;
}

/* Short stops are told together. Whether it is stopped. */
static bool look_at_site(struct supervisor *s, unsigned i, uint64_t last, uint64_t now)
{
	struct site *site = &s->site[i];
	bool stopped = site->pid > 0 && !site->reaped && is_stopped(site, finished_in(s, i));

	if (!stopped)
		site->stopped_since = 0;
	else if (!site->stopped_since)
		site->stopped_since = now;
	if (!stopped || !last) {
		if (site->stopped_for >= STANDSTILL_MIN && !stopped)
			tell_of_site(s, i);
		return stopped;
	}
	site->flights = flights_in(s, i);
	standstill_add(&s->watch.site_stood[i], last, now);
	site->stopped_for += now - last;
	return true;
}

/* The storm alone: nothing of it goes on while all of its processes are stopped. */
static uint64_t look_at_storm(struct supervisor *s, uint64_t last, uint64_t now)
{
	bool all = true;

	for (unsigned i = 0; i < s->share.sites; i++)
		all &= look_at_site(s, i, last, now);
	if (!all || !last)
		return 0;
	standstill_add(&s->watch.storm_stood, last, now);
	/* Who ends the storm looks again and again whether it has to be killed. */
	return phase_of(load_relaxed(&s->share.head->phase)) == PHASE_STOP ? 0 : now - last;
}

uint64_t stillness_of_storm(const struct supervisor *s)
{
	uint64_t since = 0;

	for (unsigned i = 0; i < s->share.sites; i++) {
		uint64_t its = s->site[i].stopped_since;

		since = !since || (its && its < since) ? its : since;
	}
	return since;
}

void stillness_begin(struct supervisor *s)
{
	s->stillness.schedstat = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
	s->stillness.delay = run_delay(s);
	s->stillness.suspended = suspended();
	for (unsigned i = 0; i < s->share.sites; i++) {
		struct site *site = &s->site[i];
		char path[64];

		thread_files_open(&site->files, site->pid, site->pid);
		snprintf(path, sizeof(path), "/proc/%d/task/%d/wchan", (int)site->pid,
			 (int)site->pid);
		site->wchan = open(path, O_RDONLY | O_CLOEXEC);
	}
}

void stillness_end(struct supervisor *s)
{
	for (unsigned i = 0; i < s->share.sites; i++) {
		struct site *site = &s->site[i];

		tell_of_site(s, i);
		if (site->wchan >= 0)
			close(site->wchan);
		site->wchan = -1;
		thread_files_close(&site->files);
	}
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
	for (unsigned i = 0; i < s->share.sites; i++)
		standstill_add(&s->watch.site_stood[i], last, now);
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
