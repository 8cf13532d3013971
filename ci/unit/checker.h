/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Under valgrind or a sanitizer (ci/sanitize.sh sets THPSTORM_CHECKER) a few known answers do not
 * hold: shadow memory faults as well, time passes in emulated code, CPUID is the checker's.
 */
#ifndef THPSTORM_UNIT_CHECKER_H
#define THPSTORM_UNIT_CHECKER_H

#include <stdlib.h>
#include <string.h>

#define skip_under(name, why)                                                                      \
	do {                                                                                       \
		const char *checker = getenv("THPSTORM_CHECKER");                                  \
                                                                                                   \
		if (checker && !strcmp(checker, name)) {                                           \
			print_message("SKIP: under " name " %s\n", why);                           \
			skip();                                                                    \
		}                                                                                  \
	} while (0)

#define skip_under_checker(why)                                                                    \
	do {                                                                                       \
		if (getenv("THPSTORM_CHECKER")) {                                                  \
			print_message("SKIP: under %s %s\n", getenv("THPSTORM_CHECKER"), why);     \
			skip();                                                                    \
		}                                                                                  \
	} while (0)

#endif
