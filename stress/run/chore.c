/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who is at a chore (share.h) is in no operation, but in the kernel: in mmap(2), madvise(2),
 * mprotect(2), move_pages(2), a write to vm.drop_caches or a fault. When one of them does not return,
 * that is as much a finding as an operation in flight. Who is only kept from its CPU, by real-time
 * faulters say, does not hang.
 */
#include <stdio.h>

#include "measure/clock.h"
#include "run/supervisor.h"

/* Workers, and after them the first thread of each process that storms. */
static unsigned everybody(const struct supervisor *s)
{
	return s->share.workers + s->share.sites;
}

static const struct chore *chore_of(const struct supervisor *s, unsigned w)
{
	return w < s->share.workers ? &share_worker(&s->share, w)->chore
				    : &share_site(&s->share, w - s->share.workers)->chore;
}

static pid_t process_of(const struct supervisor *s, unsigned w)
{
	return w < s->share.workers ? site_process(s, w) : s->site[w - s->share.workers].pid;
}

static int tid_of(const struct supervisor *s, unsigned w)
{
	return w < s->share.workers ? share_worker(&s->share, w)->tid : (int)process_of(s, w);
}

/* Without opening any file, where the rescue has opened those of the workers. */
static void look_at(const struct supervisor *s, unsigned w, struct thread_look *look, char *in,
		    size_t size)
{
	bool ours = s->rescue.files && w < s->share.workers;
	struct thread_files files;

	if (ours)
		files = s->rescue.files[w];
	else
		thread_files_open(&files, process_of(s, w), tid_of(s, w));
	thread_look(&files, look);
	in[0] = '\0';
	if (look->known && look->state != 'R')
		thread_stack(&files, in, size);
	if (!ours)
		thread_files_close(&files);
}

/* Where the file of a thread can't be read, nobody can say that it is only starved. */
static bool only_starves(const struct supervisor *s, unsigned w, struct thread_look *before,
			 char *in, size_t size)
{
	struct thread_look look = {.known = false};
	bool starved;

	look_at(s, w, &look, in, size);
	/* The first of two looks says nothing yet. */
	starved = look.known && look.state == 'R' && (!before->known || before->run == look.run);
	*before = look;
	return starved;
}

static uint64_t limit_of(const struct supervisor *s, const struct chore *c)
{
	uint64_t bytes = load_relaxed(&c->making) * s->given->geometry.slot_bytes;
	enum chore_kind kind = load_relaxed(&c->kind);

	if (kind == CHORE_DRAIN)
		return DRAIN_GRANTS * s->plan->stuck_after;
	/* Nothing is made while a range is unmapped: see FLOOR_RATE. */
	if (kind == CHORE_MAKE && !load_relaxed(&c->made))
		return s->plan->stuck_after + bytes / MIB * (NSEC_PER_SEC / (FLOOR_RATE / MIB));
	return s->plan->stuck_after;
}

static void tell(struct supervisor *s, unsigned w, uint64_t age, const char *in,
		 enum event_state state)
{
	const struct chore *c = chore_of(s, w);
	enum chore_kind kind = load_relaxed(&c->kind);
	char who[2 * PLAN_NAME_MAX + 8], at[48] = "", name[SITE_NAME_MAX];
	bool worker = w < s->share.workers;

	if (!worker)
		snprintf(who, sizeof(who), "%s", site_name(s, w - s->share.workers, name));
	else
		snprintf(who, sizeof(who), "%s (%s)", s->plan->group[group_of(s, w)].name,
			 s->plan->group[group_of(s, w)].worker);
	if (kind == CHORE_MAKE)
		snprintf(at, sizeof(at), " %u of %u", load_relaxed(&c->made) + 1,
			 load_relaxed(&c->making));
	watch_tell_state(s, EVENT_stuck, state, worker ? (int)w : -1, age,
			 "%s %s%s for %.3f s, tid %d%s%s%s", who, chore_words[kind].is, at,
			 (double)age / 1e9, tid_of(s, w), *in ? ", in " : "", in,
			 state == STATE_left ? ": it was still at it when the storm was killed"
					     : "");
}

static const struct standstills *stood_of(const struct supervisor *s, unsigned w)
{
	return w < s->share.workers ? watch_stood(&s->watch, w)
				    : &s->watch.site_stood[w - s->share.workers];
}

/* For how long it has been done, without standstills; 0: none is. */
static uint64_t age_of(const struct supervisor *s, unsigned w, uint64_t now)
{
	uint64_t since = load_acquire(&chore_of(s, w)->since);

	return since ? standstill_ran(stood_of(s, w), since, now) : 0;
}

static bool was_told(const struct supervisor *s, unsigned w)
{
	uint64_t since = load_acquire(&chore_of(s, w)->since);

	return since && s->chore[w].told == since;
}

void chores_poll(struct supervisor *s, uint64_t now)
{
	for (unsigned w = 0; w < everybody(s); w++) {
		uint64_t since = load_acquire(&chore_of(s, w)->since), age = age_of(s, w, now);
		struct chore_books *b = &s->chore[w];
		char in[100];

		if (!age || age < limit_of(s, chore_of(s, w))) {
			b->look.known = false;
			b->told = 0;
		} else if (!was_told(s, w) && !only_starves(s, w, &b->look, in, sizeof(in))) {
			b->told = since;
			tell(s, w, age, in, STATE_none);
		}
	}
}

uint64_t chore_stuck(const struct supervisor *s, uint64_t now)
{
	uint64_t oldest = 0;

	for (unsigned w = 0; w < everybody(s); w++) {
		if (was_told(s, w))
			oldest = MAX(oldest, age_of(s, w, now));
	}
	return oldest;
}

bool chore_may_return(const struct supervisor *s, uint64_t now, uint64_t more)
{
	for (unsigned w = 0; w < everybody(s); w++) {
		uint64_t age = age_of(s, w, now);

		if (age && age < limit_of(s, chore_of(s, w)) + more)
			return true;
	}
	return false;
}

unsigned chores_tell_killed(struct supervisor *s, uint64_t now)
{
	unsigned told = 0;

	for (unsigned w = 0; w < everybody(s); w++) {
		if (!was_told(s, w))
			continue;
		told++;
		tell(s, w, age_of(s, w, now), "", STATE_left);
	}
	return told;
}
