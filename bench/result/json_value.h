/* SPDX-License-Identifier: GPL-2.0-only */
/* One way for each kind of value, so that none is mixed up. */
#ifndef THPSTORM_BENCH_RESULT_JSON_VALUE_H
#define THPSTORM_BENCH_RESULT_JSON_VALUE_H

#include <jansson.h>
#include <math.h>

#include "system/vmstat.h"

/* Text of the kernel or of a file name; bytes that are no UTF-8 become '?'. */
json_t *result_text_json(const char *text);

static inline void put_text(json_t *o, const char *key, const char *text)
{
	json_object_set_new(o, key, result_text_json(text));
}

static inline void put_bool(json_t *o, const char *key, bool value)
{
	json_object_set_new(o, key, json_boolean(value));
}

static inline void put_count(json_t *o, const char *key, uint64_t value)
{
	json_object_set_new(o, key, json_integer((json_int_t)MIN(value, (uint64_t)INT64_MAX)));
}

/* A counter of the kernel's: null when this kernel has none. */
static inline void put_counter(json_t *o, const char *key, uint64_t value)
{
	if (value == VMSTAT_ABSENT)
		json_object_set_new(o, key, json_null());
	else
		put_count(o, key, value);
}

/* A CPU, a worker, a setting: null when negative. */
static inline void put_index(json_t *o, const char *key, int value)
{
	json_object_set_new(o, key, value < 0 ? json_null() : json_integer(value));
}

static inline void put_real(json_t *o, const char *key, double value)
{
	json_object_set_new(o, key, isfinite(value) ? json_real(value) : json_null());
}

#endif
