/* SPDX-License-Identifier: GPL-2.0-only */
/* The preludes of the plots of a run. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plot/plot.h"
#include "report/report_parts.h"
#include "result.h"

#define CURVES_MAX 32
#define SOLID	   1
#define DASHED	   2

struct curves {
	unsigned count, hues;
	struct curve {
		char file[PATH_MAX], name[96];
		unsigned hue, dash;
	} curve[CURVES_MAX];
	double right; /* the most samples of one */
};

/* NULL with *@ret: -EINVAL where it can't be read, -ENODATA where there was no storm. */
static json_t *read_complete(const char *dir, int *ret, struct error *err)
{
	json_t *result = result_read(dir, err);

	*ret = result ? -ENODATA : -EINVAL;
	if (!result || get_count_0(result, "storm_ns"))
		return result;
	error_set(err, ENODATA, "%s: its storm did not come to an end: there is nothing to draw",
		  dir);
	json_decref(result);
	return NULL;
}

/* Whether there is such a histogram; it then is a curve. */
static bool add(struct curves *c, const char *dir, const json_t *group, const char *what,
		const char *name, unsigned hue, unsigned dash)
{
	struct curve *curve = &c->curve[c->count];
	uint64_t samples =
		get_count_0(json_object_get(json_object_get(group, "latency"), what), "count");

	snprintf(curve->file, sizeof(curve->file), "%s/hist/%s.%s.hgrm", dir,
		 get_text(group, "name"), what);
	if (c->count == CURVES_MAX || !samples || access(curve->file, R_OK))
		return false;
	snprintf(curve->name, sizeof(curve->name), "%s", name);
	curve->hue = hue;
	curve->dash = dash;
	c->right = MAX(c->right, (double)samples);
	c->count++;
	return true;
}

/* Each group that faults: its faults in the storm, and its own call on quiet memory. */
static void add_groups(struct curves *c, const char *dir, const json_t *result, const char *side,
		       bool quiet)
{
	const json_t *group;
	size_t i;

	json_array_foreach(json_object_get(result, "groups"), i, group) {
		const char *of = get_text(group, "name");
		bool faults = get_count_0(json_object_get(json_object_get(group, "latency"),
							  "storm_fault"),
					  "count") > 0;
		char name[96];
		unsigned hue = c->hues + 1;

		if (get_bool(group, "skipped") ||
		    (!is_faulter(group) && strcmp(get_text(group, "role"), "null")))
			continue;
		snprintf(name, sizeof(name), "%s%s, %s", side, of,
			 faults ? "storm fault" : "storm");
		if (!add(c, dir, group, faults ? "storm_fault" : "storm_plain", name, hue, SOLID))
			continue;
		c->hues++;
		snprintf(name, sizeof(name), "%s%s, quiet", side, of);
		if (quiet)
			add(c, dir, group, "quiet_plain", name, hue, DASHED);
	}
}

static void write_curves(FILE *to, const struct curves *c)
{
	char item[32];

	plot_set_number(to, "curves", c->count);
	plot_set_number(to, "right", c->right);
	plot_array(to, "file", c->count);
	plot_array(to, "name", c->count);
	plot_array(to, "hue", c->count);
	plot_array(to, "dash", c->count);
	for (unsigned i = 0; i < c->count; i++) {
		plot_set_item(to, "file", i + 1, c->curve[i].file);
		plot_set_item(to, "name", i + 1, c->curve[i].name);
		snprintf(item, sizeof(item), "hue[%u]", i + 1);
		plot_set_number(to, item, c->curve[i].hue);
		snprintf(item, sizeof(item), "dash[%u]", i + 1);
		plot_set_number(to, item, c->curve[i].dash);
	}
}

static double floor_us(const json_t *result)
{
	return (double)get_count_0(json_object_get(result, "floor"), "p50_ns") / 1000;
}

int plot_cdf(FILE *to, const struct plot_job *job, struct error *err)
{
	int ret;
	json_t *result = read_complete(job->dir, &ret, err);
	struct curves c = {.count = 0};

	if (!result)
		return ret;
	add_groups(&c, job->dir, result, "", true);
	plot_caption(to, "Latency of the faulters' operations", result);
	plot_set_number(to, "floor_us", floor_us(result));
	write_curves(to, &c);
	json_decref(result);
	return c.count ? 0
		       : error_set(err, ENODATA, "%s: no group of it has latencies to draw",
				   job->dir);
}

