/* SPDX-License-Identifier: GPL-2.0-only */
/* See sentence.h. */
#include "run/sentence.h"

#include <stdio.h>

#define SAY(e, ...) snprintf((e)->text, sizeof((e)->text), __VA_ARGS__)
#define ULL(n)	    ((unsigned long long)(n))

static const char *group_name(const struct supervisor *s, const struct event *e)
{
	return e->worker < 0 ? "verification" : s->plan->group[e->group].name;
}

static const char *time_of(const struct supervisor *s, uint64_t when)
{
	const struct run_record *r = s->record;

	if (!r->storm_began || when < r->storm_began)
		return "before the storm";
	return r->storm_ns && ran(s, r->storm_began, when) > r->storm_ns ? "after the storm"
									 : "during the storm";
}

/* What a witness saw, one by one; and what was too much for that. */
static void say_harm(const struct supervisor *s, struct event *e)
{
	if (!e->at_page)
		SAY(e, "%s: %llu pages with wrong content in all, %u of them told",
		    group_name(s, e), ULL(e->value), e->told);
	else
		SAY(e, "%s, %s: page %u of slot %u holds %#llx instead of %#llx, %u bytes into it",
		    group_name(s, e), time_of(s, e->when), e->page, e->slot, ULL(e->found),
		    ULL(e->expected), e->offset);
}

typedef void (*sentence)(const struct supervisor *s, struct event *e);

static const sentence sentences[EVENT_KIND_COUNT] = {
	[EVENT_data_lost] = say_harm,
};

void event_say(const struct supervisor *s, struct event *e)
{
	if (sentences[e->kind])
		sentences[e->kind](s, e);
}
