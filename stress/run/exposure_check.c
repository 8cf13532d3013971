/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether what a plan declares can be counted at all, before the storm. See exposed.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "contract/effect.h"
#include "contract/need.h"
#include "run/exposed.h"
#include "run/run.h"
#include "workers/worker.h"

#define NO_COUNTERS "(CONFIG_VM_EVENT_COUNTERS, CONFIG_TRANSPARENT_HUGEPAGE)"

static bool absent(const struct given *given, enum vmstat_counter c)
{
	return given->machine.counted.value[c] == VMSTAT_ABSENT;
}

static int needs_counter(const struct given *given, enum exposure e, enum vmstat_counter c,
			 struct error *why)
{
	if (!absent(given, c))
		return 0;
	return error_set(why, ENOTSUP,
			 "%s cannot be counted: no %s in /proc/vmstat of this kernel " NO_COUNTERS,
			 exposure_names[e], vmstat_names[c]);
}

/* Which counter exposure_collect() reads: one that is absent, of several. */
static enum vmstat_counter counter(const struct given *given, const struct effect *effect)
{
	enum vmstat_counter c = VMSTAT_COUNT;

	for (unsigned i = 0; i < given->sites && (c == VMSTAT_COUNT || !absent(given, c)); i++)
		c = effect_counter(given, memory_effect(given->site[i].memory, effect));
	return c;
}

/* Why the group can't count what @e asks for: "" when it can. */
static void why_not(const struct given *given, unsigned group, enum exposure e, struct error *why)
{
	const struct worker_ops *ops = given->group[group].worker;
	const struct group_plan *g = &given->asked.group[group];
	bool tails = e == EXPOSURE_kernel_hot_tail_faults || e == EXPOSURE_user_hot_tail_faults;
	const char *refused = ops->faults == FAULTS_RUSAGE   ? ""
			      : worker_faults_in_kernel(ops) ? given->machine.uncounted_kernel
							     : given->machine.uncounted_user;

	if (given->group[group].left_out[0])
		error_set(why, ENOTSUP, "%s", given->group[group].left_out);
	else if (refused[0])
		error_set(why, ENOTSUP, "%s", refused);
	else if (ops->faults == FAULTS_ELSEWHERE)
		error_set(why, ENOTSUP, "the faults of %s happen in other threads", g->worker);
	else if (tails && g->target == TARGET_HOT_HEAD)
		error_set(why, ENOTSUP, "[%s] touches head pages only", g->name);
}

/* At least one group must be able to meet it. */
static int needs_faulters(const struct given *given, enum exposure e, bool kernel,
			  struct error *why)
{
	struct error first = {""};

