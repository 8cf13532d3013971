/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The preludes of the plots over time. They need nothing but what is streamed while a run goes on,
 * so they show the last second of a machine that died, too.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "contract/event.h"
#include "base/plural.h"
#include "plot/prelude.h"
#include "plot/tables.h"
#include "result/get.h"
#include "result/read.h"
#include "system/topology.h"

struct over_time {
	json_t *result;
	struct timeline_facts timeline;
};

/* 0, -ENODATA where there was no storm to speak of, or -errno. Ended by close_result() always. */
static int open_result(struct over_time *t, const char *dir, struct error *err)
{
	int ret;

	t->result = result_read(dir, err);
	ret = t->result ? timeline_read(dir, &t->timeline, err) : -EINVAL;
	if (!ret && t->timeline.rows < 2)
		ret = error_set(
			err, ENODATA,
			"%s: its storm has %u interval%s, a plot needs two: run longer (-t) or with a shorter `interval`",
			dir, t->timeline.rows, plural(t->timeline.rows));
	return ret;
}

static void close_result(struct over_time *t)
{
	json_decref(t->result);
}

static double seconds_in(const struct over_time *t, uint64_t when)
{
	return ((double)when - (double)t->timeline.began_ns) / (double)NSEC_PER_SEC;
}

/* The storm's length, and how far there is something to draw: an end may take longer than it. */
static void write_range(FILE *to, const struct over_time *t)
{
	double end = t->timeline.last_s;
	json_t *event;
	size_t i;

	json_array_foreach(json_object_get(t->result, "events"), i, event)
		end = MAX(end, seconds_in(t, get_count_0(event, "when_ns")));
	plot_set_number(to, "storm",
			get_bool(t->result, "complete")
				? (double)get_count_0(t->result, "storm_ns") / (double)NSEC_PER_SEC
				: end);
	plot_set_number(to, "end", end);
}

/* Whether it is worth a mark: what harms, what makes weak, and how a lockup ended. */
static bool is_marked(const struct over_time *t, const json_t *event)
{
	static const char *const notes[] = {"rescue", "trace"};
	const char *kind = get_text(event, "kind");
	bool marked = strcmp(get_text(event, "weight"), "note") != 0;

	for (size_t i = 0; i < ARRAY_SIZE(notes); i++)
		marked |= !strcmp(kind, notes[i]);
	return marked && seconds_in(t, get_count_0(event, "when_ns")) >= 0;
}

/* Events, a lane for each kind of them in the order in which the kinds were first seen. */
static void write_events(FILE *to, const struct over_time *t)
{
	const char *lane[EVENT_KIND_COUNT];
	unsigned lanes = 0, of;
	const json_t *event;
	size_t i;

	/* gnuplot wants a row at least: this one is beyond the range. */
	fputs("$events << EOD\n-1 -1 none\n", to);
	json_array_foreach(json_object_get(t->result, "events"), i, event) {
		const char *kind = get_text(event, "kind");

		if (!is_marked(t, event))
			continue;
		for (of = 0; of < lanes && strcmp(lane[of], kind) != 0; of++)
			;
		if (of == ARRAY_SIZE(lane))
			continue;
		if (of == lanes)
			lane[lanes++] = kind;
		fprintf(to, "%.6f %u %s\n", seconds_in(t, get_count_0(event, "when_ns")), of,
			get_text(event, "weight"));
	}
	fputs("EOD\n", to);
	plot_set_number(to, "lanes", lanes);
	plot_array(to, "lane", lanes);
	for (of = 0; of < lanes; of++)
		plot_set_item(to, "lane", of + 1, lane[of]);
}

static void write_table(FILE *to, const char *name, const char *dir, const char *file)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	plot_set_path(to, name, path);
}

int plot_time(FILE *to, const struct plot_job *job, struct error *err)
{
	struct over_time t;
	int ret = open_result(&t, job->dir, err);

	if (!ret) {
		plot_title(to, "Latency and work over the storm", &(struct plot_of){"", t.result},
			   1);
		write_table(to, "timeline", job->dir, "timeline.tsv");
		write_range(to, &t);
		write_events(to, &t);
	}
	close_result(&t);
	return ret;
}

/* A row of the map for each CPU that was watched, and the lockups that were seen there. */
static int write_cpus(FILE *to, const struct over_time *t, struct error *err)
{
	const json_t *event;
	cpu_set_t cpus;
	size_t i;
	int ret = cpulist_parse(get_text(get_run_facts(t->result), "worker_cpus"), &cpus, err);

	if (ret)
		return ret;
	plot_set_number(to, "cpus", CPU_COUNT(&cpus));
	plot_array(to, "cpu", (unsigned)CPU_COUNT(&cpus));
	plot_array(to, "row", CPU_SETSIZE);
	for (int row = 0; row < CPU_COUNT(&cpus); row++) {
		int cpu = cpulist_nth(&cpus, (unsigned)row);

		plot_set_item_number(to, "cpu", (unsigned)row + 1, cpu);
		plot_set_item_number(to, "row", (unsigned)cpu + 1, row);
	}
	fputs("$lockups << EOD\nNaN 0\n", to);
	json_array_foreach(json_object_get(t->result, "events"), i, event) {
		const char *kind = get_text(event, "kind");
		uint64_t cpu = get_count(event, "cpu");

		if ((!strcmp(kind, "cpu_lockup") || !strcmp(kind, "soft_lockup") ||
		     !strcmp(kind, "hard_lockup")) &&
		    cpu < CPU_SETSIZE && CPU_ISSET(cpu, &cpus))
			fprintf(to, "%.6f %llu\n", seconds_in(t, get_count_0(event, "when_ns")),
				(unsigned long long)cpu);
	}
	fputs("EOD\n", to);
	return 0;
}

static int check_heartbeat(const char *dir, struct error *err)
{
	unsigned rows;
	int ret = heartbeat_read(dir, &rows, err);

	if (ret == -ENOENT)
		return error_set(err, ENODATA,
				 "%s has no heartbeat.tsv: an older thpstorm wrote it; run again",
				 dir);
	return ret || rows
		       ? ret
		       : error_set(
				 err, ENODATA,
				 "%s: every CPU ran its heartbeat in time: there is nothing to draw",
				 dir);
}

int plot_stalls(FILE *to, const struct plot_job *job, struct error *err)
{
	struct over_time t;
	int ret = open_result(&t, job->dir, err);

	if (!ret)
		ret = check_heartbeat(job->dir, err);
	if (!ret)
		ret = write_cpus(to, &t, err);
	if (!ret) {
		plot_title(to, "How late each CPU ran its heartbeat",
			   &(struct plot_of){"", t.result}, 1);
		write_table(to, "heartbeat", job->dir, "heartbeat.tsv");
		write_range(to, &t);
	}
	close_result(&t);
	return ret;
}
