/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who makes huge pages anew is in no operation, but in the kernel: in mmap(2), madvise(2), mprotect(2)
 * or a fault. When one of them does not return, that is as much a finding as an operation in flight.
 * Who is only kept from its CPU, by real-time faulters say, does not hang.
 */
#include <stdio.h>

#include "measure/clock.h"
#include "run/supervisor.h"

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

/* Nothing is made while a range is unmapped: see FLOOR_RATE. */
static uint64_t limit_of(const struct supervisor *s, const struct worker_share *ws)
{
	uint64_t bytes = load_relaxed(&ws->making) * s->record->slot_bytes;

	return s->plan.stuck_after +
	       (load_relaxed(&ws->made) ? 0 : bytes * NSEC_PER_SEC / FLOOR_RATE);
}

static void tell(struct supervisor *s, unsigned w, uint64_t age, const char *in, const char *how)
{
	const struct worker_share *ws = share_worker(&s->share, w);
	const struct group_plan *g = &s->plan.group[s->worker_group[w]];

	watch_tell(s, EVENT_stuck, (int)w, age,
		   "%s (%s) making huge page %u of %u for %.3f s, tid %d%s%s%s", g->name, g->worker,
		   load_relaxed(&ws->made) + 1, load_relaxed(&ws->making), (double)age / 1e9,
		   ws->tid, *in ? ", in " : "", in, how);
}

void making_poll(struct supervisor *s, uint64_t now)
{
	for (unsigned w = 0; w < s->share.workers; w++) {
		const struct worker_share *ws = share_worker(&s->share, w);
		uint64_t since = load_acquire(&ws->making_since),
			 age = since ? ran(s, since, now) : 0;
		struct making *m = &s->making[w];
		char in[100];

		if (!since || age < limit_of(s, ws)) {
			m->look.known = false;
			m->told = 0;
		} else if (m->told != since && !is_starved(s, w, &m->look, in, sizeof(in))) {
			m->told = since;
			tell(s, w, age, in, "");
		}
	}
}

uint64_t making_stuck(const struct supervisor *s, uint64_t now)
{
	uint64_t oldest = 0;

	for (unsigned w = 0; w < s->share.workers; w++) {
		uint64_t since = load_relaxed(&share_worker(&s->share, w)->making_since);

		if (since && s->making[w].told == since)
			oldest = MAX(oldest, ran(s, since, now));
	}
	return oldest;
}

void making_tell_killed(struct supervisor *s, uint64_t now)
{
	for (unsigned w = 0; w < s->share.workers; w++) {
		uint64_t since = load_relaxed(&share_worker(&s->share, w)->making_since);

		if (since && s->making[w].told == since)
			tell(s, w, ran(s, since, now), "",
			     ": it was still at it when the storm was killed");
	}
}
