/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether this machine has the kinds of memory of a plan, in huge pages of its size. */
#ifndef THPSTORM_RUN_MEMORY_CHECK_H
#define THPSTORM_RUN_MEMORY_CHECK_H

#include "base/error.h"
#include "contract/given.h"

/* 0, or -EINVAL: no size for a huge page at all; another: this machine has none of it. */
int memory_check(const struct given *given, struct error *why);

#endif
