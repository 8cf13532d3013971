/* SPDX-License-Identifier: GPL-2.0-only */
/* From the rings of harm to events, at each look of the watch. See harm.h. */
#include "contract/harm.h"

#include <stdio.h>

#include "run/supervisor.h"

/* Of each worker; what follows is counted and told once, at the end. */
#define HARM_EVENTS 8

/* Of a worker, or with @w as their number of the verification after the storm. */
static struct harm_ring *ring_of(struct supervisor *s, unsigned w)
{
	return w < s->share.workers ? &share_worker(&s->share, w)->harm : &s->share.head->harm;
}

static const char *name_of(const struct supervisor *s, unsigned w)
{
	return w < s->share.workers ? s->plan->group[group_of(s, w)].name : "verification";
}

static const char *time_of(const struct supervisor *s, uint64_t when)
{
	const struct run_record *r = s->record;

	if (!r->storm_began || when < r->storm_began)
		return "before the storm";
	return r->storm_ns && ran(s, r->storm_began, when) > r->storm_ns ? "after the storm"
									 : "during the storm";
}

static void tell(struct supervisor *s, unsigned w, const struct harm *h)
{
	bool worker = w < s->share.workers;
	struct event e = {
		.when = h->when,
		.kind = (int)h->kind,
		.cpu = -1,
		.worker = worker ? (int)w : -1,
		.value = 1,
		.at_page = true,
		.compared = true,
		.slot = h->slot,
		.page = h->page,
		.found = h->found,
		.expected = h->expected,
	};

	snprintf(e.text, sizeof(e.text), "%s, %s: page %u of slot %u holds %#llx instead of %#llx",
		 name_of(s, w), time_of(s, h->when), h->page, h->slot, (unsigned long long)h->found,
		 (unsigned long long)h->expected);
	s->watch.emit(&s->watch, &e);
}

void harm_poll(struct supervisor *s)
{
	struct harm h;

	for (unsigned w = 0; w <= s->share.workers; w++) {
		while (harm_take(ring_of(s, w), &h)) {
			if (s->harm_events[w] >= HARM_EVENTS)
				continue;
			s->harm_events[w]++;
			tell(s, w, &h);
		}
	}
}

void harm_finish(struct supervisor *s)
{
	harm_poll(s);
	for (unsigned w = 0; w <= s->share.workers; w++) {
		uint64_t told = load_relaxed(&ring_of(s, w)->told);

		if (told > s->harm_events[w])
			watch_tell(s, EVENT_data_lost, w < s->share.workers ? (int)w : -1, told,
				   "%s: %llu pages with wrong content in all, %u of them told",
				   name_of(s, w), (unsigned long long)told, s->harm_events[w]);
	}
}
