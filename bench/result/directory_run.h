/* SPDX-License-Identifier: GPL-2.0-only */
/* One run into a result directory: what `run` does once, and `sweep` for each cell. */
#ifndef THPSTORM_BENCH_RESULT_DIRECTORY_RUN_H
#define THPSTORM_BENCH_RESULT_DIRECTORY_RUN_H

#include <jansson.h>

#include "base/error.h"
#include "run/run.h"

struct run_outcome {
	enum verdict verdict;
	char reason[600];   /* of the verdict */
	int interrupted_by; /* the signal that ended the storm early; 0: none */
	int write_failed;   /* -errno of the first write that failed, 0: the result is complete */
	char failure[ERROR_TEXT_MAX]; /* its sentence */
};

/*
 * Runs the plan into @dir (see result_create()) and calls the sink @then (may be NULL) on the way.
 * The caller catches interrupts (base/interrupt.h).
 * -errno with the sentence when nothing was run: this machine can't, or no directory could be made.
 * Else 0; @path, to be freed, is the directory's. *@kept, when @kept is not NULL, is the result as
 * result_read() would give it, without what was only streamed: for a directory that can't be read
 * or is not complete. To be json_decref()ed.
 */
int directory_run(const struct run_plan *plan, const char *dir, const struct run_sink *then,
		  struct run_outcome *out, json_t **kept, char **path, struct error *err);
/*
 * What the report of @kept says where the directory does not hold the whole result: @why it does
 * not. See result_incomplete_json().
 */
void run_outcome_incomplete(const struct run_outcome *out, json_t *kept, const char *why);
/* The outcome as an exit code: a PASS without a complete result is BROKEN. */
int run_outcome_code(const struct run_outcome *out);

#endif
