/* SPDX-License-Identifier: GPL-2.0-only */
/* What the program's exit code means: a verdict, or that a signal ended it. */
#ifndef THPSTORM_BENCH_RESULT_EXIT_CODE_H
#define THPSTORM_BENCH_RESULT_EXIT_CODE_H

#include "contract/record.h"

#define EXIT_USAGE	2 /* as VERDICT_BROKEN: the caller or the box is wrong, not the kernel */
#define ENDED_BY(signo) (128 + (signo)) /* what a shell makes of it */

struct exit_code {
	enum verdict code;
	const char *meaning;
};
extern const struct exit_code exit_codes[];
extern const unsigned exit_code_count;

#endif
