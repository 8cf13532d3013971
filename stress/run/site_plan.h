/* SPDX-License-Identifier: GPL-2.0-only */
/* Which process each group of a plan storms in, what its arena is made of, and who has victims. */
#ifndef THPSTORM_RUN_SITE_PLAN_H
#define THPSTORM_RUN_SITE_PLAN_H

#include "base/error.h"
#include "contract/given.h"

/*
 * Fills sites and site of @given, and the site of each group. -EINVAL and the sentence: groups of one
 * process want two kinds of memory.
 */
int site_plan_make(struct given *given, struct error *why);
/* Adds the victims of the workers to the placement. -EINVAL: there are too many. */
int site_plan_victims(struct given *given, struct error *why);
/* Who has no slot and no aim does not care what they are made of. */
bool site_plan_uses_arena(const struct given *given, unsigned group);
/* Whether anybody in a site can touch its slots: a disturber alone leaves them unmade. */
bool site_plan_fills(const struct given *given, unsigned site);
/* How many sites there are with slots that are made; at least 1. */
unsigned site_plan_arenas(const struct given *given);
/* Threads of the owners in a site. */
unsigned site_plan_owners(const struct given *given, unsigned site);

#endif
