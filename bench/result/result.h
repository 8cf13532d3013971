/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The result directory, written as the run goes:
 *
 *	plan.conf	the effective plan; `thpstorm run plan.conf` repeats the run
 *	host.json	kernel, preemption model, THP state, nodes, clock, before the run
 *	events.jsonl	one event a line, flushed as they come
 *	timeline.tsv	one interval a line, for gnuplot
 *	heartbeat.tsv	a CPU that beat 10 ms late or more in an interval a line, for gnuplot
 *	kernel.log	the kernel log of the run, verbatim
 *	hist/GROUP.WHAT.hgrm, hist/GROUP.WORKER.WHAT.hgrm	HdrHistogram's percentile text
 *	result.json	the record, last; a directory without it is a run that did not end
 *
 * The .tsv begin with a line of column names; the end of a name is its unit, and NaN stands where
 * this kernel has no such counter. Values in hist/ are microseconds (see hgrm.h); a histogram
 * without values has no file. heartbeat.tsv has rows of the storm alone, from its beginning until
 * the run ends, and none of a CPU that was in time; a result from before it was there has no such
 * file.
 *
 * It is the only interface between a run and what reads it.
 */
#ifndef THPSTORM_BENCH_RESULT_RESULT_H
#define THPSTORM_BENCH_RESULT_RESULT_H

#include <jansson.h>

#include "base/error.h"
#include "run/run.h"

#define RESULT_FORMAT 1

/* The first lines of the tables; a later version may add columns at the end. */
#define TIMELINE_COLUMNS                                                                           \
	"elapsed_s\tphase\tinterval_s\tops_per_s\tfaults_per_s\tfolio_splits_per_s\t"              \
	"thp_moved_per_s\tmax_us\toldest_us\toldest_worker\tworst_gap_us\tstalls\tfindings\t"      \
	"when_ns"
#define HEARTBEAT_COLUMNS "elapsed_s\tinterval_s\tcpu\tlate_us"

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
int result_finish(struct result *r, const struct run_plan *plan, const struct run_record *record,
		  struct error *err);
/* The first write error met so far as a sentence ("" when none): a full disk, say. */
const char *result_failure(const struct result *r);
/* Its -errno; 0 when none. */
int result_error(const struct result *r);
void result_free(struct result *r);

/*
 * Reads a result directory. The object is new (json_decref it): result.json's, with "host" from
 * host.json, "events" as an array from events.jsonl, "plan_text" from plan.conf, "kernel_log"
 * from kernel.log, "directory" as given. A run that did not end has "complete": false and what
 * there is, "last_interval" from timeline.tsv too. A torn last line is left out and said in
 * "notes". NULL with a sentence that names file and place.
 */
json_t *result_read(const char *dir, struct error *err);
/* result.json of the directory alone. */
json_t *result_read_record(const char *dir, struct error *err);

#endif
