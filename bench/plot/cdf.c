/* SPDX-License-Identifier: GPL-2.0-only */
/* The preludes of the percentile curves, of one run and of two. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "result/hgrm.h"
#include "plot/prelude.h"
#include "result/get.h"
#include "result/read.h"

#define CURVES_MAX 32

/* gnuplot's dash types, from solid to dotted. */
enum dash { SOLID = 1, DASHED, DOTTED };

struct curves {
	unsigned count;
	struct curve {
		char file[PATH_MAX], name[96];
		unsigned hue, dash;
		double samples;
	} curve[CURVES_MAX];
	double samples; /* the most of one curve */
};

/* NULL with *@ret: -EINVAL where it can't be read, -ENODATA where there was no storm. */
static json_t *read_complete(const char *dir, int *ret, struct error *err)
{
	json_t *result = result_read(dir, err);

	*ret = result ? -ENODATA : -EINVAL;
	if (!result || get_count_0(result, "storm_ns"))
		return result;
	error_set(err, ENODATA,
		  "%s: its storm did not end, so it has no percentiles; `time` draws its course",
		  dir);
	json_decref(result);
	return NULL;
}

static uint64_t samples_of(const json_t *group, const char *what)
{
	return get_count_0(json_object_get(json_object_get(group, "latency"), what), "count");
}

/* A curve of DIR/hist/GROUP.WHAT.hgrm, where the group has such samples. 0 or -EINVAL. */
static int add(struct curves *c, const char *dir, const json_t *group, const char *what,
	       const char *name, unsigned hue, unsigned dash, struct error *err)
{
	struct curve *curve = &c->curve[c->count];
	uint64_t samples = samples_of(group, what);

	if (c->count == CURVES_MAX || !samples)
		return 0;
	snprintf(curve->file, sizeof(curve->file), "%s/hist/%s.%s.hgrm", dir,
		 get_text(group, "name"), what);
	snprintf(curve->name, sizeof(curve->name), "%s", name);
	curve->hue = hue;
	curve->dash = dash;
	curve->samples = (double)samples;
	c->samples = MAX(c->samples, curve->samples);
	c->count++;
	return hgrm_check(curve->file, err);
}

/* The group's operations that tell of the storm: its faults; of one without faults, all. */
static const char *storm_of(const json_t *group)
{
	return samples_of(group, "storm_fault") ? "storm_fault" : "storm_plain";
}

static bool is_drawn(const json_t *group)
{
	bool faults = is_faulter(group) || !strcmp(get_text(group, "role"), "null");

	return faults && !get_bool(group, "skipped") && samples_of(group, storm_of(group));
}

/* A hue for each group: in the storm, and what the same costs on quiet memory. */
static int add_groups(struct curves *c, const char *dir, const json_t *result, struct error *err)
{
	static const struct {
		const char *what, *name;
		enum dash dash;
	} quiet[] = {{"quiet_fault", "quiet fault", DASHED}, {"quiet_plain", "quiet", DOTTED}};
	unsigned hue = 0;
	const json_t *group;
	char name[96];
	int ret = 0;
	size_t i;

	json_array_foreach(json_object_get(result, "groups"), i, group) {
		const char *of = get_text(group, "name"), *storm = storm_of(group);

		if (!is_drawn(group))
			continue;
		hue++;
		snprintf(name, sizeof(name), "%s, %s", of,
			 strcmp(storm, "storm_fault") ? "storm" : "storm fault");
		ret = add(c, dir, group, storm, name, hue, SOLID, err);
		for (unsigned q = 0; q < ARRAY_SIZE(quiet) && !ret; q++) {
			snprintf(name, sizeof(name), "%s, %s", of, quiet[q].name);
			ret = add(c, dir, group, quiet[q].what, name, hue, quiet[q].dash, err);
		}
		if (ret)
			break;
	}
	return ret;
}

/* A hue for each side, a dash for each of its groups. */
static int add_side(struct curves *c, const char *dir, const json_t *result, const char *side,
		    unsigned hue, struct error *err)
{
	unsigned dash = SOLID;
	const json_t *group;
	char name[96];
	int ret = 0;
	size_t i;

	json_array_foreach(json_object_get(result, "groups"), i, group) {
		const char *storm = storm_of(group);

		if (!is_drawn(group))
			continue;
		snprintf(name, sizeof(name), "%s%s, %s", side, get_text(group, "name"),
			 strcmp(storm, "storm_fault") ? "storm" : "storm fault");
		ret = add(c, dir, group, storm, name, hue, dash++, err);
		if (ret)
			break;
	}
	return ret;
}

static void write_curves(FILE *to, const struct curves *c, const json_t *result)
{
	double floor_ns = (double)get_count_0(json_object_get(result, "floor"), "p50_ns");

	plot_set_number(to, "floor_us", floor_ns / (double)NSEC_PER_USEC);
	plot_set_number(to, "samples", c->samples);
	plot_set_number(to, "curves", c->count);
	plot_array(to, "file", c->count);
	plot_array(to, "name", c->count);
	plot_array(to, "hue", c->count);
	plot_array(to, "dash", c->count);
	plot_array(to, "count", c->count);
	for (unsigned i = 0; i < c->count; i++) {
		plot_set_item_path(to, "file", i + 1, c->curve[i].file);
		plot_set_item(to, "name", i + 1, c->curve[i].name);
		plot_set_item_number(to, "hue", i + 1, c->curve[i].hue);
		plot_set_item_number(to, "dash", i + 1, c->curve[i].dash);
		plot_set_item_number(to, "count", i + 1, c->curve[i].samples);
	}
}

static int none(const char *dir, struct error *err)
{
	return error_set(err, ENODATA, "%s: no group of it has latencies to draw", dir);
}

int plot_cdf(FILE *to, const struct plot_job *job, struct error *err)
{
	int ret;
	json_t *result = read_complete(job->dir, &ret, err);
	struct curves c = {.count = 0};

	if (!result)
		return ret;
	plot_title(to, "Latency of the faulters' operations", &(struct plot_of){"", result}, 1);
	ret = add_groups(&c, job->dir, result, err);
	write_curves(to, &c, result);
	json_decref(result);
	return ret || c.count ? ret : none(job->dir, err);
}

static int write_sides(FILE *to, const struct plot_job *job, const json_t *base, const json_t *now,
		       struct error *err)
{
	struct curves c = {.count = 0};
	int ret = add_side(&c, job->dir, base, "base: ", 1, err);

	if (!ret && !c.count)
		ret = none(job->dir, err);
	if (!ret) {
		unsigned before = c.count;

		ret = add_side(&c, job->other, now, "new: ", 2, err);
		if (!ret && c.count == before)
			ret = none(job->other, err);
	}
	plot_title(to, "Latency of the faulters' operations, base and new",
		   (struct plot_of[]){{"base: ", base}, {"new: ", now}}, 2);
	write_curves(to, &c, base);
	return ret;
}

int plot_compare(FILE *to, const struct plot_job *job, struct error *err)
{
	int ret;
	json_t *base = read_complete(job->dir, &ret, err), *now = NULL;

	if (base)
		now = read_complete(job->other, &ret, err);
	if (now)
		ret = write_sides(to, job, base, now, err);
	json_decref(base);
	json_decref(now);
	return ret;
}
