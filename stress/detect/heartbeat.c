/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A real-time thread on each watched CPU that wants to run every heartbeat_period. The gap is how
 * much later than asked for it ran. A CPU that is locked up does not run it at all: so the watch
 * looks at what is overdue now, and does not wait for the thread to return and tell.
 */
#include "detect/heartbeat.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/plural.h"
#include "base/priority.h"
#include "base/seqcount.h"
#include "measure/clock.h"

#define STACK_BYTES	 (64 * KIB)
#define BEATS_PER_SAMPLE 16 /* between two readings of the thread's CPU time */
#define JOIN_SECONDS	 1

struct beat {
	/* Written by the thread. */
	uint64_t due; /* clock ns of the beat that it sleeps for */
	uint64_t count, cpu_ns;
	bool realtime;
	uint64_t left; /* clock ns at which it found itself on another CPU, and ended; 0: not */
	uint64_t late, late_at; /* the latest since the watch took one, ns, and when it beat */
	uint32_t lates;		/* the seqcount of these two */
	/* Written by the watch. */
	int cpu __attribute__((aligned(CACHE_LINE)));
	uint32_t taken;			     /* the seqcount of what it took */
	uint64_t latest;		     /* of those, until heartbeat_take() */
	bool started, stalled, locked, gone; /* gone: that it left was told */
	pthread_t thread;
	const struct pulse *pulse;
} __attribute__((aligned(CACHE_LINE)));

/* What the threads know. One that never returns keeps it: then it is not freed. */
struct pulse {
	bool stop;
	uint64_t period;
	struct beat beat[];
};

struct heartbeat {
	struct pulse *pulse;
	struct beat *beat;    /* the pulse's */
	unsigned beats, left; /* left: threads that did not return */
};

static void note_late(struct beat *b, uint64_t now, uint64_t late)
{
	if (late <= b->late && load_acquire(&b->taken) != b->lates)
		return;
	seqcount_write_begin(&b->lates);
	seqcount_put(&b->late, late);
	seqcount_put(&b->late_at, now);
	seqcount_write_end(&b->lates);
}

/* The kernel moves a pinned thread only when its CPU is no longer there for it. */
static bool is_elsewhere(const struct beat *b)
{
	int cpu = sched_getcpu();

	return cpu >= 0 && cpu != b->cpu;
}

/*
 * Sleeps relative to the kernel's clock but judges by ours: the sleep is for what is left until the
 * beat is due, so the rates of the two clocks need not agree.
 */
static void *beat_main(void *arg)
{
	struct beat *b = arg;
	const struct pulse *pulse = b->pulse;
	struct sched_param param = {.sched_priority = PRIORITY_HEARTBEAT};

	store_relaxed(&b->realtime, !sched_setscheduler(0, SCHED_FIFO, &param));
	while (!load_relaxed(&pulse->stop)) {
		uint64_t due = clock_now() + pulse->period, now;

		store_relaxed(&b->due, due);
		clock_sleep(pulse->period);
		now = clock_now();
		if (is_elsewhere(b)) {
			store_release(&b->left, now);
			break;
		}
		if (now > due)
			note_late(b, now, now - due);
		count_add(&b->count, 1);
		if (b->count % BEATS_PER_SAMPLE == 0)
			store_relaxed(&b->cpu_ns, clock_thread_cpu());
	}
	store_relaxed(&b->cpu_ns, clock_thread_cpu());
	return NULL;
}

static int start_beat(struct heartbeat *h, struct beat *b, int cpu)
{
	size_t stack = MAX(STACK_BYTES, (size_t)sysconf(_SC_THREAD_STACK_MIN));
	pthread_attr_t attr;
	cpu_set_t set;
	int err;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	b->cpu = cpu;
	b->pulse = h->pulse;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, stack);
	pthread_attr_setaffinity_np(&attr, sizeof(set), &set);
	err = pthread_create(&b->thread, &attr, beat_main, b);
	pthread_attr_destroy(&attr);
	b->started = !err;
	return err;
}

