/* SPDX-License-Identifier: GPL-2.0-only */
/* See exposed.h. */
#include "run/exposed.h"

#include <stdio.h>

#include "contract/effect.h"
#include "workers/worker.h"

/* Counters are read a moment before the storm's first and after its last operation. */
#define SLACK_MIN 8
#define SLACK_OF  10 /* one in so many */

/* What the workers of a plan say that they did in the storm. */
struct claims {
	bool split, move, page_out;	       /* somebody does */
	bool split_pmds;		       /* besides those of splits */
	uint64_t pmds;			       /* that they can have split, folio or not */
	uint64_t splits, moves, pages_out;     /* claimed */
	uint64_t calls;			       /* of splitters */
	uint64_t huge_pages;		       /* that the storm had: each can be split once */
	bool faults_user, faults_kernel;       /* some worker's are counted */
	bool uncounted_user, uncounted_kernel; /* some worker's are not */
};

static void add_faults(struct run_record *r, struct claims *c, const struct worker_ops *ops,
		       const struct group_record *g)
{
	bool kernel = worker_faults_in_kernel(ops);

	*(kernel ? &c->faults_kernel : &c->faults_user) |= g->evidence;
	*(kernel ? &c->uncounted_kernel : &c->uncounted_user) |= !g->evidence;
	r->exposed[kernel ? EXPOSURE_kernel_faults : EXPOSURE_user_faults] += g->storm.faults;
	r->exposed[kernel ? EXPOSURE_kernel_hot_tail_faults : EXPOSURE_user_hot_tail_faults] +=
		g->storm.hot_tail_faults;
}

static void add_owner(struct claims *c, const struct worker_ops *ops, uint64_t slots,
		      const struct worker_counts *n)
{
	c->huge_pages += n->made_huge;
	if (ops->effect == &effect_split) {
		c->split = true;
		c->splits += n->claimed;
		/* Those whose split is only queued by the call may have been called before. */
		if (ops->splits_pmd)
			c->splits += slots;
		c->calls += n->claimed + n->refused;
		c->pmds += n->claimed + n->refused;
	} else if (ops->effect == &effect_move) {
		c->move = true;
		c->moves += n->claimed;
		/* What can't be moved whole is split and moved in parts. */
		c->splits += n->refused;
		c->pmds += n->refused;
	}
	/* As it makes them, or by calls of the round before. */
	if (ops->splits_pmd)
		c->pmds += n->made_huge + slots;
	if (ops->pages_out) {
		c->page_out = true;
		c->pages_out += n->claimed;
	}
}

static void add_groups(const struct given *given, struct run_record *r, struct claims *c)
{
	c->huge_pages = given->sites * given->geometry.slots;
	for (unsigned i = 0; i < given->plan.groups; i++) {
		const struct worker_ops *ops = given->group[i].worker;
		const struct group_record *g = &r->group[i];

		if (!given->plan.group[i].threads || !ops)
			continue;
		r->exposed[EXPOSURE_operations] += g->storm.ops;
		if (worker_is_faulter(ops))
			add_faults(r, c, ops, g);
		else
			add_owner(c, ops, given->geometry.slots, &g->storm);
		c->split_pmds |= ops->splits_pmd;
	}
}

/* VMSTAT_ABSENT: nothing bounds it. */
static uint64_t bound_of(const struct given *given, const struct run_record *r,
			 const struct claims *c, enum exposure e)
{
	const struct run_plan *plan = &given->plan;

	switch (e) {
	case EXPOSURE_folio_splits:
		/* Reclaim splits what nobody claims. */
		return plan->memory_max ? c->huge_pages : c->splits;
	case EXPOSURE_pmd_splits:
		return plan->memory_max ? c->huge_pages : c->pmds;
	case EXPOSURE_thp_moved:
		return c->move ? c->moves : VMSTAT_ABSENT;
	case EXPOSURE_swapped_out:
		if (r->own_swapped_out != VMSTAT_ABSENT)
			return r->own_swapped_out;
		return c->page_out && !plan->memory_max ? c->pages_out : VMSTAT_ABSENT;
	default:
		return VMSTAT_ABSENT;
	}
}

static uint64_t least(uint64_t counted, uint64_t bound)
{
	return counted == VMSTAT_ABSENT ? counted : MIN(counted, bound);
}

/*
 * PMD splits less folio splits, where nothing else splits PMDs: no other worker, no reclaim, nobody
 * else's splits. A roll-back is a call that did not split, and a split that failed.
 */
