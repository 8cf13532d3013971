/* SPDX-License-Identifier: GPL-2.0-only */
/* See memory_check.h. */
#include "run/memory_check.h"

#include <errno.h>
#include <stdio.h>

#include "run/refused.h"
#include "run/site_plan.h"
#include "system/thp.h"
#include "workers/worker.h"

/*
 * Of one kind of memory. -EINVAL: no size for a huge page at all; another: none of it here, or none that could be proved.
 * Of a kernel without any huge pages each worker says so.
 */
static int check_size(const struct given *given, const struct memory_ops *memory, struct error *why)
{
	const struct host_facts *h = &given->machine.host;
	const struct thp_facts *thp = &h->thp;
	const struct thp_choices none = {.all = ""};
	const struct thp_choices *its = memory->thp ? thp_choices_of(thp, memory->thp) : &none;
	uint64_t size = given->plan.thp_size;
	char asked[24], there[128];

	if (!size || size == thp->pmd_bytes)
		return 0;
	thp_size_format(size, asked, sizeof(asked));
	if (size & (size - 1) || size < 2 * thp->page_bytes)
		return error_set(why, EINVAL,
				 "thp_size = %s: must be a power of two above the base page",
				 asked);
	if (!thp->present)
		return 0;
	if (!its->sizes)
		return error_set(
			why, ENOTSUP,
			"thp_size = %s: this kernel has huge pages of %s only for %s (no " THP_SYSFS
			"/hugepages-*kB/%s, 6.8+)",
			asked, thp_size_format(thp->pmd_bytes, there, sizeof(there)), memory->help,
			memory->thp ? memory->thp->file : "enabled");
	if (!(its->sizes & size))
		return error_set(why, ENOTSUP, "thp_size = %s: this kernel offers %s for %s", asked,
				 thp_sizes_format(its->sizes, there, sizeof(there)), memory->help);
	if (!(its->counted & size))
		return error_set(why, ENOTSUP,
				 "thp_size = %s: this kernel does not count their splits (no %s)",
				 asked, thp_size_path(size, "stats/split", there, sizeof(there)));
	if (may_set(&h->may, h->may.thp))
		return refused(why, may_set(&h->may, h->may.thp), "--thp_size=0",
			       "thp_size = %s: " THP_SYSFS " can't be written", asked);
	return 0;
}

static int check_sizes(const struct given *given, struct error *why)
{
	int ret = 0;

	for (unsigned i = 0; i < given->sites && !ret; i++) {
		const struct memory_ops *memory = given_memory_once(given, i);

		ret = memory ? check_size(given, memory, why) : 0;
	}
	return ret;
}

/* What the slots are made of, where somebody touches them. */
static int check_kinds(const struct given *given, struct error *why)
{
	char name[PLAN_NAME_MAX + 16];
	struct needer who = {.name = name, .given = given};

	for (unsigned i = 0; i < given->plan.groups; i++) {
		int ret;

		if (!site_plan_uses_arena(given, i) || !given->plan.group[i].threads)
			continue;
		who.memory = given_memory(given, i);
		snprintf(name, sizeof(name), "memory = %s", who.memory->name);
		ret = needs_check(who.memory->needs, &who, why);
		if (ret)
			return ret;
	}
	return 0;
}

int memory_check(const struct given *given, struct error *why)
{
	int ret = check_sizes(given, why);

	return ret ? ret : check_kinds(given, why);
}
