/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef THPSTORM_BASE_ENVIRONMENT_H
#define THPSTORM_BASE_ENVIRONMENT_H

#include <stdlib.h>

/* An environment variable that is set and not empty, which counts as not set; else NULL. */
static inline const char *environment_get(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

#endif
