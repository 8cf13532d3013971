/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a failure travels: the function returns -errno, and the sentence for the person who reads it
 * goes into the caller's struct error. The sentence names what was tried, on what, and the remedy
 * where there is one; the text of the errno is appended by error_errno().
 * Nothing in stress/ prints; bench/ prints the sentence and chooses the exit code.
 */
#ifndef THPSTORM_BASE_ERROR_H
#define THPSTORM_BASE_ERROR_H

#include <errno.h>

#include "base/base.h"

#define ERROR_TEXT_MAX 512

struct error {
	char text[ERROR_TEXT_MAX]; /* one line, no newline at the end; "" when nothing failed */
};

/* Both take a positive errno value and return it negated. @e may be NULL. */
int error_set(struct error *e, int err, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* The same, followed by ": " and strerror(err). */
int error_errno(struct error *e, int err, const char *fmt, ...) PRINTF_LIKE(3, 4);

#endif
