/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The report's sections, and how they look at a result: a key that is missing reads as nothing, so
 * that the result of a run that did not end is reported as far as it goes.
 */
#ifndef THPSTORM_BENCH_REPORT_PARTS_H
#define THPSTORM_BENCH_REPORT_PARTS_H

#include <jansson.h>
#include <string.h>

#include "page.h"
#include "units.h"

#define REPORT_INDENT 12 /* where texts begin */
#define NOT_KNOWN     UINT64_MAX

/* report_host.c: kernel, preemption, THP, nodes, machine, clock, run */
void report_host(const struct page *p, const json_t *result);
/* report_latency.c: each group's latency and fault counts */
void report_latency(const struct page *p, const json_t *result);
/* report_work.c: what splitters and movers claim beside the kernel's counters; exposures */
void report_work(const struct page *p, const json_t *result);
void report_exposures(const struct page *p, const json_t *result);
/* report_watch.c: detectors, events, operations in flight, observers; warnings */
void report_watch(const struct page *p, const json_t *result);
void report_warnings(const struct page *p, const json_t *result);

static inline const char *get_text(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

static inline uint64_t get_count(const json_t *o, const char *key)
{
	const json_t *value = json_object_get(o, key);

	return json_is_integer(value) ? (uint64_t)json_integer_value(value) : NOT_KNOWN;
}

/* The same, 0 when it is not known. */
static inline uint64_t get_count_0(const json_t *o, const char *key)
{
	uint64_t n = get_count(o, key);

	return n == NOT_KNOWN ? 0 : n;
}

static inline bool get_bool(const json_t *o, const char *key)
{
	return json_is_true(json_object_get(o, key));
}

static inline double get_real(const json_t *o, const char *key)
{
	return json_number_value(json_object_get(o, key));
}

static inline bool is_faulter(const json_t *group)
{
	return !strncmp(get_text(group, "role"), "fault", strlen("fault"));
}

/* Does the work of the storm: splits or moves huge pages. */
static inline bool is_tearer(const json_t *group)
{
	const char *role = get_text(group, "role");

	return !strcmp(role, "split") || !strcmp(role, "migrate");
}

#endif
