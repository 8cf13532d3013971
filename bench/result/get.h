/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a result, as result_read() gives it, is looked at: a key that is missing reads as nothing, so
 * that the result of a run that did not end is told as far as it goes.
 */
#ifndef THPSTORM_BENCH_RESULT_GET_H
#define THPSTORM_BENCH_RESULT_GET_H

#include <jansson.h>
#include <string.h>

#include "base/base.h"

#define NOT_KNOWN UINT64_MAX

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

/* How often the storm of a result met @exposure; 0: never, or not counted. */
static inline uint64_t get_reached(const json_t *result, const char *exposure)
{
	return get_count_0(json_object_get(json_object_get(result, "exposures"), exposure),
			   "reached");
}

/* What virtualizes the machine: "" on bare metal, "unknown" where it does not say its name. */
static inline const char *get_hypervisor(const json_t *host)
{
	const char *name = get_text(host, "hypervisor");

	return strcmp(name, "yes") ? name : "unknown";
}

/* Up to 0.1.0 storm_fault had no fault that overlapped an mmap_lock writer. */
static inline bool leaves_behind_out(const json_t *group)
{
	const json_t *latency = json_object_get(group, "latency");

	return json_object_get(latency, "storm_fault") && !json_object_get(latency, "storm_behind");
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

/*
 * Where config, version, seed and the like stand: the result, of a run that did not end the host.
 */
static inline const json_t *get_run_facts(const json_t *result)
{
	return get_bool(result, "complete") ? result : json_object_get(result, "host");
}

#endif
