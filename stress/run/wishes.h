/* SPDX-License-Identifier: GPL-2.0-only */
/* Which knobs a plan wants to hold what, and which of them can't be set here. Changes nothing. */
#ifndef THPSTORM_RUN_WISHES_H
#define THPSTORM_RUN_WISHES_H

#include <stdbool.h>

#include "base/error.h"
#include "contract/plan.h"
#include "system/may.h"

#define WISHES_MAX 40

struct wish {
	char path[96];
	char value[24];
	char now[24];	 /* what it holds; cut */
	const char *key; /* the option that wants it */
	bool named;	 /* the config or the command line names that option */
	int refused;	 /* -errno that a write would get; 0: none, or it holds the value already */
};

struct wishes {
	unsigned count; /* of knobs that this kernel has, in the order in which they are set */
	struct wish wish[WISHES_MAX];
};

/* @may NULL: as the process may (may_read()); only .journal is looked at. */
void wishes_make(struct wishes *w, const struct run_plan *plan, const struct may *may);
/* Whether a knob has to be written, and can be. */
bool wishes_settable(const struct wishes *w);
/* 0, or -errno and the sentence: a knob that was named can't be set. */
int wishes_check(const struct wishes *w, struct error *why);
/* "enabled 'always', numa_balancing '1' (Read-only file system)": what is left as it is; "" when
   nothing is. Returns buf. */
char *wishes_left(const struct wishes *w, char *buf, size_t size);

#endif
