/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The watch under told time: what ends it, in which order, and that it always sleeps between two
 * looks. The link wraps clock_gettime() and clock_sleep(): a sleep takes as long as it should, and
 * no time of the machine's. The registry of detectors is the test's, and too long.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "told_given.h"
#include "base/interrupt.h"
#include "base/textfile.h"
#include "child.h"
#include "measure/clock.h"
#include "run/supervisor.h"
#include "run/segment.h"

#define OOM_SCORE "/proc/self/oom_score_adj"

static int refuse(struct detector *d, struct error *err)
{
	return error_set(err, ENODEV, "not here");
}

static const struct detector_ops none = {.name = "none", .start = refuse};
const struct detector_ops *const detector_registry[] = {
	[0 ... DETECTOR_COUNT] = &none, /* one too many */
	NULL,
};

static uint64_t now;
static unsigned sleeps, interrupt_at; /* the sleep in which SIGTERM comes; 0: none */

int __wrap_clock_gettime(clockid_t id, struct timespec *ts);
void __wrap_clock_sleep(uint64_t ns);

int __wrap_clock_gettime(clockid_t id, struct timespec *ts)
{
	*ts = timespec_from_ns(now);
	return 0;
}

void __wrap_clock_sleep(uint64_t ns)
{
	now += ns;
	if (++sleeps == interrupt_at)
		raise(SIGTERM);
}

static struct interval heard[8];
static unsigned intervals;

void __wrap_stream_interval(struct stream *stream, const struct interval *i);
void __wrap_stream_interval(struct stream *stream, const struct interval *i)
{
	assert_true(intervals < ARRAY_SIZE(heard));
	heard[intervals++] = *i;
}

static struct supervisor s;
static struct run_record record;
static struct given given;

static int start(void **state)
{
	const short nodes[] = {-1};
	struct clock_facts facts;
	struct error err;

	now = 1000 * NSEC_PER_SEC;
	clock_setup_fallback(&facts, "told");
	sleeps = interrupt_at = 0;
	intervals = 0;
	memset(&s, 0, sizeof(s));
	memset(&record, 0, sizeof(record));
	s.record = &record;
	memset(&given, 0, sizeof(given));
	s.given = &given;
	s.plan = &given.plan;
	s.placement = &given.geometry.placement;
	given.geometry.placement.spare_cpu = -1;
	record.first_finding.kind = record.gravest.kind = -1;
	s.books.last = now;
	s.books.due = UINT64_MAX;
	strcpy(given.plan.detectors, "all");
	told_given(&given);
	return share_create(&s.share, 1, 1, nodes, &err);
}

static int end(void **state)
{
	for (unsigned i = 0; i < s.detectors; i++)
		free(s.detector[i].state);
	share_destroy(&s.share);
	return 0;
}

static void time_ends_it(void **state)
{
	uint64_t began = now;

	assert_int_equal(watch_for(&s, NSEC_PER_SEC, false), WATCH_TIME);
	assert_int_equal(now - began, NSEC_PER_SEC);
	assert_int_equal(sleeps, NSEC_PER_SEC / WATCH_PERIOD);
}

static int interrupted_twice(void)
{
	int ret = 0;

	signal(SIGTERM, SIG_DFL);
	interrupts_catch();
	interrupt_at = 3;
	if (watch_for(&s, NSEC_PER_SEC, false) != WATCH_INTERRUPTED || sleeps != 3)
		ret = 1;
	/* Told once: the storm then gets its time to end. */
	else if (watch_for(&s, NSEC_PER_SEC, false) != WATCH_TIME || sleeps != 23)
		ret = 2;
	interrupt_at = 25;
	if (!ret && (watch_for(&s, NSEC_PER_SEC, false) != WATCH_KILLED || sleeps != 25))
		ret = 3;
	/* And stays so. */
	if (!ret && watch_for(&s, NSEC_PER_SEC, false) != WATCH_KILLED)
		ret = 4;
	return ret;
}

static void the_first_interrupt_ends_the_storm_the_second_at_once(void **state)
{
	expect_in_child(interrupted_twice, "");
}

