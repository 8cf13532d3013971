/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Keys and types of result.json as data. A key that is missing or of another type is named by its
 * path in the object, groups[1].storm.ops for instance.
 */
#include <errno.h>
#include <string.h>

#include "result/format.h"
#include "result/check.h"

enum kind { TEXT, COUNT, COUNT_OR_NULL, BOOLEAN, LIST, OBJECT };

struct rule {
	const char *path; /* keys with dots between */
	enum kind kind;
};

static const struct rule whole[] = {
	{"complete", BOOLEAN},
	{"verdict", TEXT},
	{"exit_code", COUNT},
	{"reason", TEXT},
	{"config", TEXT},
	{"seed", TEXT},
	{"storm_began_ns", COUNT},
	{"storm_ns", COUNT},
	{"spare_cpu", COUNT_OR_NULL},
	{"plan", OBJECT},
	{"notes", LIST},
	{"floor.p50_ns", COUNT},
	{"groups", LIST},
	{"vmstat.delta", OBJECT},
	{"vmstat.delta.thp_split_page", COUNT_OR_NULL},
	{"exposures", OBJECT},
	{"event_counts", OBJECT},
	{"detectors", LIST},
};

static const struct rule group[] = {
	{"name", TEXT},
	{"worker", TEXT},
	{"role", TEXT},
	{"skipped", BOOLEAN},
	{"evidence", BOOLEAN},
	{"quiet.ops", COUNT},
	{"storm.ops", COUNT},
	{"storm.claimed", COUNT},
	{"latency.quiet_plain.count", COUNT},
	{"latency.quiet_fault.count", COUNT},
	{"latency.storm_plain.count", COUNT},
	{"latency.storm_fault.count", COUNT},
	{"latency.storm_fault.p999_ns", COUNT},
	{"in_flight_at_end", COUNT},
};

static const struct rule detector[] = {
	{"name", TEXT},
	{"active", BOOLEAN},
	{"samples", COUNT},
};

static const char *const wanted[] = {
	[TEXT] = "a string",	     [COUNT] = "an integer", [COUNT_OR_NULL] = "an integer or null",
	[BOOLEAN] = "true or false", [LIST] = "an array",    [OBJECT] = "an object",
};

static const char *found(const json_t *value)
{
	static const char *const name[] = {
		[JSON_OBJECT] = "an object", [JSON_ARRAY] = "an array",
		[JSON_STRING] = "a string",  [JSON_INTEGER] = "an integer",
		[JSON_REAL] = "a real",	     [JSON_TRUE] = "true",
		[JSON_FALSE] = "false",	     [JSON_NULL] = "null",
	};

	return value ? name[json_typeof(value)] : "missing";
}

static bool fits(const json_t *value, enum kind kind)
{
	switch (kind) {
	case TEXT:
		return json_is_string(value);
	case COUNT:
		return json_is_integer(value);
	case COUNT_OR_NULL:
		return json_is_integer(value) || json_is_null(value);
	case BOOLEAN:
		return json_is_boolean(value);
	case LIST:
		return json_is_array(value);
	case OBJECT:
		return json_is_object(value);
	}
	return false;
}

static const json_t *walk(const json_t *object, const char *path)
{
	while (object) {
		size_t n = strcspn(path, ".");
		char key[64];

		snprintf(key, sizeof(key), "%.*s", (int)n, path);
		object = json_object_get(object, key);
		if (!path[n])
			return object;
		path += n + 1;
	}
	return NULL;
}

static int check(const json_t *object, const struct rule *rules, size_t n, const char *dir,
		 const char *prefix, struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		const json_t *value = walk(object, rules[i].path);

		if (!fits(value, rules[i].kind))
			return error_set(err, EINVAL, "%s/result.json: %s%s is %s, must be %s", dir,
					 prefix, rules[i].path, found(value),
					 wanted[rules[i].kind]);
	}
	return 0;
}

static int check_list(const json_t *result, const char *key, const struct rule *rules, size_t n,
		      const char *dir, struct error *err)
{
	const json_t *list = json_object_get(result, key);

	for (size_t i = 0; i < json_array_size(list); i++) {
		char prefix[40];
		int ret;

		snprintf(prefix, sizeof(prefix), "%s[%zu].", key, i);
		ret = check(json_array_get(list, i), rules, n, dir, prefix, err);
		if (ret)
			return ret;
	}
	return 0;
}

int result_check_format(const json_t *object, const char *path, struct error *err)
{
	const json_t *format = json_object_get(object, "format");

	if (!json_is_object(object))
		return error_set(err, EINVAL, "%s:1: the file holds %s, must be an object", path,
				 found(object));
	if (!json_is_integer(format))
		return error_set(err, EINVAL, "%s: format is %s, must be an integer", path,
				 found(format));
	if (json_integer_value(format) > RESULT_FORMAT)
		return error_set(
			err, EINVAL,
			"%s: format %lld is newer than what thpstorm %s reads (%d): use a newer thpstorm",
			path, (long long)json_integer_value(format), THPSTORM_VERSION,
			RESULT_FORMAT);
	if (json_integer_value(format) < 1)
		return error_set(err, EINVAL, "%s: unknown format %lld", path,
				 (long long)json_integer_value(format));
	return 0;
}

int result_check_types(const json_t *result, const char *dir, struct error *err)
{
	int ret = check(result, whole, ARRAY_SIZE(whole), dir, "", err);

	if (!ret)
		ret = check_list(result, "groups", group, ARRAY_SIZE(group), dir, err);
	if (!ret)
		ret = check_list(result, "detectors", detector, ARRAY_SIZE(detector), dir, err);
	return ret;
}
