/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's "one of these" files: `always [madvise] never` (THP, brackets) and
 * `none voluntary (full)` (debugfs sched/preempt, parentheses). One parser for both.
 */
#ifndef THPSTORM_SYSTEM_CHOICE_H
#define THPSTORM_SYSTEM_CHOICE_H

#include "base/base.h"

/* The marked word of @text into @buf. Returns 0, -ENOENT (no mark), -EINVAL, -ENOSPC. */
int choice_current(const char *text, char *buf, size_t size);
/* Whether @word is one of the words, marked or not. */
bool choice_offers(const char *text, const char *word);

#endif