static void a_failed_sink_is_told_once(void **state)
{
	s.stream.failed = -ENOSPC;
	assert_int_equal(watch_for(&s, NSEC_PER_SEC, false), WATCH_SINK);
	assert_int_equal(sleeps, 0);
	/* While the storm is being ended, the watch sleeps: the workers need its CPU. */
	assert_int_equal(watch_for(&s, NSEC_PER_SEC, false), WATCH_TIME);
	assert_int_equal(sleeps, NSEC_PER_SEC / WATCH_PERIOD);
}

/* What happened in it, not what has happened by then. */
static void each_interval_has_its_own(void **state)
{
	struct worker_share *w = share_worker(&s.share, 0);

	s.watch.share = &s.share;
	given.plan.interval = NSEC_PER_SEC;
	s.books.due = now + NSEC_PER_SEC;
	w->evidence = true;
	for (unsigned n = 1; n <= 3; n++) {
		w->finished += 100 * n;
		w->storm.faults += 10 * n;
		w->interval_max = 1000 * n;
		record.events[EVENT_cpu_stall] += n;
		assert_int_equal(watch_for(&s, NSEC_PER_SEC, false), WATCH_TIME);
	}
	assert_int_equal(intervals, 3);
	for (unsigned n = 1; n <= 3; n++) {
		const struct interval *i = &heard[n - 1];

		assert_int_equal(i->seconds_ns, NSEC_PER_SEC);
		assert_int_equal(i->ops, 100 * n);
		assert_int_equal(i->faults, 10 * n);
		assert_int_equal(i->max, 1000 * n);
		/* These are of the run so far. */
		assert_int_equal(i->stalls, n * (n + 1) / 2);
		assert_int_equal(i->oldest_worker, -1);
	}
	/* Where nobody counts them they are not 0. */
	w->evidence = false;
	watch_for(&s, NSEC_PER_SEC, false);
	assert_int_equal(intervals, 4);
	assert_true(heard[3].faults == VMSTAT_ABSENT);
	assert_int_equal(heard[3].ops, 0);
	assert_int_equal(heard[3].max, 0);
}

static void the_first_interval_is_as_long_as_the_others(void **state)
{
	s.watch.share = &s.share;
	s.books.last = s.books.due = 0;
	given.plan.interval = NSEC_PER_SEC;
	assert_int_equal(watch_for(&s, NSEC_PER_SEC / 2, false), WATCH_TIME);
	assert_int_equal(intervals, 0);
	assert_int_equal(watch_for(&s, NSEC_PER_SEC / 2, false), WATCH_TIME);
	assert_int_equal(intervals, 1);
	assert_int_equal(heard[0].seconds_ns, NSEC_PER_SEC);
}

static void a_worker_that_fails_is_seen(void **state)
{
	share_worker(&s.share, 0)->life = LIFE_FAILED;
	assert_int_equal(watch_for(&s, NSEC_PER_SEC, true), WATCH_SETUP);
	share_worker(&s.share, 0)->life = LIFE_PARKED;
	share_worker(&s.share, 0)->parked_on = s.share.head->phase + 1;
	assert_int_equal(watch_for(&s, NSEC_PER_SEC, true), WATCH_PARKED);
}

static void the_spare_cpu_that_leaves_is_told_once(void **state)
{
	s.watch.sink = &s;
	given.geometry.placement.spare_cpu = CPU_SETSIZE - 1; /* not where this runs */
	assert_int_equal(watch_for(&s, NSEC_PER_SEC, false), WATCH_TIME);
	assert_int_equal(record.events[EVENT_cpu_left], 1);
}

static void a_detector_too_many_is_refused(void **state)
{
	struct error err = {""};

	assert_int_equal(watch_begin(&s, &err), -E2BIG);
	assert_int_equal(s.detectors, DETECTOR_COUNT);
	/* What lies behind them is untouched. */
	assert_int_equal(s.cost.began, 0);
	assert_int_equal(s.cost.cpu[0], 0);
}

