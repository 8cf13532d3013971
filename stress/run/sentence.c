/* SPDX-License-Identifier: GPL-2.0-only */
/* See sentence.h. */
#include "run/sentence.h"

#include <stdio.h>

#include "memory/arena.h"

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
		SAY(e, "%s: %llu pages %s in all, %u of them told", group_name(s, e), ULL(e->value),
		    e->kind == EVENT_store_lost ? "with a lost store"
		    : e->kind == EVENT_cow_leak ? "with the other side's write"
						: "with wrong content",
		    e->told);
	else if (e->kind == EVENT_store_lost)
		SAY(e,
		    "%s, %s: page %u of slot %u holds %#llx, as before the store to it that returned",
		    group_name(s, e), time_of(s, e->when), e->page, e->slot, ULL(e->found));
	else if (e->kind == EVENT_cow_leak)
		SAY(e,
		    "%s, %s: page %u of slot %u, %s: holds %#llx instead of %#llx, %u bytes into it",
		    group_name(s, e), time_of(s, e->when), e->page, e->slot,
		    e->offset == ARENA_WORDS_AT ? "as the child sees it, after the parent's write"
						: "as the parent sees it, after the child's write",
		    ULL(e->found), ULL(e->expected), e->offset);
	else
		SAY(e, "%s, %s: page %u of slot %u holds %#llx instead of %#llx, %u bytes into it",
		    group_name(s, e), time_of(s, e->when), e->page, e->slot, ULL(e->found),
		    ULL(e->expected), e->offset);
}

typedef void (*sentence)(const struct supervisor *s, struct event *e);

static const sentence sentences[EVENT_KIND_COUNT] = {
	[EVENT_data_lost] = say_harm,
	[EVENT_store_lost] = say_harm,
	[EVENT_cow_leak] = say_harm,
};

void event_say(const struct supervisor *s, struct event *e)
{
	if (sentences[e->kind])
		sentences[e->kind](s, e);
}
