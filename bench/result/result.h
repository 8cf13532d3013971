/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes the result directory (format.h) as the run goes. */
#ifndef THPSTORM_BENCH_RESULT_RESULT_H
#define THPSTORM_BENCH_RESULT_RESULT_H

#include "base/error.h"
#include "run/run.h"

struct result; /* opaque writer */

/*
 * Makes the directory. @dir NULL or "": results/UTC-TIME-CONFIG below the current directory. NULL
 * with the sentence in @err when it can't be made or holds a result already.
 */
struct result *result_create(const char *dir, const char *config, struct error *err);
const char *result_path(const struct result *r);
/* The sink writes below the directory; @then (copied), when not NULL, is called after it. */
void result_sink(struct result *r, struct run_sink *sink, const struct run_sink *then);
/* Writes result.json. 0 or -errno. */
int result_finish(struct result *r, const struct given *given, const struct run_record *record,
		  struct error *err);
/* The first write error met so far as a sentence ("" when none): a full disk, say. */
const char *result_failure(const struct result *r);
/* Its -errno; 0 when none. */
int result_error(const struct result *r);
void result_free(struct result *r);

#endif