static void roll_backs(const struct given *given, struct run_record *r, const struct claims *c)
{
	uint64_t splits = r->counted[EXPOSURE_folio_splits];
	uint64_t pmds = r->counted[EXPOSURE_pmd_splits];
	uint64_t failed = vmstat_delta(&r->before, &r->after, VMSTAT_thp_split_page_failed);
	uint64_t *reached = &r->exposed[EXPOSURE_rollbacks];

	/*
	 * A small huge page has no PMD mapping that would be split first. Where no PMD was split,
	 * nothing was taken back, whoever else might have split some.
	 */
	r->rollbacks_known =
		splits != VMSTAT_ABSENT && pmds != VMSTAT_ABSENT && !given_small(given) &&
		(!pmds || (!c->split_pmds && !given->plan.swap && !given->plan.memory_max &&
			   !(c->split && exposure_exceeds(splits, c->splits))));
	*reached = r->counted[EXPOSURE_rollbacks] = VMSTAT_ABSENT;
	if (!r->rollbacks_known)
		return;
	r->counted[EXPOSURE_rollbacks] = pmds > splits ? pmds - splits : 0;
	*reached = MIN(r->counted[EXPOSURE_rollbacks], c->calls > splits ? c->calls - splits : 0);
	*reached = least(*reached, failed);
}

void exposure_collect(const struct given *given, struct run_record *r)
{
	static const enum exposure by_kernel[] = {EXPOSURE_folio_splits, EXPOSURE_pmd_splits,
						  EXPOSURE_thp_moved, EXPOSURE_pages_migrated,
						  EXPOSURE_swapped_out};
	struct claims c = {0};

	for (int e = 0; e < EXPOSURE_COUNT; e++) {
		r->exposed[e] = 0;
		r->counted[e] = r->bound[e] = VMSTAT_ABSENT;
	}
	add_groups(given, r, &c);
	r->counted[EXPOSURE_folio_splits] =
		memory_count(given, &effect_split, &r->before, &r->after);
	r->counted[EXPOSURE_pmd_splits] = vmstat_delta(&r->before, &r->after, VMSTAT_thp_split_pmd);
	r->counted[EXPOSURE_thp_moved] = memory_count(given, &effect_move, &r->before, &r->after);
	r->counted[EXPOSURE_pages_migrated] =
		vmstat_delta(&r->before, &r->after, VMSTAT_pgmigrate_success);
	r->counted[EXPOSURE_swapped_out] = vmstat_delta(&r->before, &r->after, VMSTAT_pswpout);
	for (size_t i = 0; i < ARRAY_SIZE(by_kernel); i++) {
		enum exposure e = by_kernel[i];

		r->bound[e] = bound_of(given, r, &c, e);
		r->exposed[e] = least(r->counted[e], r->bound[e]);
	}
	roll_backs(given, r, &c);
	if (c.uncounted_kernel && !c.faults_kernel)
		r->exposed[EXPOSURE_kernel_faults] = r->exposed[EXPOSURE_kernel_hot_tail_faults] =
			VMSTAT_ABSENT;
	if (c.uncounted_user && !c.faults_user)
		r->exposed[EXPOSURE_user_faults] = r->exposed[EXPOSURE_user_hot_tail_faults] =
			VMSTAT_ABSENT;
}

bool exposure_is_claimed(const struct run_plan *plan, enum exposure e)
{
	return e == EXPOSURE_thp_moved || (e == EXPOSURE_folio_splits && !plan->memory_max);
}

bool exposure_exceeds(uint64_t counted, uint64_t bound)
{
	return counted != VMSTAT_ABSENT && bound != VMSTAT_ABSENT && counted > bound &&
	       counted - bound > MAX(bound / SLACK_OF, (uint64_t)SLACK_MIN);
}

char *exposure_weakness(const struct given *given, const struct run_record *r, int *at, char *buf,
			size_t size)
{
	static const struct {
		const char *what, *others;
	} words[EXPOSURE_COUNT] = {
		[EXPOSURE_folio_splits] = {"folio splits", "others split"},
		[EXPOSURE_pmd_splits] = {"PMD splits", "others split"},
		[EXPOSURE_thp_moved] = {"huge pages moved", "others move"},
		[EXPOSURE_pages_migrated] = {"pages migrated", "others migrate"},
		[EXPOSURE_swapped_out] = {"pages swapped out", "others swap"},
	};

	for (; *at < EXPOSURE_COUNT; (*at)++) {
		unsigned long long counted = r->counted[*at], bound = r->bound[*at];

		if (!words[*at].what || counted == VMSTAT_ABSENT)
			continue;
		if (exposure_exceeds(counted, bound))
			snprintf(buf, size, "%llu %s, of which %s %llu: %s as well", counted,
				 words[*at].what,
				 exposure_is_claimed(&given->plan, (enum exposure) * at)
					 ? "the workers claim"
					 : "this storm's are at most",
				 bound, words[*at].others);
		else if (bound == VMSTAT_ABSENT && given->plan.expose[*at])
			snprintf(buf, size,
				 "%s: counted for the whole machine, what others did is in it",
				 exposure_names[*at]);
		else
			continue;
		(*at)++;
		return buf;
	}
	return NULL;
}
