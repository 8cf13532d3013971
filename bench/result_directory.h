/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a result goes. */
#ifndef THPSTORM_BENCH_RESULT_DIRECTORY_H
#define THPSTORM_BENCH_RESULT_DIRECTORY_H

#include "base/error.h"

/*
 * Makes @dir (and what lies above it), or results/UTC-TIME-CONFIG when it is NULL or "", and hist/
 * in it. Returns a descriptor of it and the path in *@path (free it), or -errno with the sentence;
 * -EEXIST when it holds a result already.
 */
int result_directory_make(const char *dir, const char *config, char **path, struct error *err);
/* The same for a sweep's: without hist/. */
int sweep_directory_make(const char *dir, const char *config, char **path, struct error *err);

#endif
