/* SPDX-License-Identifier: GPL-2.0-only */
/* The sentence of what this machine or this user does not allow. */
#ifndef THPSTORM_RUN_REFUSED_H
#define THPSTORM_RUN_REFUSED_H

#include "base/base.h"
#include "base/error.h"

/* What is refused (-errno), what helps, and the option that does without. */
int refused(struct error *why, int with, const char *without, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

#endif
