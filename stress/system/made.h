/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Things that a run makes on the machine and that outlive its processes. The journal (journal.h)
 * holds kind and path of each before it is made.
 */
#ifndef THPSTORM_SYSTEM_MADE_H
#define THPSTORM_SYSTEM_MADE_H

#include <stdbool.h>

#include "base/error.h"

struct made_kind {
	const char *name;
	bool survives_reboot;
	/* 0 or -errno. One that is not there, not yet or not any more, is fine. */
	int (*remove)(const char *path, struct error *err);
};

#define MADE_PATH_MAX 512

extern const struct made_kind made_swapfile, made_cgroup;
/* Generated from the list in stress/CMakeLists.txt; ends with NULL. */
extern const struct made_kind *const made_registry[];
extern const char *const made_names[];

/* NULL: there is no such kind. */
const struct made_kind *made_find(const char *name);

#endif
