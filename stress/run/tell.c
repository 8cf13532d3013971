/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one way of an event: whoever tells it, it gets the fields of its worker, the record counts it
 * and keeps the first and the gravest finding, and the stream takes it to the sink.
 */
#include <stdarg.h>
#include <stdio.h>

#include "measure/clock.h"
#include "run/sentence.h"
#include "run/supervisor.h"

/* Which of the workers the kernel's number is; -1: none. */
static int worker_of(const struct supervisor *s, int tid)
{
	for (unsigned w = 0; s->kernel_tids && tid > 0 && w < s->share.workers; w++) {
		const struct worker_share *ws = share_worker(&s->share, w);

		if (ws->tid == tid || ws->service_tid == tid)
			return (int)w;
	}
	return -1;
}

/* A wrong page is met by one thread and told by another: what the worker does then is not known. */
static const char *call_of(const struct supervisor *s, const struct event *e,
			   const struct worker_share *ws)
{
	enum chore_kind chore = load_relaxed(&ws->chore.kind);
	const char *call = s->given->group[e->group].call;

	if (event_is_witnessed(e->kind))
		return "";
	return chore ? chore_words[chore].call : call ? call : "";
}

void watch_emit(struct watch *w, const struct event *told)
{
	struct supervisor *s = w->sink;
	struct run_record *r = s->record;
	struct event copy = *told, *e = &copy;

	if (e->worker < 0)
		e->worker = worker_of(s, e->tid);
	if (e->worker >= 0) {
		const struct worker_share *ws = share_worker(&s->share, (unsigned)e->worker);

		e->group = (int)group_of(s, (unsigned)e->worker);
		e->tid = ws->tid;
		snprintf(e->call, sizeof(e->call), "%s", call_of(s, e, ws));
	}

	event_say(s, e);
	if (!r->events[e->kind]++ && event_weights[e->kind] == WEIGHT_FINDING &&
	    r->first_finding.kind < 0)
		r->first_finding = *e;
	/* Of one that is stuck the last word says most: how old it became, that it was killed. */
	if (event_weights[e->kind] == WEIGHT_FINDING &&
	    (verdict_graver(e->kind, r->gravest.kind) ||
	     (e->kind == EVENT_stuck && r->gravest.kind == EVENT_stuck &&
	      e->value > r->gravest.value)))
		r->gravest = *e;
	stream_event(&s->stream, e);
}

static void tell(struct supervisor *s, struct event *e, const char *fmt, va_list ap)
{
	e->when = clock_now();
	e->cpu = e->worker >= 0 ? share_worker(&s->share, (unsigned)e->worker)->cpu : -1;
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	watch_emit(&s->watch, e);
}

void watch_tell(struct supervisor *s, enum event_kind kind, int worker, uint64_t value,
		const char *fmt, ...)
{
	struct event e = {.kind = kind, .worker = worker, .value = value};
	va_list ap;

	va_start(ap, fmt);
	tell(s, &e, fmt, ap);
	va_end(ap);
}

void watch_tell_state(struct supervisor *s, enum event_kind kind, enum event_state state,
		      int worker, uint64_t value, const char *fmt, ...)
{
	struct event e = {.kind = kind, .state = state, .worker = worker, .value = value};
	va_list ap;

	va_start(ap, fmt);
	tell(s, &e, fmt, ap);
	va_end(ap);
}

void watch_phase(struct supervisor *s, enum phase phase, const char *text)
{
	watch_tell(s, EVENT_phase, -1, phase, "%s", text);
}

void run_broken(struct supervisor *s, const char *fmt, ...)
{
	struct run_record *r = s->record;
	struct event e = {.kind = EVENT_tool_failed, .cpu = -1, .worker = -1};
	va_list ap;

	if (r->events[EVENT_tool_failed]++)
		return;
	va_start(ap, fmt);
	vsnprintf(r->reason, sizeof(r->reason), fmt, ap);
	va_end(ap);
	e.when = clock_now();
	snprintf(e.text, sizeof(e.text), "%.*s", EVENT_TEXT_MAX - 1, r->reason);
	stream_event(&s->stream, &e);
}

void record_note(struct run_record *r, const char *fmt, ...)
{
	for (size_t i = 0; i < ARRAY_SIZE(r->notes); i++) {
		va_list ap;

		if (r->notes[i][0])
			continue;
		va_start(ap, fmt);
		vsnprintf(r->notes[i], sizeof(r->notes[i]), fmt, ap);
		va_end(ap);
		return;
	}
	r->notes_dropped++;
}
