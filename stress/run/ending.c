/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ends the processes that storm and says what ended it. Nobody is killed for being slow: an operation in
 * flight is judged by its age alone, and who makes or looks at pages may go on while the pages
 * move. What has to be killed is a finding when it was in an operation, else the tool's failure.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "detect/progress.h"
#include "base/plural.h"
#include "measure/clock.h"
#include "run/storm.h"
#include "run/supervisor.h"

#define STOP_LIMIT (10 * NSEC_PER_SEC)
#define KILL_LIMIT (5 * NSEC_PER_SEC)

uint64_t oldest_flight(const struct supervisor *s, uint64_t now)
{
	uint64_t oldest = 0;

	for (unsigned w = 0; w < s->share.workers; w++)
		oldest = MAX(oldest, progress_age(&s->watch, w, now));
	return oldest;
}

static uint64_t signs_of_life(const struct supervisor *s)
{
	uint64_t signs = finished_operations(s);

	for (unsigned i = 0; i < s->share.sites; i++) {
		const struct site_share *site = share_site(&s->share, i);

		signs += load_relaxed(&site->slots_made) + load_relaxed(&site->pages_looked);
	}
	return signs;
}

void patience_begin(const struct supervisor *s, struct patience *p, uint64_t limit)
{
	const struct geometry *g = &s->given->geometry;

	p->limit = limit + g->slots * g->slot_bytes / FLOOR_RATE * NSEC_PER_SEC;
	p->since = clock_now();
	p->signs = signs_of_life(s);
}

/* Whether no operation in flight is older than its limit and @more ns. */
static bool flights_may_return(const struct supervisor *s, uint64_t now, uint64_t more)
{
	for (unsigned w = 0; w < s->share.workers; w++) {
		if (progress_age(&s->watch, w, now) >= progress_limit(&s->watch, w) + more)
			return false;
	}
	return true;
}

bool patience_left(const struct supervisor *s, struct patience *p)
{
	uint64_t now = clock_now(), signs = signs_of_life(s);
	uint64_t more = MIN(s->plan->stuck_after, STOP_LIMIT);

	if (signs != p->signs) {
		p->signs = signs;
		p->since = now;
		return true;
	}
	/* It has been told by then; so much more, to see whether it returns at all. */
	if (oldest_flight(s, now))
		return flights_may_return(s, now, more);
	if (chore_may_return(s, now, more))
		return true;
	return !chore_stuck(s, now) && ran(s, p->since, now) < p->limit;
}

/* A lockup that began late is ended all the same before the run gives up. */
static bool is_rescued(const struct supervisor *s, uint64_t began)
{
	return rescue_pending(&s->rescue) && ran(s, began, clock_now()) < rescue_limit(&s->rescue);
}

static unsigned count_flights(const struct supervisor *s)
{
	unsigned n = 0;

	for (unsigned w = 0; w < s->share.workers; w++)
		n += flight_busy(&share_worker(&s->share, w)->flight);
	return n;
}

/* Each operation and each chore that the storm has to be killed with. How many. */
static unsigned tell_hangs(struct supervisor *s, uint64_t now)
{
	char text[EVENT_TEXT_MAX - 64];
	unsigned told = 0;

	for (unsigned w = 0; w < s->share.workers; w++) {
		if (!progress_describe(&s->watch, w, now, text, sizeof(text)))
			continue;
		told++;
		watch_tell_state(s, EVENT_stuck, STATE_left, (int)w,
				 progress_age(&s->watch, w, now),
				 "%s: still in flight when the storm was killed", text);
	}
	return told + chores_tell_killed(s, now);
}

/* Killed, and nobody was in an operation. */
static void explain_kill(struct supervisor *s)
{
	for (unsigned w = 0; w < s->share.workers; w++) {
		const struct worker_share *ws = share_worker(&s->share, w);
		uint32_t life = load_acquire(&ws->life);

		if (life == LIFE_DONE || life == LIFE_FAILED || life == LIFE_NONE)
			continue;
		run_broken(s, "[%s] did not stop (worker %u, tid %d): %s",
			   s->plan->group[group_of(s, w)].name, w, ws->tid,
			   chore_words[load_relaxed(&ws->chore.kind)].was);
		return;
	}
	for (unsigned i = 0; i < s->share.sites && plan_is_verified(s->plan); i++) {
		const struct site_share *site = share_site(&s->share, i);

		if (s->site[i].reaped || load_relaxed(&site->pages_looked) >= site->pages)
			continue;
		run_broken(s, "verification made no progress: %llu of %llu pages were checked",
			   (unsigned long long)load_relaxed(&site->pages_looked),
			   (unsigned long long)site->pages);
		return;
	}
	run_broken(s, "the storm did not end when it was asked to");
}

/* The user does not wait: what is in flight is too young to be judged, or has been. */
static void note_impatience(struct supervisor *s, uint64_t now)
{
	unsigned n = count_flights(s);

	if (n)
		record_note(
			s->record,
			"a second interrupt killed the storm with %u operation%s in flight, the oldest for %.1f s: they were not judged further",
			n, plural(n), (double)oldest_flight(s, now) / 1e9);
}

/* Older than whatever hangs in it, so that the verdict's reason says it. */
static void tell_survivor(struct supervisor *s, uint64_t killed)
{
	uint64_t now = clock_now(), oldest = MAX(oldest_flight(s, now), chore_stuck(s, now));
	unsigned site = 0;
	char name[SITE_NAME_MAX];

	while (s->site[site].reaped)
		site++;
	watch_tell_state(
		s, EVENT_stuck, STATE_survived, -1, MAX(oldest, ran(s, killed, now)) + 1,
		"%s process (pid %d) survived SIGKILL for %.1f s, with %u operation%s in flight",
		site_name(s, site, name), (int)s->site[site].pid, (double)ran(s, killed, now) / 1e9,
		count_flights(s), plural(count_flights(s)));
}

