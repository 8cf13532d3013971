/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The watch: polls the detectors, keeps the intervals, notices that the storm process has ended,
 * that somebody interrupts, or that the result can't be written. While the storm runs it does
 * nothing that waits for a stormed CPU, for the storm's mmap_lock or for the disk.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/interrupt.h"
#include "detect/heartbeat.h"
#include "detect/progress.h"
#include "measure/clock.h"
#include "contract/effect.h"
#include "run/supervisor.h"
#include "workers/worker.h"

/* Whether the kernel's numbers of threads are those that gettid(2) gives here. */
static bool in_first_pid_namespace(void)
{
	struct stat st;

	/* include/linux/proc_ns.h: PROC_PID_INIT_INO */
	return !stat("/proc/self/ns/pid", &st) && st.st_ino == 0xeffffffc;
}

static void kernel_line(struct watch *w, const char *line)
{
	struct supervisor *s = w->sink;

	stream_kernel_line(&s->stream, line);
}

int watch_begin(struct supervisor *s, struct error *err)
{
	s->watch = (struct watch){
		.given = s->given,
		.share = &s->share,
		.evidence = s->evidence,
		.watched = s->placement->worker_cpus,
		.spare_cpu = s->placement->spare_cpu,
		.emit = watch_emit,
		.kernel_line = kernel_line,
		.sink = s,
	};
	s->kernel_tids = in_first_pid_namespace();
	for (const struct detector_ops *const *ops = detector_registry; *ops; ops++) {
		struct detector *d = &s->detector[s->detectors];
		char shown[PLAN_LIST_SHOWN];
		struct error why = {""};

		if (s->detectors == DETECTOR_COUNT)
			return error_set(err, E2BIG, "more than %u detectors", DETECTOR_COUNT);
		s->detectors++;
		d->ops = *ops;
		d->watch = &s->watch;
		d->summary.worst_cpu = d->summary.worst_worker = -1;
		d->state = calloc(1, (*ops)->state_size ? (*ops)->state_size : 1);
		if (!d->state)
			return error_set(err, ENOMEM, "no memory for detector %s", (*ops)->name);
		if (!(*ops)->always && !plan_list_names(s->plan->detectors, (*ops)->name)) {
			snprintf(d->note, sizeof(d->note), "switched off (detectors = %s)",
				 plan_list_shown(s->plan->detectors, shown));
			continue;
		}
		d->active = !(*ops)->start(d, &why);
		if (!d->active)
			snprintf(d->note, sizeof(d->note), "%.*s", (int)sizeof(d->note) - 1,
				 why.text);
	}
	return 0;
}

void watch_finish(struct supervisor *s)
{
	for (unsigned i = 0; i < s->detectors; i++) {
		struct detector *d = &s->detector[i];

		if (d->active)
			d->ops->poll(d, clock_now());
		if (d->ops->finish)
			d->ops->finish(d);
	}
}

/* Whether the faults of any worker are. */
static bool faults_counted(const struct supervisor *s)
{
	for (unsigned w = 0; w < s->share.workers; w++) {
		if (share_worker(&s->share, w)->evidence)
			return true;
	}
	return false;
}

static void sum_workers(struct supervisor *s, struct interval *i, uint64_t now)
{
	for (unsigned w = 0; w < s->share.workers; w++) {
		struct worker_share *ws = share_worker(&s->share, w);
		uint64_t age = progress_age(&s->watch, w, now),
			 max = __atomic_exchange_n(&ws->interval_max, 0, __ATOMIC_RELAXED);

		i->ops += load_relaxed(&ws->finished);
		i->faults += load_relaxed(&ws->storm.faults);
		i->max = MAX(i->max, max);
		if (age > i->oldest) {
			i->oldest = age;
			i->oldest_worker = (int)w;
		}
	}
}

static const struct detector *active(const struct supervisor *s, const struct detector_ops *ops)
{
	for (unsigned d = 0; d < s->detectors; d++) {
		if (s->detector[d].ops == ops && s->detector[d].active)
			return &s->detector[d];
	}
	return NULL;
}

static void stream_late_beats(struct supervisor *s, const struct detector *heartbeat,
			      const struct interval *i)
{
	struct late_beats late = {.elapsed = i->elapsed, .seconds_ns = i->seconds_ns};
	struct late_beat beat;

	/* What was late before the storm is taken too, and dropped. */
	for (unsigned n = 0; heartbeat_take(heartbeat, n, i->when, &beat); n++) {
		if (!s->record->storm_began || beat.late < LATE_BEAT)
			continue;
		late.beat[late.count++] = beat;
		if (late.count < LATE_BEATS_MAX)
			continue;
		stream_late(&s->stream, &late);
		late.count = 0;
	}
	if (late.count)
		stream_late(&s->stream, &late);
}

