/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of a run: check, set the knobs, fork the storm, lead it through its phases, end it,
 * collect, judge, put the knobs back. See run.h.
 */
#include "run/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/plural.h"
#include "base/interrupt.h"
#include "detect/kmsg.h"
#include "measure/clock.h"
#include "contract/effect.h"
#include "run/footprint.h"
#include "run/knobs.h"
#include "system/machine_lock.h"
#include "workers/worker.h"

static void skip(struct supervisor *s, const char *reason)
{
	snprintf(s->record->reason, sizeof(s->record->reason), "%.*s",
		 (int)sizeof(s->record->reason) - 1, reason);
	s->record->verdict = VERDICT_SKIP;
}

static void note_left_out(struct supervisor *s)
{
	for (unsigned i = 0; i < s->plan->groups; i++) {
		struct group_record *r = &s->record->group[i];
		const char *why = s->given->group[i].left_out;

		r->skipped = *why;
		snprintf(r->skip_reason, sizeof(r->skip_reason), "%.*s",
			 (int)sizeof(r->skip_reason) - 1, why);
	}
}

static bool prepare(struct supervisor *s)
{
	struct run_record *r = s->record;
	time_t now = time(NULL);
	struct tm tm;

	strftime(r->started, sizeof(r->started), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	clock_setup(&r->clock);
	note_left_out(s);
	if (s->sink->begin && s->sink->begin(s->sink->ctx, s->given, r) < 0) {
		run_broken(s, "the result directory can't be written");
		return false;
	}
	switch (s->given->readiness) {
	case READY:
		note_weaknesses(s);
		return true;
	case READY_SKIP:
		skip(s, s->given->why.text);
		return false;
	default:
		run_broken(s, "%s", s->given->why.text);
		return false;
	}
}

static void storm_and_collect(struct supervisor *s)
{
	struct run_record *r = s->record;
	enum watch_end end = storm_lead(s);
	int ret;

	if (end == WATCH_SINK)
		run_broken(s, "the result can't be written: %s",
			   strerror(-(s->failed ? s->failed : s->stream.failed)));
	storm_end(s, end);
	r->interrupted_by = interrupts_first();
	s->locked_at_end = rescue_locked(&s->rescue, clock_now());
	vmstat_read(&s->counters, &r->lockups.end);
	watch_finish(s);
	storm_classify_end(s);
	sites_end_victims(s);
	if (plan_is_verified(s->plan)) {
		uint64_t pages = 0, empty = 0;

		for (unsigned i = 0; i < s->share.sites; i++) {
			const struct site_share *site = share_site(&s->share, i);

			pages += site->pages;
			empty += load_relaxed(&site->pages_empty);
			r->pages_checked += load_relaxed(&site->pages_checked);
		}
		r->pages = pages - empty;
		if (empty)
			record_note(
				r,
				"%llu of %llu pages were never made: nothing was in them to check",
				(unsigned long long)empty, (unsigned long long)pages);
	}
	if (r->pages_checked < r->pages)
		record_note(r, "pages were not checked after the storm: %llu of %llu",
			    (unsigned long long)(r->pages - r->pages_checked),
			    (unsigned long long)r->pages);
	note_unlocked(s);
	ret = collect_storm(s);
	if (ret < 0)
		run_broken(s, "the result can't be written: %s", strerror(-ret));
	r->memory_kib = footprint_kib(NULL, 0, NULL);
	for (unsigned i = 0; i < s->share.sites; i++)
		r->memory_kib += share_site(&s->share, i)->memory_kib;
	if (s->stream.lost)
		record_note(r, "%llu event%s or interval%s did not fit the ring",
			    (unsigned long long)s->stream.lost, plural(s->stream.lost),
			    plural(s->stream.lost));
}

/* Of a watch that never began: closes the files of those that did. */
static void finish_detectors(struct supervisor *s)
{
	for (unsigned i = 0; i < s->detectors; i++) {
		if (s->detector[i].active && s->detector[i].ops->finish)
			s->detector[i].ops->finish(&s->detector[i]);
	}
}

static void release_detectors(struct supervisor *s)
{
	for (unsigned i = 0; i < s->detectors; i++) {
		if (s->detector[i].state && s->detector[i].ops->release)
			s->detector[i].ops->release(&s->detector[i]);
		free(s->detector[i].state);
	}
}

static bool any_real_time(const struct run_plan *plan)
{
	plan_for_each_group(g, plan) {
		if (g->threads && (g->sched == CLASS_FIFO || g->sched == CLASS_RR))
			return true;
	}
	return false;
}

static void run_with_knobs(struct supervisor *s)
{
	struct error err;
	int ret;

	thp_read(&s->record->thp);
	host_knobs_read(&s->record->knobs);
	ret = vmstat_open(&s->counters, given_small(s->given) ? s->given->geometry.slot_bytes : 0);
	if (ret) {
		run_broken(s, "cannot open /proc/vmstat: %s", strerror(-ret));
		return;
	}
	if (knob_watch_begin(&s->knobs, &s->wishes)) {
		run_broken(s, "no memory to watch the knobs");
		vmstat_close(&s->counters);
		return;
	}
	vmstat_read(&s->counters, &s->record->before);
	s->books.vmstat = s->record->after = s->record->before;
	if (rescue_prepare(&s->rescue, s->plan, s->placement->spare_cpu, &err))
		record_note(s->record, "a lockup could not have been ended: %.150s", err.text);
	if (storm_fork(s, &err) ||
	    stream_start(&s->stream, s->sink, s->placement->observer_cpu, &err) ||
	    watch_begin(s, &err)) {
		run_broken(s, "%s", err.text);
		finish_detectors(s);
		sites_signal(s, SIGKILL);
		for (unsigned i = 0; i < s->share.sites; i++) {
			if (s->site[i].pid > 0)
				s->site[i].reaped =
					waitpid(s->site[i].pid, NULL, 0) == s->site[i].pid;
		}
		sites_end_victims(s);
	} else {
		note_detectors(s);
		if (any_real_time(s->plan))
			stream_before_workers(&s->stream);
		observer_begin(s);
		stillness_begin(s);
		storm_and_collect(s);
		stillness_end(s);
		observer_end(s);
	}
	stream_stop(&s->stream);
	if (s->stream.failed < 0)
		run_broken(s, "the result can't be written: %s", strerror(-s->stream.failed));
	for (unsigned i = 0; i < s->share.workers && s->evidence; i++)
		evidence_close(&s->evidence[i]);
	free(s->evidence);
	rescue_disarm(&s->rescue);
	release_detectors(s);
	share_destroy(&s->share);
	vmstat_close(&s->counters);
	knob_watch_end(&s->knobs);
}

/* Also when nothing can be set: a killed run may have left something. */
static bool wants_journal(const struct supervisor *s)
{
	return wishes_settable(&s->wishes) || knobs_make(s->given) || journal_is_there();
}

/* The journal first, so that whatever happens later is put back. 0 or -errno. */
static int open_journal(struct supervisor *s, struct error *err)
{
	unsigned recovered = 0;
	int e = 0;

	if (wishes_make(&s->wishes, s->given, err) || wishes_check(&s->wishes, err))
		return -EPERM;
	if (!wants_journal(s))
		return 0;
	s->journal = journal_open(NULL, &recovered, &e, err);
	if (recovered)
		record_note(s->record, "put back %u knob%s that a killed run had left", recovered,
			    plural(recovered));
	return s->journal ? 0 : e;
}

static void run_locked(struct supervisor *s)
{
	struct error err;

	if (open_journal(s, &err)) {
		run_broken(s, "%s", err.text);
		return;
	}
	if (s->journal && knobs_apply(s->journal, s->given, &s->wishes, &err)) {
		run_broken(s, "%s", err.text);
	} else {
		note_knobs_left(s);
		run_with_knobs(s);
	}
	if (s->journal && knobs_restore(s->journal, s->locked_at_end, &err))
		run_broken(s, "could not restore every knob: %s; run `thpstorm restore` to retry",
			   err.text);
	if (s->journal)
		note_changes(s);
	journal_close(s->journal);
}

static void run_prepared(struct supervisor *s)
{
	struct machine_lock lock;
	struct error err;
	int ret = machine_lock_take(&lock, &err);

	if (ret == -EBUSY) {
		run_broken(s, "%s", err.text);
		return;
	}
	if (ret)
		record_note(s->record, "%.190s", err.text);
	run_locked(s);
	machine_lock_release(&lock);
}

enum verdict run_storm(const struct given *given, const struct run_sink *sink,
		       struct run_record *record)
{
	struct supervisor *s = calloc(1, sizeof(*s));

	record->first_finding.kind = record->gravest.kind = -1;
	if (!s) {
		snprintf(record->reason, sizeof(record->reason), "no memory");
		return record->verdict = VERDICT_BROKEN;
	}
	s->given = given;
	s->plan = &given->plan;
	s->placement = &given->geometry.placement;
	s->sink = sink;
	s->record = record;
	if (prepare(s))
		run_prepared(s);
	wishes_free(&s->wishes);
	if (record->verdict != VERDICT_SKIP)
		verdict_judge(given, record);
	free(s);
	return record->verdict;
}
