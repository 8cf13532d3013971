/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One operation: aim and ready, then the clock, the step and the clock again, then the books.
 * Between the two readings there is the step and one store with release, which tells the supervisor
 * since when the operation is in flight.
 */
#include "run/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "measure/clock.h"
#include "run/segment.h"

/* How long an owner waits that has nothing to do. */
#define IDLE_NAP (50 * NSEC_PER_USEC)
/* A faulter sleeps until something is hot; so often it looks at the phase all the same. */
#define IDLE_LIMIT (10 * NSEC_PER_MSEC)
/* A proof that does not get through its round is ended. */
#define ROUND_LIMIT (5 * NSEC_PER_SEC)

/* An operation that did not fault, or did and by how much. */
struct outcome {
	uint64_t ns, faults;
	bool behind_writer;
};

static void account_fault(struct worker *w, const struct outcome *o)
{
	struct worker_counts *c = w->counts;

	count_add(&c->faulted, 1);
	count_add(&c->faults, o->faults);
	if (w->at.hot && w->at.page)
		count_add(&c->hot_tail_faults, o->faults);
	log2_record(&w->share->faults_per_touch, o->faults);
	histogram_record(&w->share->fault, o->ns);
	if (o->behind_writer) {
		count_add(&c->behind_writer, 1);
		histogram_record(&w->share->behind, o->ns);
	}
}

/* The witnesses, at a page of the arena that a faulter touched. */
static void show_touch(struct loop *l)
{
	struct worker *w = l->w;

	if (l->onlooker.all && worker_is_faulter(w->ops) && w->at.slot != AIM_PRIVATE)
		onlooker_touched(&l->onlooker, &w->at, w->result < 0 ? 0 : w->ops->stores);
}

/* Returns the faults that the step took, by evidence. */
static inline uint64_t operate(struct loop *l, bool record)
{
	struct worker *w = l->w;
	const struct worker_ops *ops = w->ops;
	struct worker_share *s = w->share;
	struct arena *a = w->arena;
	uint64_t from, to, writers, faults;
	struct outcome o;

	if (ops->ready)
		ops->ready(w);
	if (ops->writes_mm)
		arena_writer_begin(a);
	o.behind_writer =
		load_relaxed(&a->writers_done) != (writers = load_relaxed(&a->writers_started));
	faults = evidence_count(&l->evidence);
	flight_plan(&s->flight, (uintptr_t)w->at.addr, w->at.slot, w->at.page, faults);

	from = clock_now();
	flight_begin(&s->flight, from);
	ops->step(w);
	to = clock_now();

	if (worker_is_owner(ops))
		flight_end(&s->flight);
	o.ns = to - from;
	o.faults = evidence_count(&l->evidence) - faults;
	count_add(&s->finished, 1);
	count_add(&w->counts->ops, 1);
	if (ops->writes_mm)
		arena_writer_end(a);
	if (record) {
		o.behind_writer |= load_relaxed(&a->writers_started) != writers;
		if (o.faults)
			account_fault(w, &o);
		else
			histogram_record(&s->plain, o.ns);
		if (unlikely(o.ns > load_relaxed(&s->interval_max)))
			store_relaxed(&s->interval_max, o.ns);
	}
	if (ops->settle)
		ops->settle(w);
	/* That may fault, and hang, as well. */
	show_touch(l);
	if (!worker_is_owner(ops))
		flight_end(&s->flight);
	return o.faults;
}

static bool aim(struct worker *w)
{
	w->result = 0;
	if (w->ops->aim)
		return w->ops->aim(w);
	return arena_aim(w->arena, w->group, &w->rng, &w->at);
}

/* Where faults are not counted by evidence: whether the thread took any since the last call. */
static bool faulted_since(struct loop *l)
{
	struct rusage u;
	uint64_t before = l->minor_faults;

	getrusage(RUSAGE_THREAD, &u);
	l->minor_faults = (uint64_t)u.ru_minflt;
	return l->minor_faults != before;
}

static void pause_idle(const struct worker *w)
{
	if (worker_is_faulter(w->ops) && w->group->target != TARGET_RANDOM)
		arena_await_hot(w->arena, IDLE_LIMIT);
	else
		clock_sleep(w->group->nap ? w->group->nap : IDLE_NAP);
}

static void pause_touched(struct loop *l, bool met, bool record)
{
	struct worker *w = l->w;
	uint64_t nap;

	if (worker_is_owner(w->ops)) {
		w->nice = owner_pace_look(&l->owner, w->group->nice, clock_now());
		if (record && w->nice < w->share->nice_lowest)
			w->share->nice_lowest = w->nice;
	}

	if (l->pace.rule == PACE_STEADY && !evidence_counts(&l->evidence))
		met = faulted_since(l);
	nap = pace_after(&l->pace, met);
	if (record && loop_is_paced(w))
		log2_record(&w->share->naps, nap);
	if (nap)
		clock_sleep(nap);
}

