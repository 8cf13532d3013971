/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the options that are text may hold. All return 0, or -EINVAL with "must be ..." in @allowed.
 */
#ifndef THPSTORM_BENCH_WORDS_OPTION_CHECK_H
#define THPSTORM_BENCH_WORDS_OPTION_CHECK_H

#include "base/error.h"

/* Of a registry. */
struct option_names {
	const char *what, *topic; /* "a worker", "workers": of thpstorm list */
	const char *const *names; /* ends with NULL */
	bool several;		  /* all, none, or some with commas between them */
	bool empty;		  /* or nothing */
};

/* "", or numbers and ranges: 0-3,8 */
int option_check_list(const char *value, struct error *allowed);
/* one of those, or several */
int option_check_name(const struct option_names *of, const char *value, struct error *allowed);
/* "", local, remote, interleave, or two node numbers A:B */
int option_check_placement(const char *value, struct error *allowed);
/* Of a sweep: the form only; the axes are known when all is read. */
int option_check_exclusions(const char *value, struct error *allowed);

#endif
