/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Under valgrind or a sanitizer (ci/sanitize.sh sets THPSTORM_CHECKER) a few known answers do not
 * hold: shadow memory faults as well, time passes in emulated code, CPUID is the checker's.
 */
#ifndef THPSTORM_UNIT_CHECKER_H
#define THPSTORM_UNIT_CHECKER_H

#include <stdlib.h>

#define skip_under_checker(why)                                                                    \
	do {                                                                                       \
		if (getenv("THPSTORM_CHECKER")) {                                                  \
			print_message("SKIP: under %s %s\n", getenv("THPSTORM_CHECKER"), why);     \
			skip();                                                                    \
		}                                                                                  \
	} while (0)

#endif
