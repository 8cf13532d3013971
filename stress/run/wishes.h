/* SPDX-License-Identifier: GPL-2.0-only */
/* Which knobs a run wants to hold what, and which of them can't be set here. Changes nothing. */
#ifndef THPSTORM_RUN_WISHES_H
#define THPSTORM_RUN_WISHES_H

#include <stdbool.h>

#include "base/error.h"
#include "contract/given.h"

struct wish {
	char path[96];
	char value[24];
	char now[24];	     /* what it holds; cut */
	const char *key;     /* the option that wants it, or the worker or the kind of memory */
	const char *without; /* the end of a sentence: how to do without */
	bool must;	     /* where it can't be set the run is refused */
	int refused; /* -errno that a write would get; 0: none, or it holds the value already */
};

struct wishes {
	unsigned count; /* of knobs that this kernel has, in the order in which they are set */
	struct wish *wish;
};

/*
 * 0, -ENOMEM, or -EINVAL: two of the plan want different values of one knob. Whatever it is, @w is
 * to be freed.
 */
int wishes_make(struct wishes *w, const struct given *given, struct error *err);
void wishes_free(struct wishes *w);
/* Whether a knob has to be written, and can be. */
bool wishes_settable(const struct wishes *w);
/* 0, or -errno and the sentence: a knob that must be set can't be. */
int wishes_check(const struct wishes *w, struct error *why);
/* "enabled 'always', numa_balancing '1' (Read-only file system)": what is left as it is; "" when
   nothing is. Returns buf. */
char *wishes_left(const struct wishes *w, char *buf, size_t size);
/* What would have them set: "run it as root (sudo)"; NULL when nothing is left. */
const char *wishes_remedy(const struct wishes *w);

#endif