/* WARMUP and STORM. Returns the word that ended them. */
static uint32_t storm(struct loop *l, uint32_t word)
{
	struct worker *w = l->w;
	uint32_t now;

	for (;;) {
		bool record = phase_of(word) == PHASE_STORM;

		w->counts = record ? &w->share->storm : &l->unrecorded;
		while ((now = load_relaxed(&l->share->head->phase)) == word) {
			if (aim(w)) {
				pause_touched(l, operate(l, record), record);
			} else {
				count_add(&w->counts->idle, 1);
				pause_idle(w);
			}
		}
		if (phase_of(word) != PHASE_WARMUP || phase_of(now) != PHASE_STORM)
			return now;
		word = now;
	}
}

/*
 * The owners of one group alone: one round, so that the kernel's counter can be held against it.
 * The storm then begins with slots made anew, on the nodes where the plan wants them.
 */
static void proof(struct loop *l, uint32_t word)
{
	struct worker *w = l->w;
	uint64_t until = clock_now() + ROUND_LIMIT;

	w->counts = &w->share->quiet;
	w->made_on_node = l->made_on_node;
	while (load_relaxed(&l->share->head->phase) == word && !w->rounds && clock_now() < until) {
		if (aim(w))
			operate(l, true);
	}
	worker_drain(w);
	arena_cool(w->arena, w->owner);
	w->made_on_node = NULL;
	w->rounds = 0;
	w->range.next = w->range.count;
}

/*
 * Faulters alone, on private pages: by turns one that is resident (the floor of the call) and one
 * that was just dropped (a plain minor fault). Where faults can't be counted, only the first.
 */
static void quiet(struct loop *l, uint32_t word)
{
	struct worker *w = l->w;
	size_t page = w->arena->page_bytes;
	bool drop = false;

	w->counts = &w->share->quiet;
	while (load_relaxed(&l->share->head->phase) == word) {
		w->result = 0;
		w->at = (struct aim_point){
			.slot = AIM_PRIVATE, .page = 1, .addr = l->scratch + page};
		if (drop)
			madvise(w->at.addr, page, MADV_DONTNEED);
		drop = !drop && evidence_counts(&l->evidence);
		operate(l, true);
		if (w->group->nap)
			clock_sleep(w->group->nap);
	}
}

bool loop_is_paced(const struct worker *w)
{
	return worker_is_faulter(w->ops);
}

void loop_run(struct loop *l)
{
	struct worker *w = l->w;
	uint32_t word = load_acquire(&l->share->head->phase);

	w->counts = &l->unrecorded;
	l->pace.nap = w->group->nap;
	/* Whoever's faults happen in other threads can't know what they met. */
	l->pace.rule = loop_is_paced(w) && w->ops->faults != FAULTS_ELSEWHERE ? w->group->pace
									      : PACE_FIXED;
	if (worker_is_owner(w->ops))
		owner_pace_begin(&l->owner, w->group->pace, w->group->nice, l->cpus);
	w->nice = w->share->nice_lowest = w->group->nice;
	for (;;) {
		switch (phase_of(word)) {
		case PHASE_STOP:
			owner_pace_end(&l->owner);
			return;
		case PHASE_WARMUP:
		case PHASE_STORM:
			word = storm(l, word);
			if (phase_of(word) == PHASE_STOP)
				continue;
			break;
		case PHASE_PROOF:
			if (worker_is_owner(w->ops) &&
			    w->group == &w->plan->group[phase_group(word)])
				proof(l, word);
			break;
		case PHASE_QUIET:
			if (worker_is_faulter(w->ops))
				quiet(l, word);
			break;
		default:
			break;
		}
		share_park(l->share, w->share, word);
		word = load_acquire(&l->share->head->phase);
	}
}

int loop_measure_floor(struct arena *arena, unsigned steps, struct histogram *floor)
{
	struct worker_share *share = calloc(1, sizeof(*share));
	const struct group_plan group = {.threads = 1};
	struct worker w = {.ops = worker_find("null"),
			   .group = &group,
			   .arena = arena,
			   .share = share,
			   .at = {.slot = AIM_PRIVATE}};
	struct loop l = {.w = &w};

	if (!share)
		return -ENOMEM;
	w.counts = &share->storm;
	histogram_reset(&share->plain);
	for (unsigned i = 0; i < steps; i++)
		operate(&l, true);
	*floor = share->plain;
	free(share);
	return 0;
}
