/* SPDX-License-Identifier: GPL-2.0-only */
/* One run into a result directory: what `run` does once, and `sweep` for each cell. */
#ifndef THPSTORM_BENCH_DIRECTORY_RUN_H
#define THPSTORM_BENCH_DIRECTORY_RUN_H

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
 * Else 0; @path, to be freed, is the directory's.
 */
int directory_run(const struct run_plan *plan, const char *dir, const struct run_sink *then,
		  struct run_outcome *out, char **path, struct error *err);
/* The outcome as an exit code: a PASS without a complete result is BROKEN. */
int run_outcome_code(const struct run_outcome *out);

#endif
