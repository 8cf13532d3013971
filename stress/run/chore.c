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

const char *chore_name(enum chore chore)
{
	switch (chore) {
	case CHORE_MAKE:
		return "it was making huge pages anew";
	case CHORE_DRAIN:
		return "it was having the slab caches dropped";
	case CHORE_ASK:
		return "it was asking where a page is";
	case CHORE_NONE:
		break;
	}
	return "it was not in an operation";
}

const char *chore_call(enum chore chore)
{
	switch (chore) {
	case CHORE_MAKE:
		return "making huge pages";
	case CHORE_DRAIN:
		return "a write to vm.drop_caches";
	case CHORE_ASK:
		return "move_pages(2) as a query";
	case CHORE_NONE:
		break;
	}
	return "";
}

/* Where the file of a thread can't be read, nobody can say that it is only starved. */
static bool is_starved(const struct supervisor *s, unsigned w, struct thread_look *before, char *in,
		       size_t size)
{
	struct thread_look look = {.known = false};
	struct thread_files files;
	bool starved;

	thread_files_open(&files, s->storm, share_worker(&s->share, w)->tid);
	thread_look(&files, &look);
	in[0] = '\0';
	if (look.known && look.state != 'R')
		thread_stack(&files, in, size);
	thread_files_close(&files);
	/* The first of two looks says nothing yet. */
	starved = look.known && look.state == 'R' && (!before->known || before->run == look.run);
	*before = look;
	return starved;
}

static uint64_t limit_of(const struct supervisor *s, const struct worker_share *ws)
{
	enum chore chore = load_relaxed(&ws->chore);
	uint64_t bytes = load_relaxed(&ws->making) * s->record->slot_bytes;

	if (chore == CHORE_DRAIN)
		return DRAIN_GRANTS * s->plan.stuck_after;
	/* Nothing is made while a range is unmapped: see FLOOR_RATE. */
	if (chore == CHORE_MAKE && !load_relaxed(&ws->made))
		return s->plan.stuck_after + bytes * NSEC_PER_SEC / FLOOR_RATE;
	return s->plan.stuck_after;
}

/* "making huge page 3 of 16". Returns buf. */
static const char *describe(const struct worker_share *ws, char *buf, size_t size)
{
	switch ((enum chore)load_relaxed(&ws->chore)) {
	case CHORE_DRAIN:
		snprintf(buf, size, "having the slab caches dropped (vm.drop_caches)");
		break;
	case CHORE_ASK:
		snprintf(buf, size, "asking where a page is (move_pages(2))");
		break;
	case CHORE_MAKE:
	case CHORE_NONE:
		snprintf(buf, size, "making huge page %u of %u", load_relaxed(&ws->made) + 1,
			 load_relaxed(&ws->making));
	}
	return buf;
}

static void tell(struct supervisor *s, unsigned w, uint64_t age, const char *in, const char *how)
{
	const struct worker_share *ws = share_worker(&s->share, w);
	const struct group_plan *g = &s->plan.group[s->worker_group[w]];
	char what[64];

	watch_tell(s, EVENT_stuck, (int)w, age, "%s (%s) %s for %.3f s, tid %d%s%s%s", g->name,
		   g->worker, describe(ws, what, sizeof(what)), (double)age / 1e9, ws->tid,
		   *in ? ", in " : "", in, how);
}

/* For how long worker @w has been at its chore, without standstills; 0: at none. */
static uint64_t age_of(const struct supervisor *s, unsigned w, uint64_t now)
{
	uint64_t since = load_acquire(&share_worker(&s->share, w)->chore_since);

	return since ? ran(s, since, now) : 0;
}

static bool was_told(const struct supervisor *s, unsigned w)
{
	uint64_t since = load_acquire(&share_worker(&s->share, w)->chore_since);

	return since && s->chore[w].told == since;
}

void chores_poll(struct supervisor *s, uint64_t now)
{
	for (unsigned w = 0; w < s->share.workers; w++) {
		const struct worker_share *ws = share_worker(&s->share, w);
		uint64_t since = load_acquire(&ws->chore_since), age = age_of(s, w, now);
		struct chore_books *b = &s->chore[w];
		char in[100];

		if (!age || age < limit_of(s, ws)) {
			b->look.known = false;
			b->told = 0;
		} else if (!was_told(s, w) && !is_starved(s, w, &b->look, in, sizeof(in))) {
			b->told = since;
			tell(s, w, age, in, "");
		}
	}
}

uint64_t chore_stuck(const struct supervisor *s, uint64_t now)
{
	uint64_t oldest = 0;

	for (unsigned w = 0; w < s->share.workers; w++) {
		if (was_told(s, w))
			oldest = MAX(oldest, age_of(s, w, now));
	}
	return oldest;
}

bool chore_may_return(const struct supervisor *s, uint64_t now, uint64_t more)
{
	for (unsigned w = 0; w < s->share.workers; w++) {
		uint64_t age = age_of(s, w, now);

		if (age && age < limit_of(s, share_worker(&s->share, w)) + more)
			return true;
	}
	return false;
}

void chores_tell_killed(struct supervisor *s, uint64_t now)
{
	for (unsigned w = 0; w < s->share.workers; w++) {
		if (was_told(s, w))
			tell(s, w, age_of(s, w, now), "",
			     ": it was still at it when the storm was killed");
	}
}
