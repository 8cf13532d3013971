/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The signs of a stuck kernel that no finished operation shows and that hold on every preemption
 * model: the age of the operation in flight, the faults that one touch takes, and a worker that
 * gets nothing done. Reads the shared segment and the observer's own mappings of the workers'
 * evidence; needs nothing of the workers.
 */
#include "detect/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/plural.h"
#include "measure/clock.h"

struct seen {
	uint64_t oldest;	    /* ns, of any operation */
	uint64_t stuck, spun;	    /* `since` of the operation already reported */
	uint64_t finished, changed; /* count, and when it last moved */
	bool told_spin, told_idle;
};

struct progress {
	unsigned workers;
	struct seen *seen;
};

static int progress_start(struct detector *d, struct error *err)
{
	struct progress *p = d->state;

	p->workers = d->watch->share->workers;
	p->seen = calloc(p->workers ? p->workers : 1, sizeof(*p->seen));
	return p->seen ? 0 : error_set(err, ENOMEM, "no memory for %u workers", p->workers);
}

/* An operation in flight, and the faults that it took so far. False: none, or it just returned. */
static bool look(const struct watch *watch, unsigned w, struct flight *f)
{
	const struct flight *theirs = &share_worker(watch->share, w)->flight;
	uint64_t faults;

	if (!flight_read(theirs, f))
		return false;
	faults = evidence_count(&watch->evidence[w]);
	f->faults = watch->evidence[w].page ? faults - f->faults : 0;
	/* Else some of the faults are of the operation after it. */
	return flight_goes_on(theirs, f);
}

uint64_t progress_age(const struct watch *watch, unsigned worker, uint64_t now)
{
	uint64_t since = load_relaxed(&share_worker(watch->share, worker)->flight.since);

	return since ? standstill_ran(watch_stood(watch, worker), since, now) : 0;
}

uint64_t progress_limit(const struct watch *watch, unsigned worker)
{
	unsigned grants = watch->given->group[watch_group(watch, worker)].grants;

	return watch->given->plan.stuck_after * MAX(grants, 1u);
}

static void describe(const struct watch *watch, unsigned w, const struct flight *f, uint64_t age,
		     char *buf, size_t size)
{
	const struct worker_share *s = share_worker(watch->share, w);
	const struct group_plan *g = &watch->given->plan.group[watch_group(watch, w)];
	const char *call = watch->given->group[watch_group(watch, w)].call;
	char cpu[16] = "any CPU", where[64] = " on a private page";

	if (s->cpu >= 0)
		snprintf(cpu, sizeof(cpu), "CPU %d", s->cpu);
	/* Who disturbs has no aim. */
	if (!f->addr)
		where[0] = '\0';
	else if (f->slot != FLIGHT_PRIVATE)
		snprintf(where, sizeof(where), " on %s page %u of slot %u",
			 f->page ? "tail" : "head", f->page, f->slot);
	snprintf(buf, size, "%s (%s%s%s)%s, in flight for %.3f s, %llu fault%s, %s, tid %d",
		 g->name, g->worker, call ? ", " : "", call ? call : "", where, (double)age / 1e9,
		 (unsigned long long)f->faults, plural(f->faults), cpu, s->tid);
}

bool progress_describe(const struct watch *watch, unsigned worker, uint64_t now, char *buf,
		       size_t size)
{
	struct flight f;

	if (!look(watch, worker, &f))
		return false;
	describe(watch, worker, &f, standstill_ran(watch_stood(watch, worker), f.since, now), buf,
		 size);
	return true;
}

static void note_age(struct detector *d, unsigned w, uint64_t age, uint64_t now)
{
	struct progress *p = d->state;

	p->seen[w].oldest = MAX(p->seen[w].oldest, age);
	if (age <= d->summary.worst)
		return;
	d->summary.worst = age;
	d->summary.worst_at = now;
	d->summary.worst_worker = (int)w;
}

static void tell_flight(struct detector *d, enum event_kind kind, unsigned w,
			const struct flight *f, uint64_t age, uint64_t now)
{
	struct event e = {
		.when = now,
		.value = kind == EVENT_livelock ? f->faults : age,
		.kind = kind,
		.cpu = share_worker(d->watch->share, w)->cpu,
		.worker = (int)w,
		.at_page = f->slot != FLIGHT_PRIVATE,
		.slot = f->slot,
		.page = f->page,
	};

	describe(d->watch, w, f, age, e.text, sizeof(e.text));
	d->watch->emit(d->watch, &e);
}

