/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The heartbeats under told time: the link wraps clock_gettime() and clock_sleep(), so a beat
 * sleeps until the test's clock says so, and the beat of a CPU that is held does not return. In one
 * test time is the machine's, and a real-time thread starves a CPU.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "checker.h"
#include "detect/heartbeat.h"
#include "measure/clock.h"

#define PERIOD (20 * NSEC_PER_MSEC)
#define STEP   (5 * NSEC_PER_MSEC)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct {
	bool told;    /* false: the machine's time */
	bool let_go;  /* the beats end: they sleep for real */
	uint64_t now; /* CLOCK_MONOTONIC_RAW, ns */
	int gone;     /* the CPU whose beat is moved to another; -1: none */
	int held;     /* the CPU whose beat does not wake up; -1: none */
	unsigned beats;
	struct sleeper {
		int cpu;
		bool asleep;
		uint64_t until;
	} beat[CPU_SETSIZE];
} fake;

int __real_clock_gettime(clockid_t id, struct timespec *ts);
int __wrap_clock_gettime(clockid_t id, struct timespec *ts);
void __real_clock_sleep(uint64_t ns);
void __wrap_clock_sleep(uint64_t ns);

int __wrap_clock_gettime(clockid_t id, struct timespec *ts)
{
	if (!load_relaxed(&fake.told) || id != CLOCK_MONOTONIC_RAW)
		return __real_clock_gettime(id, ts);
	*ts = timespec_from_ns(load_relaxed(&fake.now));
	return 0;
}

int __real_sched_getcpu(void);
int __wrap_sched_getcpu(void);

int __wrap_sched_getcpu(void)
{
	int cpu = __real_sched_getcpu();

	return load_relaxed(&fake.told) && cpu == load_relaxed(&fake.gone) ? cpu + 1 : cpu;
}

static bool sleeps_on(const struct sleeper *s)
{
	return fake.now < s->until || fake.held == s->cpu;
}

void __wrap_clock_sleep(uint64_t ns)
{
	static __thread struct sleeper *me;

	if (!load_relaxed(&fake.told)) {
		__real_clock_sleep(ns);
		return;
	}
	pthread_mutex_lock(&lock);
	if (!me) {
		me = &fake.beat[fake.beats++];
		me->cpu = sched_getcpu();
	}
	me->until = fake.now + ns;
	me->asleep = true;
	pthread_cond_broadcast(&changed);
	while (!fake.let_go && sleeps_on(me))
		pthread_cond_wait(&changed, &lock);
	me->asleep = false;
	pthread_mutex_unlock(&lock);
	if (load_relaxed(&fake.let_go))
		__real_clock_sleep(NSEC_PER_MSEC);
}

static struct event seen[64];
static unsigned events;

static void take_event(struct watch *w, const struct event *e)
{
	assert_true(events < 64);
	seen[events++] = *e;
}

static unsigned count(enum event_kind kind)
{
	unsigned n = 0;

	for (unsigned i = 0; i < events; i++)
		n += seen[i].kind == (int)kind;
	return n;
}

static struct given given;
static struct watch watch;
static struct detector detector;

static bool all_asleep(void)
{
	for (unsigned i = 0; i < fake.beats; i++) {
		if (!fake.beat[i].asleep || !sleeps_on(&fake.beat[i]))
			return false;
	}
	return fake.beats == (unsigned)CPU_COUNT(&watch.watched);
}

/* Time passes in steps; after each, every beat that was due has beaten, and the watch looks. */
static void pass(uint64_t ns)
{
	for (uint64_t end = fake.now + ns; fake.now < end;) {
		pthread_mutex_lock(&lock);
		store_relaxed(&fake.now, fake.now + STEP);
		pthread_cond_broadcast(&changed);
		while (!all_asleep())
			pthread_cond_wait(&changed, &lock);
		pthread_mutex_unlock(&lock);
		detector_heartbeat.poll(&detector, clock_now());
	}
}

static void start(bool told)
{
	struct clock_facts facts;
	struct error err;

	clock_setup_fallback(&facts, "told");
	memset(&fake, 0, sizeof(fake));
	fake.told = told;
	fake.now = 1000 * NSEC_PER_SEC;
	fake.held = fake.gone = -1;
	events = 0;
	memset(&given, 0, sizeof(given));
	given.plan.heartbeat_period = PERIOD;
	given.plan.stall_after = 100 * NSEC_PER_MSEC;
	given.plan.lockup_after = 10 * NSEC_PER_SEC;
	watch = (struct watch){
		.given = &given, .spare_cpu = -1, .storming = true, .emit = take_event};
	sched_getaffinity(0, sizeof(watch.watched), &watch.watched);
	detector = (struct detector){.ops = &detector_heartbeat, .watch = &watch};
	detector.summary.worst_cpu = detector.summary.worst_worker = -1;
	detector.state = calloc(1, detector_heartbeat.state_size);
	assert_non_null(detector.state);
	assert_int_equal(detector_heartbeat.start(&detector, &err), 0);
	detector.active = true;
}

