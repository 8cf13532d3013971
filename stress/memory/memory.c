/* SPDX-License-Identifier: GPL-2.0-only */
/* What several kinds of memory need. */
#include "memory/memory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "system/thp.h"

const struct memory_ops *memory_of(const struct run_plan *plan, const struct group_plan *group)
{
	if (group && group->memory[0])
		return memory_find(group->memory);
	return memory_find(plan->memory[0] ? plan->memory : "anon");
}

const struct effect *memory_effect(const struct memory_ops *memory, const struct effect *effect)
{
	if (effect == &effect_split && memory->split)
		return memory->split;
	if (effect == &effect_move && memory->move)
		return memory->move;
	return effect;
}

uint64_t memory_count(const struct given *given, const struct effect *effect,
		      const struct vmstat *before, const struct vmstat *after)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < given->sites; i++) {
		const struct effect *its = memory_effect(given->site[i].memory, effect);
		unsigned first = 0;
		uint64_t n;

		while (memory_effect(given->site[first].memory, effect) != its)
			first++;
		if (first < i)
			continue;
		n = effect_count(given, its, before, after);
		if (n == VMSTAT_ABSENT)
			return n;
		sum += n;
	}
	return sum;
}

static int check_thp(const struct need *need, const struct needer *who, struct error *why)
{
	const struct host_facts *h = &who->given->machine.host;

	if (!h->thp.present)
		return error_set(why, ENOTSUP,
				 "%s needs transparent huge pages, not supported by this kernel%s",
				 who->name, strcmp(h->preempt.model, "rt") ? "" : " (PREEMPT_RT)");
	if (h->thp.process == THP_PROCESS_NONE && h->may.own_thp)
		return error_errno(
			why, -h->may.own_thp,
			"huge pages are disabled for this process by whoever started it (PR_SET_THP_DISABLE), and it may not enable them");
	return 0;
}

const struct need need_thp = {.check = check_thp};

static bool is_off(const char *choice)
{
	return !strcmp(choice, "never") || !strcmp(choice, "deny");
}

bool memory_thp_is_off(const struct memory_ops *memory, const struct thp_facts *thp)
{
	return memory->thp && is_off(thp_choices_of(thp, memory->thp)->all);
}

static int check_thp_knob(const struct need *need, const struct needer *who, struct error *why)
{
	const struct host_facts *h = &who->given->machine.host;
	const struct thp_facts *thp = &h->thp;
	const struct thp_knob *knob = who->memory->thp;
	const struct thp_choices *now = thp_choices_of(thp, knob);
	const char *choice = is_off(now->pmd) ? now->pmd : now->all;
	bool inherits = !now->pmd[0] || !strcmp(now->pmd, "inherit");
	int refusal = may_set(&h->may, h->may.thp);
	char path[128];

	/* A small size has a knob of its own, which the run sets. */
	if (who->given->plan.thp_size && who->given->plan.thp_size != thp->pmd_bytes)
		return 0;
	if (!refusal && who->given->plan.thp_enabled != THP_KEEP)
		return 0;
	if (is_off(now->pmd))
		thp_size_path(thp->pmd_bytes, knob->file, path, sizeof(path));
	else if (inherits && is_off(now->all))
		snprintf(path, sizeof(path), THP_SYSFS "/%s", knob->file);
	else
		return 0;
	if (refusal)
		return error_set(why, -refusal, "%s is '%s' and can't be set here: %s; %s", path,
				 choice, strerror(-refusal), may_remedy(refusal));
	return error_set(why, EPERM, "%s is '%s'; --thp_enabled=madvise sets it for the run", path,
			 choice);
}

const struct need need_thp_knob = {.check = check_thp_knob};

static int check_anonymous(const struct need *need, const struct needer *who, struct error *why)
{
	const struct memory_ops *memory = who->memory;

	return memory->anonymous
		       ? 0
		       : error_set(why, ENOTSUP,
				   "%s splits private anonymous memory only, not memory = %s; "
				   "split_cold and split_pageout split that as well",
				   who->name, memory->name);
}

const struct need need_anonymous = {.check = check_anonymous};

static int check_lasting(const struct need *need, const struct needer *who, struct error *why)
{
	return who->memory->lasting
		       ? 0
		       : error_set(
				 why, ENOTSUP,
				 "%s needs memory that another process goes on to share when it is "
				 "made anew; memory = memfd is, memory = %s is not",
				 who->name, who->memory->name);
}

const struct need need_lasting = {.check = check_lasting};
