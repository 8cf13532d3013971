/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names taken out of a text: of hosts, of users, of who built the kernel. Each letter becomes an
 * 'x', so that sizes stay what they were, JSON stays JSON and columns stay columns.
 */
#ifndef THPSTORM_BENCH_BUNDLE_ANONYMOUS_H
#define THPSTORM_BENCH_BUNDLE_ANONYMOUS_H

#include <stddef.h>

#include "base/base.h"

#define ANONYMOUS_NAME_MIN 4 /* a shorter name is not told from other words */
#define ANONYMOUS_NAMES	   4

struct anonymous {
	/*
	 * Names to look for where no letter or digit adjoins, but not in the keys of JSON. NULL or
	 * "": none.
	 */
	const char *host[ANONYMOUS_NAMES], *user[ANONYMOUS_NAMES];
	unsigned hosts, users, builders; /* replaced so far */
};

/*
 * Changes @text in place. Besides the names that it was given it knows some by where they stand:
 *
 *	/home/NAME, /var/home/NAME, /root	a user's directory
 *	(NAME@HOST)				who built the kernel: /proc/version
 *	hostname=NAME, ip=A:B:C:D:NAME		boot parameters: nfsroot.rst of the kernel
 *	] NAME kernel:				a line of journalctl -o short-monotonic
 */
void anonymous_blank(struct anonymous *a, char *text, size_t length);

#endif
