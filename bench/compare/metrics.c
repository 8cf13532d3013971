/* SPDX-License-Identifier: GPL-2.0-only */
/* See metrics.h. */
#include "compare/metrics.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "result/latency_columns.h"
#include "result/get.h"
#include "words/units.h"

const struct metric metrics[METRICS] = {
#define X(name, head, one_in)                                                                      \
	{head, #name "_ns", UNIT_NS, false, true, one_in, "latency of storm faults"},
	LATENCY_POINTS(X)
#undef X
		{"max", "max_ns", UNIT_NS, false, true, 0, "the slowest storm fault"},
	{"oldest", "in_flight_max_ns", UNIT_NS, false, true, 0,
	 "the age of the oldest operation seen in flight"},
	{"faults-per-touch", "faults", UNIT_RATIO, false, true, 0,
	 "mean number of faults of a touch that faulted"},
	{"ops", "operations", UNIT_PER_SECOND, true, false, 0,
	 "finished operations of all workers per second of storm"},
	{"splits", "folio_splits", UNIT_PER_SECOND, true, false, 0,
	 "folio splits per second of storm, by the kernel's counter"},
	{"moves", "thp_moved", UNIT_PER_SECOND, true, false, 0,
	 "THPs moved whole per second of storm, by the kernel's counter"},
	{"failed-splits", "split_failed", UNIT_RATIO, false, false, 0,
	 "share of failed splits in all tries, by the kernel's counters"},
};

const struct metric *metric_find(const char *name, size_t length)
{
	for (size_t i = 0; i < METRICS; i++) {
		if (strlen(metrics[i].name) == length && !strncmp(metrics[i].name, name, length))
			return &metrics[i];
	}
	return NULL;
}

static const json_t *find_group(const json_t *result, const char *name)
{
	const json_t *group;
	size_t i;

	json_array_foreach(json_object_get(result, "groups"), i, group) {
		if (!strcmp(get_text(group, "name"), name) && !get_bool(group, "skipped"))
			return group;
	}
	return NULL;
}

static double known(uint64_t n)
{
	return n == NOT_KNOWN ? (double)NAN : (double)n;
}

/* NaN of nothing. */
static double share_of(double part, double whole)
{
	return whole > 0 ? part / whole : (double)NAN;
}

static double of_group(const struct metric *m, const json_t *group, uint64_t *samples)
{
	const json_t *fault = json_object_get(json_object_get(group, "latency"), "storm_fault");
	const json_t *storm = json_object_get(group, "storm");

	*samples = get_count_0(fault, "count");
	if (!strcmp(m->key, "in_flight_max_ns"))
		return known(get_count(group, m->key));
	if (!*samples || (m->one_in && *samples / m->one_in < LATENCY_ENOUGH_ABOVE))
		return (double)NAN;
	if (m->unit == UNIT_RATIO)
		return share_of(known(get_count(storm, m->key)),
				known(get_count(storm, "faulted")));
	return known(get_count(fault, m->key));
}

static double reached(const json_t *result, const char *exposure)
{
	return known(get_count(json_object_get(json_object_get(result, "exposures"), exposure),
			       "reached"));
}

/* Of the tries, by the counter of the huge pages' size. */
static double failed_share(const json_t *result)
{
	const json_t *delta = json_object_get(json_object_get(result, "vmstat"), "delta");
	bool small = get_count(delta, "size_split_failed") != NOT_KNOWN;
	double failed =
		known(get_count(delta, small ? "size_split_failed" : "thp_split_page_failed"));

	return share_of(failed,
			failed + known(get_count(delta, small ? "size_split" : "thp_split_page")));
}

/* What counts of the kernel's counters as the storm's. */
static double of_run(const struct metric *m, const json_t *result)
{
	uint64_t ns = get_count_0(result, "storm_ns");

	if (m->unit == UNIT_RATIO)
		return failed_share(result);
	return ns ? reached(result, m->key) * (double)NSEC_PER_SEC / (double)ns : (double)NAN;
}

double metric_value(const struct metric *m, const json_t *result, const char *group,
		    uint64_t *samples)
{
	*samples = 0;
	if (!result)
		return (double)NAN;
	return m->of_group ? of_group(m, find_group(result, group), samples) : of_run(m, result);
}

char *metric_format(const struct metric *m, double value, bool sign, char *buf, size_t size)
{
	const char *mark = value < 0 ? "-" : sign ? "+" : "";
	char text[UNITS_MAX];

	if (isnan(value))
		snprintf(buf, size, "-");
	else if (m->unit == UNIT_NS)
		snprintf(buf, size, "%s%s", mark, units_ns(text, (uint64_t)fabs(value)));
	else if (m->unit == UNIT_PER_SECOND)
		snprintf(buf, size, "%s%s/s", mark, units_rate(text, fabs(value)));
	else if (fabs(value) >= 999.5)
		snprintf(buf, size, "%s%s", mark, units_rate(text, fabs(value)));
	else
		snprintf(buf, size, "%s%.*g", mark, fabs(value) < 1e-3 ? 2 : 3, fabs(value));
	return buf;
}
