/* SPDX-License-Identifier: GPL-2.0-only */
/* See made.h. */
#include "system/made.h"

#include <stddef.h>
#include <string.h>

#include "base/base.h"
#include "system/cgroup.h"
#include "system/swapfile.h"

const struct made_kind made_swapfile = {"swapfile", true, swapfile_remove};
const struct made_kind made_cgroup = {"cgroup", false, cgroup_remove};

const struct made_kind *made_find(const char *name)
{
	static const struct made_kind *const kinds[] = {&made_swapfile, &made_cgroup};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!strcmp(kinds[i]->name, name))
			return kinds[i];
	}
	return NULL;
}
