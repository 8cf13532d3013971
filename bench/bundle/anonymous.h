/* SPDX-License-Identifier: GPL-2.0-only */
/* Names taken out of a text: of this host, of users in paths, of who built the kernel. */
#ifndef THPSTORM_BENCH_BUNDLE_ANONYMOUS_H
#define THPSTORM_BENCH_BUNDLE_ANONYMOUS_H

#include <stdio.h>

#include "base/base.h"

#define ANONYMOUS_NAME_MIN 4 /* a shorter host name is not told from other words */

struct anonymous {
	const char *host;		 /* NULL or "": none to look for */
	unsigned hosts, users, builders; /* replaced so far */
};

/*
 * Copies @text to @out with these replaced: the host's name where it stands as a word by HOST; NAME
 * in /home/NAME, and /root as a directory, by USER; "(NAME@HOST)", as /proc/version has it, by
 * "(BUILDER)". Nothing else changes, so that JSON stays JSON.
 */
void anonymous_copy(struct anonymous *a, const char *text, size_t length, FILE *out);

#endif