/* Whoever tells of a thread by its number or by its worker: the record has both. */
static void an_event_names_its_worker(void **state)
{
	struct event lockup = {.kind = EVENT_soft_lockup, .cpu = 1, .worker = -1, .tid = 4711};
	struct event stuck = {.kind = EVENT_stuck, .worker = 0};
	struct error err;

	watch_begin(&s, &err);
	s.kernel_tids = true;
	given.geometry.placement.thread[0].group = 3;
	share_worker(&s.share, 0)->tid = 4711;
	s.watch.emit(&s.watch, &stuck);
	assert_int_equal(record.first_finding.group, 3);
	assert_int_equal(record.first_finding.tid, 4711);
	s.watch.emit(&s.watch, &lockup);
	assert_int_equal(record.gravest.kind, EVENT_soft_lockup);
	assert_int_equal(record.gravest.worker, 0);
	assert_int_equal(record.gravest.group, 3);

	/* In a pid namespace the kernel's number may be another thread's. */
	record.gravest.kind = -1;
	s.kernel_tids = false;
	s.watch.emit(&s.watch, &lockup);
	assert_int_equal(record.gravest.worker, -1);
}

static void notes_that_do_not_fit_are_counted(void **state)
{
	for (int i = 0; i < RECORD_NOTES_MAX + 3; i++)
		record_note(&record, "note %d", i);
	assert_string_equal(record.notes[RECORD_NOTES_MAX - 1], "note 31");
	assert_int_equal(record.notes_dropped, 3);
}

static int oom_score(void)
{
	char text[16];

	if (textfile_write(OOM_SCORE, "300"))
		return CHILD_SKIP;
	given.geometry.placement.observer_cpu = sched_getcpu();
	sched_getaffinity(0, sizeof(given.machine.topology.allowed),
			  &given.machine.topology.allowed);
	observer_begin(&s);
	/* Another one, also where -1000 was refused. */
	textfile_write(OOM_SCORE, "500");
	observer_end(&s);
	if (textfile_read(OOM_SCORE, text, sizeof(text)) < 0 || strcmp(text, "300"))
		return 1;
	return 0;
}

/* An ordinary user whose limit is nothing: all of it in one weakness. */
static int nothing_locked(void)
{
	const struct rlimit nothing = {0, 0};
	const short nodes[] = {-1};
	struct run_sink sink = {.ctx = NULL};
	struct error err;

	if (setrlimit(RLIMIT_MEMLOCK, &nothing) || (!geteuid() && setresuid(65534, 65534, 65534)))
		return CHILD_SKIP;
	share_destroy(&s.share);
	if (share_create(&s.share, 1, 1, nodes, &err) || stream_start(&s.stream, &sink, -1, &err))
		return 1;
	given.geometry.placement.observer_cpu = sched_getcpu();
	sched_getaffinity(0, sizeof(given.machine.topology.allowed),
			  &given.machine.topology.allowed);
	observer_begin(&s);
	observer_end(&s);
	stream_stop(&s.stream);
	memset(record.notes, 0, sizeof(record.notes));
	note_unlocked(&s);
	if (!strstr(record.notes[0],
		    "; see `ulimit -l`): the watch, the shared segment, the ring of "
		    "events: reclaim may stop them"))
		return 2;
	return record.notes[1][0] ? 3 : 0;
}

static void what_is_not_locked_is_told_once(void **state)
{
	expect_in_child(nothing_locked, "this user's limit can't be lowered here");
	note_unlocked(&s);
	assert_string_equal(record.notes[0], "");
}

static void the_oom_score_is_put_back(void **state)
{
	expect_in_child(oom_score, "oom_score_adj can't be written here");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(time_ends_it),
		TEST(the_first_interrupt_ends_the_storm_the_second_at_once),
		TEST(a_failed_sink_is_told_once),
		TEST(each_interval_has_its_own),
		TEST(the_first_interval_is_as_long_as_the_others),
		TEST(a_worker_that_fails_is_seen),
		TEST(the_spare_cpu_that_leaves_is_told_once),
		TEST(a_detector_too_many_is_refused),
		TEST(an_event_names_its_worker),
		TEST(notes_that_do_not_fit_are_counted),
		TEST(the_oom_score_is_put_back),
		TEST(what_is_not_locked_is_told_once),
	};

	return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
