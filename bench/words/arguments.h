/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command line of the commands that take a plan:
 *
 *	[CONFIG] [-t 30s] [-o DIR] [-n] [-q] [--KEY=VALUE ...] [--SECTION.KEY=VALUE ...]
 *
 * CONFIG as installed_config() finds it, in any order; `--KEY VALUE` is the same as `--KEY=VALUE`. The
 * config file is read first, so what the command line says holds.
 */
#ifndef THPSTORM_BENCH_WORDS_ARGUMENTS_H
#define THPSTORM_BENCH_WORDS_ARGUMENTS_H

#include <limits.h>

#include "base/error.h"
#include "contract/plan.h"
#include "words/mistakes.h"

/* An option that takes a value and is no key of the plan: --resume DIR. */
struct argument_option {
	const char *name;
	const char **value;
};

struct arguments {
	struct sweep_plan *sweep;	      /* of the caller; NULL: the command knows no sweeps */
	const struct argument_option *option; /* ends with a NULL name; NULL: none */
	struct run_plan plan;
	const char *config; /* the word that names it; NULL: none did */
	char config_path[PATH_MAX];
	struct mistakes mistakes; /* in that file */
	const char *dir;	  /* -o */
	unsigned print_plan;	  /* how often -n */
	bool quiet;		  /* -q */
};

/*
 * @a is zeroed but for sweep and option; .mistakes has all that is wrong in the config, @err the first
 * of it. @letters: which of "tonqvx" the command knows; -v KEY=A,B
 * and -x EXCLUSION are for sweeps. -errno with a sentence. The plan is not validated.
 */
int arguments_read(struct arguments *a, int argc, char **argv, const char *letters,
		   struct error *err);

#endif
