/* SPDX-License-Identifier: GPL-2.0-only */
/* See refused.h. */
#include "run/refused.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "system/may.h"

int refused(struct error *why, int with, const char *without, const char *fmt, ...)
{
	char text[ERROR_TEXT_MAX / 2];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return error_set(why, -with, "%s: %s; %s, or without: %s", text, strerror(-with),
			 may_remedy(with), without);
}
