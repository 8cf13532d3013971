/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the storm's witnesses tell (witness/witness.h): drains the rings of the workers, and of the
 * storm's first thread, which verifies. The option `witness` says who looks; this one listens always,
 * whatever `detectors` says. Of each thread and kind it passes on the first few one by one, and at the
 * end how often it was told in all.
 */
#include <errno.h>
#include <stdlib.h>

#include "detect/detector.h"
#include "measure/clock.h"

#define ONE_BY_ONE 8

typedef unsigned told_of[EVENT_KIND_COUNT];

struct witness_books {
	told_of *told; /* of each ring */
};

static unsigned rings(const struct detector *d)
{
	return d->watch->share->workers + d->watch->share->sites;
}

/* Of the workers, and after them of the first thread of each process that storms. */
static struct harm_ring *ring_of(const struct detector *d, unsigned w)
{
	struct share *s = d->watch->share;

	return w < s->workers ? &share_worker(s, w)->harm : &share_site(s, w - s->workers)->harm;
}

static int witness_start(struct detector *d, struct error *err)
{
	struct witness_books *b = d->state;

	b->told = calloc(rings(d), sizeof(*b->told));
	return b->told ? 0 : error_set(err, ENOMEM, "no memory for %u threads", rings(d));
}

static void pass_on(struct detector *d, unsigned w, const struct harm *h)
{
	struct event e = {
		.when = h->when,
		.kind = (int)h->kind,
		.cpu = -1,
		.worker = w < d->watch->share->workers ? (int)w : -1,
		.value = 1,
		.at_page = true,
		/* What a lost store should have left is known to nobody. */
		.compared = h->kind != EVENT_store_lost,
		.slot = h->slot,
		.page = h->page,
		.offset = h->offset,
		.found = h->found,
		.expected = h->expected,
	};

	if (!d->summary.worst)
		d->summary.worst_at = h->when;
	d->summary.worst++;
	d->watch->emit(d->watch, &e);
}

static void witness_poll(struct detector *d, uint64_t now)
{
	struct witness_books *b = d->state;
	struct harm h;

	for (unsigned w = 0; w < rings(d); w++) {
		while (harm_take(ring_of(d, w), &h)) {
			if (h.kind >= EVENT_KIND_COUNT || b->told[w][h.kind] >= ONE_BY_ONE)
				continue;
			b->told[w][h.kind]++;
			pass_on(d, w, &h);
		}
	}
}

/* What found no room in a ring, or was one too many. */
static void tell_rest(struct detector *d, unsigned w, int kind)
{
	struct witness_books *b = d->state;
	uint64_t told = load_relaxed(&ring_of(d, w)->told[kind]);
	struct event e = {.when = clock_now(),
			  .kind = kind,
			  .cpu = -1,
			  .worker = w < d->watch->share->workers ? (int)w : -1,
			  .value = told,
			  .told = b->told[w][kind]};

	if (told <= e.told)
		return;
	d->summary.lost += told - e.told;
	d->watch->emit(d->watch, &e);
}

static void witness_finish(struct detector *d)
{
	struct witness_books *b = d->state;

	if (!b->told)
		return;
	witness_poll(d, clock_now());
	for (unsigned w = 0; w < rings(d); w++) {
		for (int kind = 0; kind < EVENT_KIND_COUNT; kind++)
			tell_rest(d, w, kind);
	}
	for (unsigned w = 0; w < rings(d); w++) {
		for (unsigned i = 0; i < WITNESS_COUNT; i++)
			d->summary.samples += load_relaxed(&ring_of(d, w)->looks[i]);
	}
}

static void witness_release(struct detector *d)
{
	struct witness_books *b = d->state;

	free(b->told);
	b->told = NULL;
}

const struct detector_ops detector_witness = {
	.name = "witness",
	.help = "what the storm's own witnesses tell; always on (the option witness says who looks)",
	.state_size = sizeof(struct witness_books),
	.always = true,
	.start = witness_start,
	.poll = witness_poll,
	.finish = witness_finish,
	.release = witness_release,
};
