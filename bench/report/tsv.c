/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The latencies of a run as a table for programs: a line for each histogram that has values. NaN
 * stands for a percentile that has fewer than ten samples above it.
 */
#include <errno.h>

#include "result/latency_columns.h"
#include "report/formats.h"
#include "report/parts.h"

static void line(FILE *out, const json_t *group, const char *what, const json_t *latency)
{
	uint64_t count = get_count_0(latency, "count");

	fprintf(out, "%s\t%s\t%llu\t%s\t%llu", get_text(group, "name"), get_text(group, "worker"),
		(unsigned long long)get_count_0(group, "threads"), what, (unsigned long long)count);
	for (unsigned i = 0; i < ARRAY_SIZE(latency_columns); i++) {
		if (latency_column_holds(&latency_columns[i], count))
			fprintf(out, "\t%.3f",
				(double)get_count_0(latency, latency_columns[i].key) / 1e3);
		else
			fputs("\tNaN", out);
	}
	fprintf(out, "\t%.3f\n", (double)get_count_0(latency, "max_ns") / 1e3);
}

int report_tsv(FILE *out, const json_t *result)
{
	const json_t *groups = json_object_get(result, "groups"), *group;
	size_t i;

	fputs("group\tworker\tthreads\twhat\tsamples", out);
	for (i = 0; i < ARRAY_SIZE(latency_columns); i++)
		fprintf(out, "\t%.*s_us", (int)strcspn(latency_columns[i].key, "_"),
			latency_columns[i].key);
	fputs("\tmax_us\n", out);
	json_array_foreach(groups, i, group) {
		json_t *all = json_object_get(group, "latency"), *latency;
		const char *what;

		json_object_foreach(all, what, latency) {
			if (get_count_0(latency, "count"))
				line(out, group, what, latency);
		}
	}
	return ferror(out) ? -EIO : 0;
}