int plot_compare(FILE *to, const struct plot_job *job, struct error *err)
{
	int ret;
	json_t *base = read_complete(job->dir, &ret, err), *now = NULL;
	struct curves c = {.count = 0};
	char caption[512];

	if (base)
		now = read_complete(job->other, &ret, err);
	if (now) {
		add_groups(&c, job->dir, base, "base: ", false);
		add_groups(&c, job->other, now, "new: ", false);
		snprintf(caption, sizeof(caption), "base %s, preempt %s; new %s, preempt %s",
			 get_text(json_object_get(base, "host"), "release"),
			 get_text(json_object_get(json_object_get(base, "host"), "preempt"),
				  "model"),
			 get_text(json_object_get(now, "host"), "release"),
			 get_text(json_object_get(json_object_get(now, "host"), "preempt"),
				  "model"));
		plot_set(to, "what", "Latency of the faulters' operations, base and new");
		plot_set(to, "caption", caption);
		plot_set_number(to, "floor_us", floor_us(base));
		write_curves(to, &c);
	}
	json_decref(base);
	json_decref(now);
	if (!now)
		return ret;
	return c.count ? 0 : error_set(err, ENODATA, "neither result has latencies to draw");
}

static double seconds_in(const json_t *result, const json_t *event)
{
	uint64_t when = get_count_0(event, "when_ns"),
		 began = get_count_0(result, "storm_began_ns");

	return ((double)when - (double)began) / (double)NSEC_PER_SEC;
}

static double storm_seconds(const json_t *result)
{
	return (double)get_count_0(result, "storm_ns") / (double)NSEC_PER_SEC;
}

/* The slowest operation, finished or in flight. */
static double highest_us(const json_t *result)
{
	uint64_t highest = 0;
	const json_t *group;
	size_t i;

	json_array_foreach(json_object_get(result, "groups"), i, group) {
		const json_t *all = json_object_get(json_object_get(group, "latency"), "storm_all");

		highest = MAX(highest, get_count_0(all, "max_ns"));
		highest = MAX(highest, get_count_0(group, "in_flight_max_ns"));
	}
	return (double)highest / 1000;
}

int plot_time(FILE *to, const struct plot_job *job, struct error *err)
{
	int ret;
	json_t *result = read_complete(job->dir, &ret, err), *event;
	char path[PATH_MAX];
	size_t i;

	if (!result)
		return ret;
	snprintf(path, sizeof(path), "%s/timeline.tsv", job->dir);
	plot_set(to, "timeline", path);
	plot_caption(to, "Latency and work over the storm", result);
	plot_set_number(to, "length", storm_seconds(result));
	plot_set_number(to, "highest_us", highest_us(result));
	fputs("$marks << EOD\n-1 none\n", to);
	json_array_foreach(json_object_get(result, "events"), i, event) {
		const char *weight = get_text(event, "weight");
		bool stall = !strcmp(get_text(event, "kind"), "cpu_stall");

		if (stall || !strcmp(weight, "finding"))
			fprintf(to, "%.6f %s\n", seconds_in(result, event),
				stall ? "stall" : "finding");
	}
	fputs("EOD\n", to);
	json_decref(result);
	return access(path, R_OK) ? error_errno(err, errno, "cannot read %s", path) : 0;
}

/* A gap is reported when it is over, or while it lasts: its value is how long it was by then. */
static unsigned write_gaps(FILE *to, const json_t *result, unsigned *rows, int *row_cpu,
			   unsigned max)
{
	unsigned gaps = 0;
	json_t *event;
	size_t i;

	fputs("$gaps << EOD\n", to);
	json_array_foreach(json_object_get(result, "events"), i, event) {
		const char *kind = get_text(event, "kind");
		bool lockup = !strcmp(kind, "cpu_lockup");
		int cpu = (int)get_count(event, "cpu");
		double end = seconds_in(result, event);
		unsigned row = 0;

		if ((!lockup && strcmp(kind, "cpu_stall")) || cpu < 0)
			continue;
		while (row < *rows && row_cpu[row] != cpu)
			row++;
		if (row == max)
			continue;
		if (row == *rows)
			row_cpu[(*rows)++] = cpu;
		fprintf(to, "%u %.6f %.6f %s\n", row,
			end - (double)get_count_0(event, "value") / (double)NSEC_PER_SEC, end,
			lockup ? "lockup" : "stall");
		gaps++;
	}
	fputs("EOD\n", to);
	return gaps;
}

int plot_stalls(FILE *to, const struct plot_job *job, struct error *err)
{
	int ret;
	json_t *result = read_complete(job->dir, &ret, err);
	int row_cpu[64] = {0};
	unsigned rows = 0, gaps;
	char name[16];

	if (!result)
		return ret;
	plot_caption(to, "CPUs that did not run their heartbeat", result);
	gaps = write_gaps(to, result, &rows, row_cpu, ARRAY_SIZE(row_cpu));
	plot_set_number(to, "cpus", rows);
	plot_set_number(to, "length", storm_seconds(result));
	plot_array(to, "cpu_name", rows);
	for (unsigned row = 0; row < rows; row++) {
		snprintf(name, sizeof(name), "%d", row_cpu[row]);
		plot_set_item(to, "cpu_name", row + 1, name);
	}
	json_decref(result);
	return gaps ? 0
		    : error_set(err, ENODATA,
				"%s: every CPU ran its heartbeat in time: there is nothing to draw",
				job->dir);
}
