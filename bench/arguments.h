/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command line of the commands that take a plan:
 *
 *	[CONFIG] [-t 30s] [-o DIR] [-n] [-q] [--KEY=VALUE ...] [--SECTION.KEY=VALUE ...]
 *
 * in any order; `--KEY VALUE` is the same as `--KEY=VALUE`. The config file is read first, so what
 * the command line says holds.
 */
#ifndef THPSTORM_BENCH_ARGUMENTS_H
#define THPSTORM_BENCH_ARGUMENTS_H

#include "base/error.h"
#include "run/plan.h"

struct arguments {
	struct run_plan plan;
	const char *config; /* NULL: none was named */
	const char *dir;    /* -o */
	bool print_plan;    /* -n */
	bool quiet;	    /* -q */
	bool help;	    /* -h, --help: nothing else was looked at */
};

/*
 * @letters: which of "tonq" the command knows. -errno with a sentence. The plan is not validated.
 */
int arguments_read(struct arguments *a, int argc, char **argv, const char *letters,
		   struct error *err);

#endif
