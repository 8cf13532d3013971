/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Under valgrind or a sanitizer (ci/sanitize.sh sets THPSTORM_CHECKER) a few known answers do not
 * hold: shadow memory faults as well, time passes in emulated code, CPUID is the checker's.
 */
#ifndef THPSTORM_UNIT_CHECKER_H
#define THPSTORM_UNIT_CHECKER_H

#include <stdlib.h>
#include <string.h>

/* @name NULL: whichever it is. */
#define skip_under(name, why)                                                                      \
	do {                                                                                       \
		const char *checker = getenv("THPSTORM_CHECKER"), *only = (name);                  \
                                                                                                   \
		if (checker && (!only || !strcmp(checker, only))) {                                \
			print_message("SKIP: under %s %s\n", checker, why);                        \
			skip();                                                                    \
		}                                                                                  \
	} while (0)

#define skip_under_checker(why) skip_under(NULL, why)

#endif
