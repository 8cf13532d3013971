/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a result goes. */
#ifndef THPSTORM_BENCH_RESULT_DIRECTORY_H
#define THPSTORM_BENCH_RESULT_DIRECTORY_H

#include "base/error.h"

/*
 * Makes @dir (and what lies above it), or results/UTC-TIME-CONFIG when it is NULL or "". Returns a
 * descriptor of it and the path in *@path (free it), or -errno with the sentence; -EEXIST when it
 * holds a result already, -EPERM or -ELOOP when somebody else could change what is written there
 * (base/directory.h).
 */
int result_directory_make(const char *dir, const char *config, char **path, struct error *err);
/* Makes @name in it, or takes the one that is there: its descriptor, or -errno with the sentence. */
int result_subdirectory_make(int dirfd, const char *dir, const char *name, struct error *err);

#endif