static void end(void)
{
	pthread_mutex_lock(&lock);
	fake.let_go = true;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	detector_heartbeat.finish(&detector);
	detector_heartbeat.release(&detector);
	free(detector.state);
	fake.told = false;
}

static int last_cpu(void)
{
	int cpu = CPU_SETSIZE - 1;

	while (!CPU_ISSET(cpu, &watch.watched))
		cpu--;
	return cpu;
}

/* How late @cpu was; every watched CPU is met once. */
static uint64_t take_late(int cpu)
{
	struct late_beat beat;
	uint64_t late = 0;
	unsigned n = 0;

	for (; heartbeat_take(&detector, n, clock_now(), &beat); n++) {
		assert_true(CPU_ISSET(beat.cpu, &watch.watched));
		if (beat.cpu == cpu)
			late = beat.late;
	}
	assert_int_equal(n, CPU_COUNT(&watch.watched));
	return late;
}

static void quiet_cpus_give_no_event(void **state)
{
	unsigned cpus;

	start(true);
	pass(600 * NSEC_PER_MSEC);
	cpus = (unsigned)CPU_COUNT(&watch.watched);
	assert_int_equal(take_late(last_cpu()), 0);
	end();
	assert_int_equal(events, 0);
	assert_int_equal(detector.summary.worst, 0);
	assert_true(detector.summary.samples >= 29 * cpus);
}

static void a_starved_cpu_is_seen(void **state)
{
	int cpu;

	start(true);
	cpu = last_cpu();
	pass(100 * NSEC_PER_MSEC);
	fake.held = cpu;
	pass(300 * NSEC_PER_MSEC);
	fake.held = -1;
	pass(100 * NSEC_PER_MSEC);
	assert_in_range(take_late(cpu), 280 * NSEC_PER_MSEC, 305 * NSEC_PER_MSEC);
	/* It is taken once. */
	assert_int_equal(take_late(cpu), 0);
	end();
	assert_int_equal(count(EVENT_cpu_stall), 1);
	assert_int_equal(seen[0].cpu, cpu);
	assert_int_equal(events, 1);
	assert_int_equal(detector.summary.worst_cpu, cpu);
	assert_in_range(detector.summary.worst, 280 * NSEC_PER_MSEC, 305 * NSEC_PER_MSEC);
}

static void a_long_stall_is_a_lockup(void **state)
{
	start(true);
	pass(100 * NSEC_PER_MSEC);
	fake.held = last_cpu();
	pass(11 * NSEC_PER_SEC);
	assert_true(heartbeat_gap(&detector, last_cpu(), clock_now()) >= 10 * NSEC_PER_SEC);
	end();
	assert_int_equal(count(EVENT_cpu_stall), 1);
	assert_int_equal(count(EVENT_cpu_lockup), 1);
	assert_int_equal(events, 2);
	assert_in_range(detector.summary.worst, 10 * NSEC_PER_SEC, 11 * NSEC_PER_SEC);
}

/* All stand still for 17 s, the watch too; each beat says afterwards how late it was. */
static void stand_still(bool known)
{
	uint64_t before = fake.now;

	pthread_mutex_lock(&lock);
	store_relaxed(&fake.now, fake.now + 17 * NSEC_PER_SEC);
	pthread_cond_broadcast(&changed);
	while (!all_asleep())
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	assert_in_range(heartbeat_least_late(&detector, clock_now()), 16 * NSEC_PER_SEC,
			17 * NSEC_PER_SEC);
	if (known)
		standstill_add(&watch.stood, before, clock_now());
	detector_heartbeat.poll(&detector, clock_now());
}

static void a_standstill_is_no_lockup(void **state)
{
	start(true);
	pass(600 * NSEC_PER_MSEC);
	assert_true(heartbeat_least_late(&detector, clock_now()) < NSEC_PER_SEC);
	stand_still(true);
	assert_int_equal(events, 0);
	assert_true(take_late(last_cpu()) < given.plan.stall_after);
	assert_true(detector.summary.worst < given.plan.stall_after);
	/* Nor where the beats have not run yet. */
	fake.held = last_cpu();
	pass(50 * NSEC_PER_MSEC);
	watch.stood.at[0].to = clock_now() + 17 * NSEC_PER_SEC;
	watch.stood.at[0].ns = watch.stood.at[0].to - watch.stood.at[0].from;
	detector_heartbeat.poll(&detector, clock_now() + 17 * NSEC_PER_SEC);
	assert_int_equal(events, 0);
	/* What is late besides counts. */
	detector_heartbeat.poll(&detector, clock_now() + 40 * NSEC_PER_SEC);
	assert_true(count(EVENT_cpu_lockup) > 0);
	end();
}

