/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The report's sections, and how they look at a result: a key that is missing reads as nothing, so
 * that the result of a run that did not end is reported as far as it goes.
 */
#ifndef THPSTORM_BENCH_REPORT_PARTS_H
#define THPSTORM_BENCH_REPORT_PARTS_H

#include <jansson.h>

#include "result/get.h"
#include "terminal/page.h"
#include "words/units.h"

#define REPORT_INDENT 12 /* where texts begin */

/* common.c */
const char *report_verdict(const json_t *result); /* "DID NOT END" when there is none */
/* ", 1 of 2 groups skipped", to go behind the verdict; "" when none was. */
const char *report_skipped(char *buf, size_t size, const json_t *result);
/* Whether there was a storm; when not, a sentence. */
bool report_storm_began(const struct page *p, const json_t *result);
/* Of the findings the gravest, and the first; NULL without one. Of a run that did not end: of its events. */
const json_t *report_gravest(const json_t *result);
const json_t *report_first(const json_t *result);
/* "12.0s into the storm", "in its phase quiet", of a row of the timeline. Returns buf. */
char *report_last_seen(char *buf, size_t size, const json_t *interval);
/* The last interval and the last events of a run that did not end. */
void report_incomplete(const struct page *p, const json_t *result);
/* The line that repeats the run where its directory is, for a shell. @ascii: for a mail. */
void report_repeat_here(const struct page *p, const json_t *result, bool ascii);
/* What begins a line that repeats a run, by its facts. */
const char *report_runner(const json_t *host);
/* The line that names the directory, as it is. */
void report_directory(const struct page *p, const char *dir);
/* "storm of 30.0s", "no storm"; of a run that did not end "storm of unknown length". Returns buf. */
char *report_storm(char *buf, size_t size, const json_t *result);
/* ", interrupted by SIGINT", or "" for a run that was not. Returns buf. */
char *report_interruption(char *buf, size_t size, const json_t *result);
/* enum event_kind; EVENT_KIND_COUNT: of no event, or one that this version does not know. */
int report_event_kind(const json_t *event);
/* The group that an event is about; NULL: of none. */
const json_t *report_event_group(const json_t *result, const json_t *event);
/* worth.c: what the same storm does to kernels that are known to be wrong, for a PASS */
void report_worth(const struct page *p, const json_t *result);
/*
 * findings.c: what was found, how soon, with the kernel's own report. @alone: it is not one
 * of many, so it says itself how often it was hit.
 */
void report_findings(const struct page *p, const json_t *result, bool alone);
/* facts.c: kernel, configuration and machine, as a mailing list wants to know them */
void report_facts(const struct page *p, const json_t *result);
/* host.c: kernel, preemption, THP, nodes, machine, clock, run */
void report_host(const struct page *p, const json_t *result);
/* latency.c: each group's latency and fault counts */
void report_latency(const struct page *p, const json_t *result);
/* work.c: what splitters and movers claim beside the kernel's counters; exposures */
void report_work(const struct page *p, const json_t *result);
void report_exposures(const struct page *p, const json_t *result);
/* Those alone that the config declares. */
void report_declared(const struct page *p, const json_t *result);
/* watch.c: detectors, events, operations in flight, observers */
void report_watch(const struct page *p, const json_t *result);
/* The watch in a few words: who looked, who could not. */
void report_watchers(const struct page *p, const json_t *result);
/* "12.3s into the storm", "36.0ms before the storm"; "before the storm" when it never began. */
char *report_when(char *buf, size_t size, const json_t *result, uint64_t when);
/* Whether a lockup was ended, and that the storm went on. */
void report_rescue(const struct page *p, unsigned indent, const char *label, const json_t *result);

/* warnings.c: a list that has a heading once there is something in it */
struct warnings {
	const struct page *page;
	unsigned count;
};
void report_warn(struct warnings *w, const char *fmt, ...) PRINTF_LIKE(2, 3);
void report_warn_host(struct warnings *w, const json_t *host);
void report_warn_none(const struct warnings *w); /* says so when there was none */
void report_warnings(const struct page *p, const json_t *result);

#endif
