/* SPDX-License-Identifier: GPL-2.0-only */
/* See need.h. */
#include "contract/need.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "system/may.h"

int needs_check(const struct need *const *needs, const struct needer *who, struct error *why)
{
	for (; needs && *needs; needs++) {
		int ret = (*needs)->check(*needs, who, why);

		if (ret)
			return ret;
	}
	return 0;
}

/* madvise(2) looks at the advice before it finds that there is nothing to do. */
int need_advice(const struct need *need, const struct needer *who, struct error *why)
{
	if (!madvise(NULL, 0, (int)need->number))
		return 0;
	return error_set(why, ENOTSUP, "%s needs madvise(2) %s, not supported by this kernel",
			 who->name, need->text);
}

int need_writable(const struct need *need, const struct needer *who, struct error *why)
{
	int ret = may_write(need->text);

	return ret ? error_set(why, -ret, "%s must write %s: %s; %s", who->name, need->text,
			       strerror(-ret), may_remedy(ret))
		   : 0;
}

int two_nodes_unmet(const char *who, unsigned asked, unsigned there, struct error *why)
{
	if (there >= 2)
		return error_set(
			why, ENOTSUP,
			"%s needs 2 NUMA nodes with memory; this machine has %u, and nodes = %u",
			who, there, asked);
	return error_set(
		why, ENOTSUP,
		"%s needs 2 NUMA nodes with memory; here: %u; boot with numa=fake=2 (needs CONFIG_NUMA_EMU), or use ci/vm/run --numa 2:2G,2:2G",
		who, there);
}

static int check_two_nodes(const struct need *need, const struct needer *who, struct error *why)
{
	unsigned asked = who->given->plan.nodes, there = who->given->machine.topology.nodes;

	if (there >= 2 && asked != 1)
		return 0;
	return two_nodes_unmet(who->name, asked, there, why);
}

const struct need need_two_nodes = {.check = check_two_nodes};