static const struct site *stopped_site(const struct supervisor *s)
{
	for (unsigned i = 0; i < s->share.sites; i++) {
		if (s->site[i].stopped_since)
			return &s->site[i];
	}
	return NULL;
}

static void kill_storm(struct supervisor *s, enum watch_end end)
{
	uint64_t began = clock_now();
	const struct site *stopped = stopped_site(s);

	if (end == WATCH_KILLED)
		note_impatience(s, began);
	else if (stopped)
		run_broken(
			s,
			"the storm (pid %d) is stopped, and did not go on when it was asked to end",
			(int)stopped->pid);
	else if (!tell_hangs(s, began))
		explain_kill(s);
	for (unsigned i = 0; i < s->share.sites; i++)
		s->site[i].killed |= !s->site[i].reaped;
	sites_signal(s, SIGKILL);
	while (!sites_gone(s) &&
	       (ran(s, began, clock_now()) < KILL_LIMIT || is_rescued(s, began))) {
		clock_sleep(REAP_PERIOD);
		watch_for(s, 0, false);
	}
	if (!sites_gone(s))
		tell_survivor(s, began);
}

/* No signal goes to one that a debugger holds, or a frozen cgroup, and its time stands still. */
static bool is_held(const struct supervisor *s, uint64_t began)
{
	uint64_t since = stillness_of_storm(s);

	return since && clock_now() - MAX(began, since) > STOP_LIMIT;
}

/* Ends the processes that storm: by the phase, then by SIGKILL. */
void storm_end(struct supervisor *s, enum watch_end end)
{
	uint64_t began = clock_now();
	struct patience p;

	/* For one that was stopped by a signal; it gets as long to end as if it had been running. */
	if (stillness_of_storm(s))
		sites_signal(s, SIGCONT);
	watch_phase(s, PHASE_STOP, "stop");
	share_set_phase(&s->share, PHASE_STOP, 0);
	patience_begin(s, &p, STOP_LIMIT);
	while (!sites_gone(s) && end != WATCH_KILLED &&
	       (patience_left(s, &p) || is_rescued(s, began)) && !is_held(s, began)) {
		if (watch_for(s, REAP_PERIOD, false) == WATCH_KILLED)
			end = WATCH_KILLED;
	}
	if (!sites_gone(s))
		kill_storm(s, end);
}

/* A signal on one of its own addresses: the kernel's fault where the arena is mapped. */
static void classify_death(struct supervisor *s, unsigned i)
{
	const struct storm_death *death = &share_site(&s->share, i)->death;
	uint64_t in_arena = death->addr - share_site(&s->share, i)->arena_base;
	uint64_t slot = s->given->geometry.slot_bytes;
	const char *signal = strsignal(death->signo);
	char name[SITE_NAME_MAX];

	if (death->signo == SIGBUS &&
	    (death->code == BUS_MCEERR_AR || death->code == BUS_MCEERR_AO))
		run_broken(s, "a memory error of the hardware ended %s, at %#llx",
			   site_name(s, i, name), (unsigned long long)death->addr);
	else if (in_arena < share_site(&s->share, i)->arena_bytes)
		watch_tell(
			s, EVENT_storm_killed, -1, 0,
			"%s (code %d) in thread %d at %#llx: page %llu of slot %llu, which is mapped and writable",
			signal, death->code, death->tid, (unsigned long long)death->addr,
			(unsigned long long)(in_arena % slot /
					     s->given->machine.host.thp.page_bytes),
			(unsigned long long)(in_arena / slot));
	else
		run_broken(s, "%s in %s at %#llx, outside the arena: a fault of thpstorm", signal,
			   site_name(s, i, name), (unsigned long long)death->addr);
}

/* What ended it: its own last line, a signal on one of its addresses, or somebody else. */
static void classify_end(struct supervisor *s, unsigned i)
{
	const struct site_share *h = share_site(&s->share, i);
	const struct run_record *r = s->record;
	/* The books may be older than the end. */
	uint64_t oom = vmstat_delta(&r->before, &r->lockups.end, VMSTAT_oom_kill);
	int status = s->site[i].status;
	char name[SITE_NAME_MAX];

	if (!s->site[i].reaped || s->site[i].killed || (WIFEXITED(status) && !WEXITSTATUS(status)))
		return;
	site_name(s, i, name);
	if (WIFEXITED(status) && WEXITSTATUS(status) == STORM_EXIT_DIED)
		classify_death(s, i);
	else if (WIFSIGNALED(status) && oom != VMSTAT_ABSENT && oom)
		run_broken(s, "the OOM killer ended %s; use a %s", name,
			   s->plan->memory_max ? "larger --memory_max" : "smaller --arena");
	else if (WIFSIGNALED(status))
		run_broken(s, "signal %d (%s) from outside ended %s", WTERMSIG(status),
			   strsignal(WTERMSIG(status)), name);
	else if (h->failure[0])
		run_broken(s, "%s", h->failure);
	else
		run_broken(s, "%s ended by itself", name);
}

void storm_classify_end(struct supervisor *s)
{
	for (unsigned i = 0; i < s->share.sites; i++)
		classify_end(s, i);
}