static void close_interval(struct supervisor *s, uint64_t now)
{
	struct interval_books *b = &s->books;
	struct run_record *r = s->record;
	struct vmstat v;
	struct interval i = {
		.when = now,
		.phase = (int)phase_of(load_relaxed(&s->share.head->phase)),
		.elapsed = r->storm_began ? ran(s, r->storm_began, now) : 0,
		.seconds_ns = ran(s, b->last, now),
		.oldest_worker = -1,
	};
	const struct detector *heartbeat = active(s, &detector_heartbeat);
	uint64_t ops, faults;

	sum_workers(s, &i, now);
	ops = i.ops;
	faults = i.faults;
	i.ops = ops - b->ops;
	i.faults = faults_counted(s) ? faults - b->faults : VMSTAT_ABSENT;
	b->ops = ops;
	b->faults = faults;
	vmstat_read(&s->counters, &v);
	i.folio_splits = memory_count(s->given, &effect_split, &b->vmstat, &v);
	i.thp_moved = memory_count(s->given, &effect_move, &b->vmstat, &v);
	b->vmstat = v;
	if (heartbeat) {
		i.worst_gap = heartbeat->summary.worst;
		stream_late_beats(s, heartbeat, &i);
	}
	i.findings = record_events(r, WEIGHT_FINDING);
	i.stalls = r->events[EVENT_cpu_stall];
	stream_interval(&s->stream, &i);
	b->last = now;
	b->due = now + s->plan->interval;
}

static bool worker_failed(const struct supervisor *s)
{
	for (unsigned w = 0; w < s->share.workers; w++) {
		if (load_acquire(&share_worker(&s->share, w)->life) == LIFE_FAILED)
			return true;
	}
	return false;
}

uint64_t finished_operations(const struct supervisor *s)
{
	uint64_t sum = 0;

	for (unsigned w = 0; w < s->share.workers; w++)
		sum += load_relaxed(&share_worker(&s->share, w)->finished);
	return sum;
}

/* Remembers how far the storm was when the first lockup was over, so that it shows that it went on.
 */
static void look_for_lockups(struct supervisor *s, uint64_t now)
{
	struct lockup_record *l = &s->record->lockups;
	unsigned rescued = l->rescued;

	if (s->record->events[EVENT_livelock])
		rescue_trace(&s->rescue, now);
	rescue_poll(&s->rescue, now, s->record->events[EVENT_soft_lockup]);
	l->seen = s->rescue.lockups;
	l->rescued = s->rescue.rescued;
	if (l->rescued && !rescued) {
		l->first_rescued = s->rescue.first_rescued;
		l->operations = finished_operations(s);
		vmstat_read(&s->counters, &l->then);
	}
}

/* Without it a lockup can't be ended: the watch is pinned to it and finds itself elsewhere. */
static void look_for_spare(struct supervisor *s, uint64_t now)
{
	int cpu = sched_getcpu();
	struct event e = {.when = now,
			  .kind = EVENT_cpu_left,
			  .cpu = s->placement->spare_cpu,
			  .worker = -1,
			  .text = "the spare CPU left the run: a lockup could not have been ended"};

	if (s->spare_left || e.cpu < 0 || cpu < 0 || cpu == e.cpu)
		return;
	s->spare_left = true;
	watch_emit(&s->watch, &e);
}

/* The first one is as long as the others: a rate over next to nothing is none. */
static void begin_interval(struct supervisor *s, uint64_t now)
{
	s->books.last = now;
	s->books.due = now + s->plan->interval;
	vmstat_read(&s->counters, &s->books.vmstat);
}

enum watch_end watch_for(struct supervisor *s, uint64_t ns, bool parked)
{
	uint64_t until = clock_now() + ns, last = 0;

	if (!s->books.last)
		begin_interval(s, clock_now());
	for (;;) {
		uint64_t now = clock_now(), next;
		enum phase phase = phase_of(load_relaxed(&s->share.head->phase));

		until += stillness_look(s, last, now);
		last = now;
		s->watch.storming = phase == PHASE_WARMUP || phase == PHASE_STORM;
		s->watch.stopping = phase == PHASE_STOP;
		for (unsigned i = 0; i < s->detectors; i++) {
			if (s->detector[i].active)
				s->detector[i].ops->poll(&s->detector[i], now);
		}
		chores_poll(s, now);
		look_for_lockups(s, now);
		look_for_spare(s, now);
		if (now >= s->knobs.due)
			look_for_changes(s, now);
		if (now >= s->books.due)
			close_interval(s, now);
		if (sites_reap(s) && (phase != PHASE_STOP || sites_gone(s)))
			return WATCH_GONE;
		if (interrupts_count() > 1)
			return WATCH_KILLED;
		if (interrupts_count() > s->heeded) {
			s->heeded = interrupts_count();
			return WATCH_INTERRUPTED;
		}
		if (load_relaxed(&s->stream.failed) && !s->sink_heeded) {
			s->sink_heeded = true;
			return WATCH_SINK;
		}
		if (parked && worker_failed(s))
			return WATCH_SETUP;
		if (parked && share_all_parked(&s->share, 0))
			return WATCH_PARKED;
		if (now >= until)
			return WATCH_TIME;
		next = MIN(WATCH_PERIOD, MIN(until, s->books.due) - now);
		if (parked)
			share_all_parked(&s->share, next);
		else
			clock_sleep(next);
	}
}
