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
 * Others may put console.log and vm.json (ci/vm/run) and lost/ (../sweep/lost.h) beside them.
 *
 * It is the only interface between a run and what reads it.
 */
#ifndef THPSTORM_BENCH_RESULT_FORMAT_H
#define THPSTORM_BENCH_RESULT_FORMAT_H

#define RESULT_FORMAT 1

/* The first lines of the tables; a later version may add columns at the end. timeline.h has the
 * other. */
#define HEARTBEAT_COLUMNS "elapsed_s\tinterval_s\tcpu\tlate_us"

#endif
