/* SPDX-License-Identifier: GPL-2.0-only */
/* Who is asked when. See witness.h. */
#include "witness/witness.h"

#include <stdarg.h>
#include <stdio.h>

#include "measure/clock.h"

/* Pages looked at in each slot before it is made anew: enough to see a systematic loss at once,
   too few to slow the round (all pages are looked at after the storm). */
#define SAMPLED_PAGES 4

#define for_each_active(w, all)                                                                    \
	for (struct witness *w = (all)->witness; w < (all)->witness + WITNESS_COUNT; w++)          \
		if (w->ops)

static bool is_wanted(const struct witness_ops *ops, const struct run_plan *plan, struct error *why)
{
	char shown[PLAN_LIST_SHOWN];

	if (!plan->verify)
		error_set(why, 0, "switched off (verify = no)");
	else if (!plan_list_names(plan->witness, ops->name))
		error_set(why, 0, "switched off (witness = %s)",
			  plan_list_shown(plan->witness, shown));
	else
		return true;
	return false;
}

void witnesses_open(struct witnesses *all, struct arena *a, const struct run_plan *plan,
		    witness_note *notes)
{
	*all = (struct witnesses){0};
	for (unsigned i = 0; i < WITNESS_COUNT; i++) {
		const struct witness_ops *ops = witness_registry[i];
		struct witness *w = &all->witness[i];
		struct error why = {""};

		w->arena = a;
		w->note = &notes[i];
		if (is_wanted(ops, plan, &why) && !(ops->open && ops->open(w, &why))) {
			w->ops = ops;
			all->active++;
		}
		snprintf(notes[i], sizeof(notes[i]), "%.*s", (int)sizeof(notes[i]) - 1, why.text);
	}
}

void witnesses_close(struct witnesses *all)
{
	for_each_active(w, all)
	{
		if (w->ops->close)
			w->ops->close(w);
		w->ops = NULL;
	}
	all->active = 0;
}

void onlooker_looked(struct onlooker *o, const struct witness *w, unsigned pages)
{
	count_add(&o->ring->looks[w - o->all->witness], pages);
}

void onlooker_fails(const struct witness *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(*w->note, sizeof(*w->note), fmt, ap);
	va_end(ap);
}

static enum page_content look(struct onlooker *o, const struct witness *w, unsigned slot,
			      unsigned page)
{
	if (!w->ops->look)
		return CONTENT_UNKNOWN;
	onlooker_looked(o, w, 1);
	return w->ops->look(w, o, slot, page);
}

static void made(void *onlooker, unsigned slot, uint64_t generation)
{
	struct onlooker *o = onlooker;

	for_each_active(w, o->all)
	{
		if (w->ops->made)
			w->ops->made(w, slot, generation);
	}
}

static void before(void *onlooker, unsigned slot)
{
	struct onlooker *o = onlooker;

	for_each_active(w, o->all)
	{
		for (unsigned i = 0; i < SAMPLED_PAGES; i++)
			look(o, w, slot, rng_below(&o->rng, w->arena->pages));
		if (w->ops->before)
			w->ops->before(w, o, slot);
	}
}

void onlooker_begin(struct onlooker *o, struct witnesses *all, struct harm_ring *ring,
		    struct worker_counts **counts, uint64_t seed, uint64_t number)
{
	*o = (struct onlooker){.all = all, .ring = ring, .counts = counts};
	rng_seed_stream(&o->rng, seed, number);
	if (all->active)
		o->hooks = (struct arena_hooks){.of = o, .before = before, .made = made};
}

void onlooker_touched(struct onlooker *o, const struct aim_point *at, size_t stored)
{
	o->touches++;
	for_each_active(w, o->all)
	{
		if (w->ops->touched)
			w->ops->touched(w, o, at, stored);
		if (w->ops->every && !(o->touches % w->ops->every))
			look(o, w, at->slot, at->page);
	}
}

enum page_content onlooker_page(struct onlooker *o, unsigned slot, unsigned page)
{
	enum page_content worst = CONTENT_UNKNOWN;

	for_each_active(w, o->all)
	{
		enum page_content is = look(o, w, slot, page);

		if (is != CONTENT_UNKNOWN && worst != CONTENT_WRONG)
			worst = is;
	}
	return worst;
}

unsigned onlooker_slot(struct onlooker *o, unsigned slot)
{
	unsigned checked = 0;

	for_each_active(w, o->all)
	{
		unsigned pages = w->ops->end ? w->ops->end(w, o, slot) : 0;

		checked = MAX(checked, pages);
	}
	return checked;
}

void witness_tell(struct onlooker *o, enum event_kind kind, const struct arena_mismatch *what)
{
	if (o->counts)
		count_add(&(*o->counts)->mismatches, 1);
	harm_tell(o->ring,
		  &(struct harm){.when = clock_now(),
				 .kind = kind,
				 .slot = what->slot,
				 .page = what->page,
				 .offset = what->offset,
				 .found = what->found,
				 .expected = what->expected},
		  1);
}
