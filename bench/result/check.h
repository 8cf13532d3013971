/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether an object read from a file is what this program writes. 0 or -EINVAL with a sentence. */
#ifndef THPSTORM_BENCH_RESULT_CHECK_H
#define THPSTORM_BENCH_RESULT_CHECK_H

#include <jansson.h>

#include "base/error.h"

/* An object with a "format" that this program reads. @path is the file's. */
int result_check_format(const json_t *object, const char *path, struct error *err);
/* The keys that a report or a comparison relies on are there and of their type. */
int result_check_types(const json_t *result, const char *dir, struct error *err);

#endif