/* The same gap of which nobody knows that thpstorm stood still. */
static void a_gap_of_all_beats_is_a_lockup(void **state)
{
	start(true);
	pass(600 * NSEC_PER_MSEC);
	stand_still(false);
	assert_int_equal(count(EVENT_cpu_lockup), (unsigned)CPU_COUNT(&watch.watched));
	end();
}

/* A CPU that is locked up now has not come back to say how late it was. */
static void an_overdue_beat_is_late(void **state)
{
	start(true);
	pass(100 * NSEC_PER_MSEC);
	fake.held = last_cpu();
	pass(11 * NSEC_PER_SEC);
	assert_in_range(take_late(last_cpu()), 10 * NSEC_PER_SEC, 12 * NSEC_PER_SEC);
	end();
}

/* It went offline, or out of the cpuset: told once, and nothing is claimed of it afterwards. */
static void a_cpu_that_leaves_is_told(void **state)
{
	int cpu;

	start(true);
	cpu = last_cpu();
	pass(100 * NSEC_PER_MSEC);
	pthread_mutex_lock(&lock);
	fake.gone = cpu;
	store_relaxed(&fake.now, fake.now + PERIOD);
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	while (!count(EVENT_cpu_left)) {
		sched_yield();
		detector_heartbeat.poll(&detector, clock_now());
	}
	pthread_mutex_lock(&lock);
	store_relaxed(&fake.now, fake.now + 20 * NSEC_PER_SEC);
	pthread_mutex_unlock(&lock);
	assert_int_equal(heartbeat_gap(&detector, cpu, clock_now()), 0);
	assert_int_equal(take_late(cpu), 0);
	end();
	assert_int_equal(count(EVENT_cpu_left), 1);
	assert_int_equal(seen[0].cpu, cpu);
	for (unsigned i = 1; i < events; i++)
		assert_int_not_equal(seen[i].cpu, cpu);
	assert_non_null(strstr(detector.summary.text, "; 1 of them left the run"));
}

static void *hog(void *arg)
{
	struct sched_param param = {.sched_priority = 60};
	uint64_t until;

	if (sched_setscheduler(0, SCHED_FIFO, &param))
		return (void *)1;
	until = clock_now() + 300 * NSEC_PER_MSEC;
	while (clock_now() < until)
		;
	return NULL;
}

/* In real time; a busy machine makes it later still. */
static void a_real_cpu_is_starved(void **state)
{
	pthread_attr_t attr;
	pthread_t thread;
	cpu_set_t set, other;
	void *failed;
	uint64_t late;

	skip_under_checker("threads share what runs them");
	sched_getaffinity(0, sizeof(watch.watched), &watch.watched);
	if (geteuid() || CPU_COUNT(&watch.watched) < 2) {
		print_message("SKIP: needs root and two CPUs\n");
		skip();
	}
	start(false);
	set = other = watch.watched;
	CPU_CLR(last_cpu(), &other);
	sched_setaffinity(0, sizeof(other), &other);
	while (!heartbeat_cpu_ns(&detector, last_cpu()))
		__real_clock_sleep(NSEC_PER_MSEC);
	CPU_ZERO(&set);
	CPU_SET(last_cpu(), &set);
	pthread_attr_init(&attr);
	pthread_attr_setaffinity_np(&attr, sizeof(set), &set);
	assert_int_equal(pthread_create(&thread, &attr, hog, NULL), 0);
	pthread_join(thread, &failed);
	pthread_attr_destroy(&attr);
	/* Until it has beaten: between a poll and the look at what that took it may do so unseen. */
	while (heartbeat_gap(&detector, last_cpu(), clock_now()) >= 100 * NSEC_PER_MSEC)
		__real_clock_sleep(NSEC_PER_MSEC);
	detector_heartbeat.poll(&detector, clock_now());
	late = take_late(last_cpu());
	sched_setaffinity(0, sizeof(watch.watched), &watch.watched);
	end();
	if (failed) {
		print_message("SKIP: real-time priority is refused\n");
		skip();
	}
	assert_true(late >= 200 * NSEC_PER_MSEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quiet_cpus_give_no_event),
		cmocka_unit_test(a_starved_cpu_is_seen),
		cmocka_unit_test(a_long_stall_is_a_lockup),
		cmocka_unit_test(an_overdue_beat_is_late),
		cmocka_unit_test(a_cpu_that_leaves_is_told),
		cmocka_unit_test(a_standstill_is_no_lockup),
		cmocka_unit_test(a_gap_of_all_beats_is_a_lockup),
		cmocka_unit_test(a_real_cpu_is_starved),
	};

	return cmocka_run_group_tests_name("heartbeat", tests, NULL, NULL);
}