static void judge_flight(struct detector *d, unsigned w, const struct flight *f, uint64_t now)
{
	const struct run_plan *plan = &d->watch->given->plan;
	struct progress *p = d->state;
	struct seen *seen = &p->seen[w];
	uint64_t age = standstill_ran(watch_stood(d->watch, w), f->since, now);
	bool spins, stuck;

	/* One that waits may grow old; one that faults all the while does not wait. */
	spins = f->faults >= plan->spin_faults;
	stuck = age >=
		(spins ? MIN(plan->spin_after, plan->stuck_after) : progress_limit(d->watch, w));
	/* A slow operation before the storm is none of the storm's. */
	if (d->watch->storming || d->watch->stopping || stuck)
		note_age(d, w, age, now);
	if (stuck && seen->stuck != f->since) {
		seen->stuck = f->since;
		tell_flight(d, EVENT_stuck, w, f, age, now);
	}
	if (spins && seen->spun != f->since) {
		seen->spun = f->since;
		seen->told_spin = true;
		tell_flight(d, EVENT_livelock, w, f, age, now);
	}
}

/* An operation that spun and returned before anybody looked. */
static void judge_finished(struct detector *d, unsigned w, uint64_t now)
{
	const struct watch *watch = d->watch;
	const struct worker_share *s = share_worker(watch->share, w);
	struct progress *p = d->state;
	uint64_t most = load_relaxed(&s->faults_per_touch.max);

	if (most < watch->given->plan.spin_faults || p->seen[w].told_spin)
		return;
	p->seen[w].told_spin = true;
	detector_emit(d, EVENT_livelock, now, s->cpu, (int)w, most,
		      "%s: a touch that returned took %llu faults",
		      watch->given->plan.group[watch_group(watch, w)].name,
		      (unsigned long long)most);
}

static void judge_idle(struct detector *d, unsigned w, uint64_t now)
{
	const struct watch *watch = d->watch;
	const struct worker_share *s = share_worker(watch->share, w);
	struct progress *p = d->state;
	struct seen *seen = &p->seen[w];
	uint64_t finished = load_relaxed(&s->finished), idle;

	/* Outside the storm who has nothing to do is parked, as a victim always is. */
	if (!watch->storming || watch->given->geometry.placement.thread[w].victim ||
	    finished != seen->finished || !seen->changed || load_relaxed(&s->chore.kind)) {
		seen->finished = finished;
		seen->changed = now;
		return;
	}
	idle = standstill_ran(watch_stood(watch, w), seen->changed, now);
	if (seen->told_idle || idle < watch->given->plan.stuck_after)
		return;
	seen->told_idle = true;
	detector_emit(d, EVENT_no_progress, now, s->cpu, (int)w, idle,
		      "%s finished nothing for %.1f s (tid %d)",
		      watch->given->plan.group[watch_group(watch, w)].name, (double)idle / 1e9,
		      s->tid);
}

static void progress_poll(struct detector *d, uint64_t now)
{
	struct progress *p = d->state;

	d->summary.samples++;
	for (unsigned w = 0; w < p->workers; w++) {
		struct flight f;

		if (look(d->watch, w, &f))
			judge_flight(d, w, &f, now);
		else if (!flight_busy(&share_worker(d->watch->share, w)->flight))
			judge_idle(d, w, now);
		judge_finished(d, w, now);
	}
}

static void progress_finish(struct detector *d)
{
	struct progress *p = d->state;
	unsigned left = 0, victims = 0;

	for (unsigned w = 0; w < p->workers && p->seen; w++) {
		left += flight_busy(&share_worker(d->watch->share, w)->flight);
		victims += d->watch->given->geometry.placement.thread[w].victim;
	}
	snprintf(d->summary.text, sizeof(d->summary.text),
		 "%u worker%s, %u with an operation that did not return", p->workers - victims,
		 plural(p->workers - victims), left);
}

static void progress_release(struct detector *d)
{
	struct progress *p = d->state;

	free(p->seen);
	p->seen = NULL;
}

uint64_t progress_in_flight_max(const struct detector *d, unsigned worker)
{
	const struct progress *p = d->state;

	return p->seen && worker < p->workers ? p->seen[worker].oldest : 0;
}

const struct detector_ops detector_progress = {
	.name = "progress",
	.help = "age of operations in flight, faults per touch, workers without progress",
	.state_size = sizeof(struct progress),
	.start = progress_start,
	.poll = progress_poll,
	.finish = progress_finish,
	.release = progress_release,
};
