/* SPDX-License-Identifier: GPL-2.0-only */
/* Storms that do nothing, or of which a PASS says nothing: known from the plan, before they run. */
#ifndef THPSTORM_RUN_WEAKNESS_H
#define THPSTORM_RUN_WEAKNESS_H

#include "base/error.h"
#include "contract/given.h"

/* -EINVAL and the sentence: a group of the plan can't do anything in it. */
int weakness_refuse(const struct given *given, struct error *why);
/*
 * The next weakness from *at (0 at first) on, with its remedy. A plan that declares in [expose] what
 * it is for means to be as it is. NULL: no more. Returns buf.
 */
char *weakness_next(const struct given *given, unsigned *at, char *buf, size_t size);

#endif