static int heartbeat_start(struct detector *d, struct error *err)
{
	struct heartbeat *h = d->state;
	unsigned cpus = (unsigned)CPU_COUNT(&d->watch->watched);
	size_t bytes = sizeof(*h->pulse) + cpus * sizeof(*h->beat);
	void *p = NULL;

	if (!cpus || posix_memalign(&p, CACHE_LINE, bytes))
		return error_set(err, ENOMEM, "no memory for %u heartbeats", cpus);
	memset(p, 0, bytes);
	h->pulse = p;
	h->beat = h->pulse->beat;
	h->pulse->period = d->watch->given->plan.heartbeat_period;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		int e;

		if (!CPU_ISSET(cpu, &d->watch->watched))
			continue;
		e = start_beat(h, &h->beat[h->beats++], cpu);
		if (e) {
			d->ops->finish(d);
			return error_errno(err, e, "cannot start the heartbeat of CPU %d", cpu);
		}
	}
	return 0;
}

static void note_episode(struct detector *d, struct beat *b, uint64_t now, uint64_t gap)
{
	const struct run_plan *plan = &d->watch->given->plan;

	if (gap < plan->stall_after) {
		b->stalled = b->locked = false;
		return;
	}
	if (!b->stalled)
		detector_emit(d, EVENT_cpu_stall, now, b->cpu, -1, gap,
			      "CPU %d has not run its heartbeat for %.3f s", b->cpu,
			      (double)gap / 1e9);
	b->stalled = true;
	if (gap >= plan->lockup_after && !b->locked) {
		b->locked = true;
		detector_emit(d, EVENT_cpu_lockup, now, b->cpu, -1, gap,
			      "CPU %d has not run a real-time thread for %.1f s", b->cpu,
			      (double)gap / 1e9);
	}
}

static uint64_t raw_overdue(const struct beat *b, uint64_t now)
{
	uint64_t due = load_relaxed(&b->due);

	return due && now > due ? now - due : 0;
}

static uint64_t overdue(const struct detector *d, const struct beat *b, uint64_t now)
{
	uint64_t late = raw_overdue(b, now);

	return standstill_ran(&d->watch->stood, now - late, now);
}

/* What the thread said since the last time. False: nothing, or it is saying it now. */
static bool read_late(const struct beat *b, uint32_t *count, uint64_t *late, uint64_t *at)
{
	*count = seqcount_read_begin(&b->lates);
	if (*count == b->taken)
		return false;
	*late = seqcount_get(&b->late);
	*at = seqcount_get(&b->late_at);
	return seqcount_read_valid(&b->lates, *count);
}

static void note_worst(struct detector *d, const struct beat *b, uint64_t late, uint64_t at)
{
	if (late <= d->summary.worst)
		return;
	d->summary.worst = late;
	d->summary.worst_at = at;
	d->summary.worst_cpu = b->cpu;
}

static void look_at(struct detector *d, struct beat *b, uint64_t now)
{
	uint64_t gap = overdue(d, b, now), stall = d->watch->given->plan.stall_after, late, at;
	uint32_t count;

	if (read_late(b, &count, &late, &at)) {
		store_release(&b->taken, count);
		late = standstill_ran(&d->watch->stood, at - late, at);
		b->latest = MAX(b->latest, late);
		/* A stall that was over between two polls. */
		if (late >= stall && !b->stalled && gap < stall) {
			note_episode(d, b, at, late);
			b->stalled = b->locked = false;
		}
		note_worst(d, b, late, at);
	}
	note_episode(d, b, now, gap);
	if (gap >= stall)
		note_worst(d, b, gap, now);
}

/* From here on nothing is known of that CPU, and nothing is said. */
static bool has_left(struct detector *d, struct beat *b)
{
	uint64_t left = load_acquire(&b->left);

	if (left && !b->gone) {
		b->gone = true;
		detector_emit(d, EVENT_cpu_left, left, b->cpu, -1, 0, "CPU %d left the run",
			      b->cpu);
	}
	return left;
}