	if (!given->plan.evidence)
		return error_set(why, ENOTSUP, "%s cannot be counted: evidence = no",
				 exposure_names[e]);
	for (unsigned i = 0; i < given->plan.groups; i++) {
		const struct worker_ops *ops = given->group[i].worker;
		struct error reason = {""};

		if (!ops || !worker_is_faulter(ops) || worker_faults_in_kernel(ops) != kernel)
			continue;
		why_not(given, i, e, &reason);
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

static int needs_roll_backs(const struct given *given, struct error *why)
{
	if (needs_counter(given, EXPOSURE_rollbacks, VMSTAT_thp_split_pmd, why) ||
	    needs_counter(given, EXPOSURE_rollbacks, VMSTAT_thp_split_page, why))
		return -ENOTSUP;
	if (given_small(given))
		return error_set(
			why, ENOTSUP,
			"rollbacks cannot be counted: no PMD maps huge pages of this size");
	if (given->plan.swap || given->plan.memory_max)
		return error_set(why, ENOTSUP,
				 "rollbacks cannot be counted: reclaim splits PMDs as well (%s)",
				 given->plan.swap ? "swap" : "memory_max");
	for (unsigned i = 0; i < given->plan.groups; i++) {
		const struct worker_ops *ops = given->group[i].worker;

		if (ops && ops->splits_pmd && given->plan.group[i].threads)
			return error_set(why, ENOTSUP,
					 "rollbacks cannot be counted: %s splits PMDs as well",
					 ops->name);
	}
	return 0;
}

/* Reclaim splits as well, of a storm with a limit. */
static bool anybody_splits(const struct given *given)
{
	if (given->plan.memory_max)
		return true;
	for (unsigned i = 0; i < given->plan.groups; i++) {
		const struct worker_ops *ops = given->group[i].worker;

		if (ops && worker_is_owner(ops) && given->plan.group[i].threads)
			return true;
	}
	return false;
}

static int needs_splits(const struct given *given, enum exposure e, struct error *why)
{
	bool small = given_small(given), pmds = e == EXPOSURE_pmd_splits;

	if (!anybody_splits(given))
		return error_set(
			why, ENOTSUP,
			"%s cannot be met: no group splits or moves, and there is no memory_max",
			exposure_names[e]);
	if (small && pmds)
		return error_set(why, ENOTSUP,
				 "pmd_splits cannot be met: no PMD maps huge pages of this size");
	/* Whether a small size is counted is asked of its own files. */
	if (small)
		return 0;
	return needs_counter(given, e, pmds ? VMSTAT_thp_split_pmd : counter(given, &effect_split),
			     why);
}

static int needs_moves(const struct given *given, struct error *why)
{
	unsigned nodes = given->plan.nodes && given->plan.nodes < given->machine.topology.nodes
				 ? given->plan.nodes
				 : given->machine.topology.nodes;
	bool moves = false;

	if (nodes < 2)
		return two_nodes_unmet("thp_moved", nodes, given->machine.topology.nodes, why);
	for (unsigned i = 0; i < given->plan.groups; i++) {
		const struct worker_ops *ops = given->group[i].worker;

		moves |= ops && ops->effect == &effect_move && given->plan.group[i].threads;
	}
	if (!moves)
		return error_set(why, ENOTSUP,
				 "thp_moved cannot be met: no group moves huge pages");
	return needs_counter(given, EXPOSURE_thp_moved, counter(given, &effect_move), why);
}

static int check(const struct given *given, enum exposure e, struct error *why)
{
	switch (e) {
	case EXPOSURE_folio_splits:
	case EXPOSURE_pmd_splits:
		return needs_splits(given, e, why);
	case EXPOSURE_rollbacks:
		return needs_roll_backs(given, why);
	case EXPOSURE_thp_moved:
		return needs_moves(given, why);
	case EXPOSURE_pages_migrated:
		return needs_counter(given, e, VMSTAT_pgmigrate_success, why);
	case EXPOSURE_kernel_hot_tail_faults:
	case EXPOSURE_kernel_faults:
		return needs_faulters(given, e, true, why);
	case EXPOSURE_user_hot_tail_faults:
	case EXPOSURE_user_faults:
		return needs_faulters(given, e, false, why);
	case EXPOSURE_swapped_out:
		if (!given->plan.swap && !given->machine.host.swap_total)
			return error_set(
				why, ENOTSUP, "swapped_out cannot be met: no swap here; %s",
				given->machine.host.may.swap || given->machine.host.may.journal
					? "root may make one for the run (--swap=SIZE)"
					: "--swap=SIZE makes one for the run");
		return needs_counter(given, e, VMSTAT_pswpout, why);
	default:
		return 0;
	}
}

int exposure_check(const struct given *given, struct error *why)
{
	for (int e = 0; e < EXPOSURE_COUNT; e++) {
		size_t n;

		if (!given->plan.expose[e] || !check(given, (enum exposure)e, why))
			continue;
		n = strlen(why->text);
		snprintf(why->text + n, sizeof(why->text) - n, "; without it: --expose.%s=0",
			 exposure_names[e]);
		return -ENOTSUP;
	}
	return 0;
}
