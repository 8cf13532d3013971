/* SPDX-License-Identifier: GPL-2.0-only */
/* See rescue_threads.h. */
#include "run/rescue_threads.h"

#include <stdarg.h>
#include <stdio.h>

#include "detect/progress.h"
#include "workers/worker.h"

void rescue_tell(struct rescue *r, enum event_kind kind, uint64_t now, int cpu, int worker,
		 uint64_t value, const char *fmt, ...)
{
	struct event e = {.when = now, .value = value, .kind = kind, .cpu = cpu, .worker = worker};
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e.text, sizeof(e.text), fmt, ap);
	va_end(ap);
	r->watch->emit(r->watch, &e);
}

/* Runnable in both looks, and its run time did not move: somebody else has its CPU. */
static bool is_starved(const struct thread_look *before, const struct thread_look *now)
{
	return before->known && now->known && before->state == 'R' && now->state == 'R' &&
	       before->run == now->run;
}

const struct group_plan *rescue_group(const struct rescue *r, unsigned w)
{
	return &r->watch->given->plan.group[watch_group(r->watch, w)];
}

static bool owns(const struct rescue *r, unsigned w)
{
	return !r->watch->given->geometry.placement.thread[w].victim &&
	       worker_is_owner(r->watch->given->group[watch_group(r->watch, w)].worker);
}

static bool in_flight(const struct rescue *r, unsigned w)
{
	return flight_busy(&share_worker(r->watch->share, w)->flight);
}

/* What the worker does, how it fares, and where the kernel says that it is. */
static void describe(const struct rescue *r, unsigned w, uint64_t now,
		     const struct thread_look *look, bool starved, char *buf, size_t size)
{
	char doing[EVENT_TEXT_MAX], stack[120] = "";

	if (!progress_describe(r->watch, w, now, doing, sizeof(doing)))
		snprintf(doing, sizeof(doing), "%s (%s), tid %d", rescue_group(r, w)->name,
			 rescue_group(r, w)->worker, share_worker(r->watch->share, w)->tid);
	if (starved)
		thread_stack(&r->files[w], stack, sizeof(stack));
	snprintf(buf, size, "%.150s: %s on CPU %d%s%s", doing,
		 starved ? "starved: runnable, but not running" : "running", look->cpu,
		 *stack ? "; in " : "", stack);
}

static void tell_thread(struct rescue *r, unsigned w, uint64_t now, const struct thread_look *look)
{
	struct event e = {.when = now,
			  .value = look->run - r->before[w].run,
			  .kind = EVENT_lockup_thread,
			  .state = is_starved(&r->before[w], look) ? STATE_starved : STATE_running,
			  .cpu = look->cpu,
			  .worker = (int)w};

	describe(r, w, now, look, e.state == STATE_starved, e.text, sizeof(e.text));
	r->watch->emit(r->watch, &e);
}

/* Those in an operation one by one; the others only wait for a CPU to begin one. */
void rescue_tell_threads(struct rescue *r, uint64_t now)
{
	unsigned others = 0;

	for (unsigned w = 0; w < r->watch->share->workers; w++) {
		struct thread_look look;

		thread_look(&r->files[w], &look);
		if (!look.known || look.state != 'R' || r->before[w].state != 'R')
			continue;
		if (!in_flight(r, w)) {
			others++;
			continue;
		}
		tell_thread(r, w, now, &look);
	}
	if (others)
		rescue_tell(r, EVENT_lockup_thread, now, -1, -1, others,
			    "%u more threads are runnable, not in an operation", others);
}

/*
 * An owner of slots that was not tried, rather one with an operation in flight. Never a faulter: on
 * the spare CPU it would fault the same page and spin there too.
 */
int rescue_choose(struct rescue *r)
{
	int best = -1;

	for (unsigned w = 0; w < r->watch->share->workers; w++) {
		struct thread_look look;

		if (r->tried[w] || !owns(r, w))
			continue;
		thread_look(&r->files[w], &look);
		if (is_starved(&r->before[w], &look) && (best < 0 || in_flight(r, w)))
			best = (int)w;
	}
	return best;
}