static void heartbeat_poll(struct detector *d, uint64_t now)
{
	struct heartbeat *h = d->state;

	for (unsigned i = 0; i < h->beats; i++) {
		if (!has_left(d, &h->beat[i]))
			look_at(d, &h->beat[i], now);
	}
}

static void heartbeat_finish(struct detector *d)
{
	struct heartbeat *h = d->state;
	struct timespec until;
	unsigned realtime = 0, gone = 0;
	char left[48] = "";

	if (h->pulse)
		store_relaxed(&h->pulse->stop, true);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += JOIN_SECONDS;
	for (unsigned i = 0; i < h->beats; i++) {
		struct beat *b = &h->beat[i];

		/* A thread on a locked CPU does not return: it is left, with its memory. */
		if (b->started && pthread_timedjoin_np(b->thread, NULL, &until))
			h->left++;
		b->started = false;
		d->summary.samples += load_relaxed(&b->count);
		realtime += load_relaxed(&b->realtime);
		gone += b->gone;
	}
	if (gone)
		snprintf(left, sizeof(left), "; %u of them left the run", gone);
	snprintf(d->summary.text, sizeof(d->summary.text), "%llu beat%s on %u CPU%s%s%s",
		 (unsigned long long)d->summary.samples, plural(d->summary.samples), h->beats,
		 plural(h->beats), left,
		 h->left ? "; a CPU does not run its heartbeat even now" : "");
	if (h->beats && realtime < h->beats)
		snprintf(d->note, sizeof(d->note),
			 "not at real-time priority: gaps include the scheduler's");
}

static void heartbeat_release(struct detector *d)
{
	struct heartbeat *h = d->state;

	if (!h->left)
		free(h->pulse);
	h->pulse = NULL;
	h->beats = 0;
}

static const struct beat *beat_of(const struct detector *d, int cpu)
{
	const struct heartbeat *h = d->state;

	for (unsigned i = 0; i < h->beats; i++) {
		if (h->beat[i].cpu == cpu)
			return &h->beat[i];
	}
	return NULL;
}

bool heartbeat_take(const struct detector *d, unsigned index, uint64_t now, struct late_beat *beat)
{
	const struct heartbeat *h = d->state;
	struct beat *b;

	if (index >= h->beats)
		return false;
	b = &h->beat[index];
	beat->cpu = b->cpu;
	beat->late = MAX(b->latest, overdue(d, b, now));
	b->latest = 0;
	if (b->gone)
		beat->late = 0;
	return true;
}

uint64_t heartbeat_gap(const struct detector *d, int cpu, uint64_t now)
{
	const struct beat *b = beat_of(d, cpu);

	return b && !load_acquire(&b->left) ? overdue(d, b, now) : 0;
}

uint64_t heartbeat_least_late(const struct detector *d, uint64_t now)
{
	const struct heartbeat *h = d->state;
	uint64_t least = STANDSTILL_UNKNOWN;

	for (unsigned i = 0; i < h->beats; i++) {
		uint64_t late = 0, at;
		uint32_t count;

		if (load_acquire(&h->beat[i].left))
			continue;
		if (!read_late(&h->beat[i], &count, &late, &at))
			late = 0;
		least = MIN(least, MAX(late, raw_overdue(&h->beat[i], now)));
	}
	return least;
}

uint64_t heartbeat_cpu_ns(const struct detector *d, int cpu)
{
	const struct beat *b = beat_of(d, cpu);

	return b ? load_relaxed(&b->cpu_ns) : 0;
}

const struct detector_ops detector_heartbeat = {
	.name = "heartbeat",
	.help = "a real-time thread on each watched CPU: the longest it did not get to run",
	.state_size = sizeof(struct heartbeat),
	.start = heartbeat_start,
	.poll = heartbeat_poll,
	.finish = heartbeat_finish,
	.release = heartbeat_release,
};
