/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether what a plan declares can be counted at all, before the storm. See exposed.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "contract/effect.h"
#include "run/exposed.h"
#include "run/run.h"
#include "workers/worker.h"

#define NO_COUNTERS "(CONFIG_VM_EVENT_COUNTERS, CONFIG_TRANSPARENT_HUGEPAGE)"

static bool absent(const struct run_record *facts, enum vmstat_counter c)
{
	return facts->before.value[c] == VMSTAT_ABSENT;
}

static int needs_counter(const struct run_record *facts, enum exposure e, enum vmstat_counter c,
			 struct error *why)
{
	if (!absent(facts, c))
		return 0;
	return error_set(why, ENOTSUP,
			 "%s cannot be counted: no %s in /proc/vmstat of this kernel " NO_COUNTERS,
			 exposure_names[e], vmstat_names[c]);
}

/* Why @g can't count what @e asks for: "" when it can. */
static void why_not(const struct run_plan *plan, const struct group_plan *g,
		    const struct run_record *facts, enum exposure e, struct error *why)
{
	const struct worker_ops *ops = worker_find(g->worker);
	bool kernel = worker_faults_in_kernel(ops);
	bool tails = e == EXPOSURE_kernel_hot_tail_faults || e == EXPOSURE_user_hot_tail_faults;
	const char *refused = kernel ? facts->uncounted_kernel : facts->uncounted_user;

	if (run_check_group(plan, g, facts, why))
		return;
	why->text[0] = '\0';
	if (refused[0])
		error_set(why, ENOTSUP, "%s", refused);
	else if (ops->faults == FAULTS_ELSEWHERE)
		error_set(why, ENOTSUP, "the faults of %s happen in other threads", g->worker);
	else if (tails && g->target == TARGET_HOT_HEAD)
		error_set(why, ENOTSUP, "[%s] touches head pages only", g->name);
}

/* At least one group must be able to meet it. */
static int needs_faulters(const struct run_plan *plan, const struct run_record *facts,
			  enum exposure e, bool kernel, struct error *why)
{
	struct error first = {""};

	if (!plan->evidence)
		return error_set(why, ENOTSUP, "%s cannot be counted: evidence = no",
				 exposure_names[e]);
	plan_for_each_group(g, plan) {
		const struct worker_ops *ops = worker_find(g->worker);
		struct error reason = {""};

		if (!ops || !worker_is_faulter(ops) || worker_faults_in_kernel(ops) != kernel ||
		    !g->threads)
			continue;
		why_not(plan, g, facts, e, &reason);
		if (!reason.text[0])
			return 0;
		if (!first.text[0])
			first = reason;
	}
	if (!first.text[0])
		error_set(&first, ENOTSUP, "no group faults from %s mode",
			  kernel ? "kernel" : "user");
	return error_set(why, ENOTSUP, "%s cannot be counted: %.300s", exposure_names[e],
			 first.text);
}

static int needs_roll_backs(const struct run_plan *plan, const struct run_record *facts,
			    struct error *why)
{
	if (needs_counter(facts, EXPOSURE_rollbacks, VMSTAT_thp_split_pmd, why) ||
	    needs_counter(facts, EXPOSURE_rollbacks, VMSTAT_thp_split_page, why))
		return -ENOTSUP;
	if (run_is_small(facts))
		return error_set(
			why, ENOTSUP,
			"rollbacks cannot be counted: no PMD maps huge pages of this size");
	if (plan->swap || plan->memory_max)
		return error_set(why, ENOTSUP,
				 "rollbacks cannot be counted: reclaim splits PMDs as well (%s)",
				 plan->swap ? "swap" : "memory_max");
	plan_for_each_group(g, plan) {
		const struct worker_ops *ops = worker_find(g->worker);

		if (ops && ops->splits_pmd && g->threads)
			return error_set(why, ENOTSUP,
					 "rollbacks cannot be counted: %s splits PMDs as well",
					 g->worker);
	}
	return 0;
}

/* Reclaim splits as well, of a storm with a limit. */
static bool anybody_splits(const struct run_plan *plan)
{
	if (plan->memory_max)
		return true;
	plan_for_each_group(g, plan) {
		const struct worker_ops *ops = worker_find(g->worker);

		if (ops && worker_is_owner(ops) && g->threads)
			return true;
	}
	return false;
}

static int needs_splits(const struct run_plan *plan, const struct run_record *facts,
			enum exposure e, struct error *why)
{
	bool small = run_is_small(facts), pmds = e == EXPOSURE_pmd_splits;

	if (!anybody_splits(plan))
		return error_set(
			why, ENOTSUP,
			"%s cannot be met: no group splits or moves, and there is no memory_max",
			exposure_names[e]);
	if (small && pmds)
		return error_set(why, ENOTSUP,
				 "pmd_splits cannot be met: no PMD maps huge pages of this size");
	/* Whether a small size is counted is asked of its own files. */
	return small ? 0
		     : needs_counter(facts, e, pmds ? VMSTAT_thp_split_pmd : VMSTAT_thp_split_page,
				     why);
}

static int needs_moves(const struct run_plan *plan, const struct run_record *facts,
		       struct error *why)
{
	unsigned nodes = plan->nodes && plan->nodes < facts->topology.nodes ? plan->nodes
									    : facts->topology.nodes;
	bool moves = false;

	if (nodes < 2)
		return error_set(why, ENOTSUP, "thp_moved needs 2 NUMA nodes with memory; %s: %u",
				 plan->nodes ? "nodes" : "here", nodes);
	plan_for_each_group(g, plan) {
		const struct worker_ops *ops = worker_find(g->worker);

		moves |= ops && ops->effect == &effect_move && g->threads;
	}
	if (!moves)
		return error_set(why, ENOTSUP,
				 "thp_moved cannot be met: no group moves huge pages");
	return needs_counter(
		facts, EXPOSURE_thp_moved,
		run_is_small(facts) ? VMSTAT_pgmigrate_success : VMSTAT_thp_migration_success, why);
}

static int check(const struct run_plan *plan, const struct run_record *facts, enum exposure e,
		 struct error *why)
{
	switch (e) {
	case EXPOSURE_folio_splits:
	case EXPOSURE_pmd_splits:
		return needs_splits(plan, facts, e, why);
	case EXPOSURE_rollbacks:
		return needs_roll_backs(plan, facts, why);
	case EXPOSURE_thp_moved:
		return needs_moves(plan, facts, why);
	case EXPOSURE_kernel_hot_tail_faults:
	case EXPOSURE_kernel_faults:
		return needs_faulters(plan, facts, e, true, why);
	case EXPOSURE_user_hot_tail_faults:
	case EXPOSURE_user_faults:
		return needs_faulters(plan, facts, e, false, why);
	case EXPOSURE_swapped_out:
		if (!plan->swap && !facts->host.swap_total)
			return error_set(why, ENOTSUP,
					 "swapped_out cannot be met: no swap here; %s",
					 facts->host.may.swap || facts->host.may.journal
						 ? "root may make one for the run (--swap=SIZE)"
						 : "--swap=SIZE makes one for the run");
		return needs_counter(facts, e, VMSTAT_pswpout, why);
	default:
		return 0;
	}
}

int exposure_check(const struct run_plan *plan, const struct run_record *facts, struct error *why)
{
	for (int e = 0; e < EXPOSURE_COUNT; e++) {
		if (plan->expose[e] && check(plan, facts, (enum exposure)e, why))
			return -ENOTSUP;
	}
	return 0;
}
