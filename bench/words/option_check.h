/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the options that are text may hold. All return 0, or -EINVAL with "must be ..." in @allowed.
 */
#ifndef THPSTORM_BENCH_WORDS_OPTION_CHECK_H
#define THPSTORM_BENCH_WORDS_OPTION_CHECK_H

#include "base/error.h"

/* "", or numbers and ranges: 0-3,8 */
int option_check_list(const char *value, struct error *allowed);
/* "all", "none", or names of detectors with commas */
int option_check_memory(const char *value, struct error *allowed);
int option_check_detectors(const char *value, struct error *allowed);
/* Likewise of witnesses. */
int option_check_witness(const char *value, struct error *allowed);
/* the name of a worker */
int option_check_worker(const char *value, struct error *allowed);

/* "", local, remote, interleave, or two node numbers A:B */
int option_check_placement(const char *value, struct error *allowed);
/* Of a sweep: the form only; the axes are known when all is read. */
int option_check_exclusions(const char *value, struct error *allowed);

#endif
