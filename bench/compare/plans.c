/* SPDX-License-Identifier: GPL-2.0-only */
/* In what two sides were not the same storm: the options of the run and of its groups. */
#include <stdlib.h>
#include <string.h>

#include "compare/compare.h"
#include "result/get.h"
#include "result/json_group.h"
#include "words/option_value.h"

#define INDENT COMPARE_INDENT

/* A value as the config file has it. @o: NULL of an option that this version does not have. */
static void value_text(const struct option *o, const json_t *value, char *buf, size_t size)
{
	char *raw;

	if (!value) {
		snprintf(buf, size, "(no such option)");
	} else if (json_is_string(value)) {
		snprintf(buf, size, "%s",
			 *json_string_value(value) ? json_string_value(value) : "(empty)");
	} else if (json_is_boolean(value)) {
		snprintf(buf, size, "%s", json_is_true(value) ? "yes" : "no");
	} else if (o && json_is_integer(value)) {
		option_format_number(o, json_integer_value(value), buf, size);
	} else {
		raw = json_dumps(value, JSON_ENCODE_ANY);
		snprintf(buf, size, "%s", raw ? raw : "?");
		free(raw);
	}
}

/* Named as on a command line: "tails.nap: base 50us, new 20us". */
static void difference(const struct page *p, const char *label, const char *section,
		       const char *key, const json_t *base, const json_t *now)
{
	const struct option *o = option_of_json(*section ? SCOPE_GROUP : SCOPE_RUN, key);
	char text[SIDES][OPTION_TEXT_MAX];

	value_text(o, base, text[BASE], sizeof(text[BASE]));
	value_text(o, now, text[NEW], sizeof(text[NEW]));
	page_text(p, INDENT, label, "%s%s%s: base %s, new %s: not the same storm", section,
		  *section ? "." : "", o ? o->key : key, text[BASE], text[NEW]);
}

/* Keys of both that differ, @but those. How many. */
static unsigned differences(const struct page *p, unsigned before, const char *section,
			    const json_t *base, const json_t *now, const char *const *but)
{
	const json_t *sides[SIDES] = {base, now}, *value;
	const char *key;

	for (int side = 0; side < SIDES; side++) {
		json_object_foreach((json_t *)sides[side], key, value) {
			const json_t *other = json_object_get(sides[!side], key);
			bool skipped = false;

			for (unsigned i = 0; but[i]; i++)
				skipped |= !strcmp(key, but[i]);
			/* Of those that only new has, and of no others, on the second way. */
			if (skipped || json_equal(value, other) || (side == NEW && other))
				continue;
			difference(p, before++ ? "" : "plan", section, key,
				   side == BASE ? value : NULL, side == BASE ? other : value);
		}
	}
	return before;
}

/* Of the groups of a result's plan, by name. */
static const json_t *group_named(const json_t *groups, const char *name)
{
	const json_t *group;
	size_t i;

	json_array_foreach(groups, i, group) {
		if (!strcmp(get_text(group, "name"), name))
			return group;
	}
	return NULL;
}

static unsigned only_in(const struct page *p, unsigned before, const char *name, const char *side)
{
	page_text(p, INDENT, before ? "" : "plan", "[%s]: only in %s: not the same storm", name,
		  side);
	return before + 1;
}

/* What a run had to meet is no part of its storm. */
static void demands(const struct page *p, unsigned before, const json_t *base, const json_t *now)
{
	const json_t *all[SIDES] = {json_object_get(base, "exposures"),
				    json_object_get(now, "exposures")};
	const json_t *exposure;
	const char *name;

	json_object_foreach((json_t *)all[BASE], name, exposure) {
		unsigned long long a = get_count_0(exposure, "declared");
		unsigned long long b = get_count_0(json_object_get(all[NEW], name), "declared");

		if (a != b)
			page_text(p, INDENT, before++ ? "" : "plan",
				  "expose.%s: base %llu, new %llu", name, a, b);
	}
}

/* What a row holds is not the same in results of two versions. */
static void contents(const struct page *p, const json_t *const groups[SIDES])
{
	bool out[SIDES] = {false};
	const json_t *group;
	size_t i;

	for (int side = 0; side < SIDES; side++) {
		json_array_foreach(groups[side], i, group)
			out[side] |= leaves_behind_out(group);
	}
	if (out[BASE] != out[NEW])
		page_text(
			p, INDENT, "faults",
			"%s leaves out those that overlapped an mmap_lock writer: p50 to max are not comparable",
			out[BASE] ? "base" : "new");
}

/*
 * Two results of one cell, or of runs that are no part of a sweep; where no cell has both sides the
 * first of each. Whether a cell has.
 */
static bool first_pair(const struct comparison *c, const json_t *of[SIDES])
{
	of[BASE] = of[NEW] = NULL;
	for (unsigned i = 0; i < c->samples->cells && !(of[BASE] && of[NEW]); i++) {
		const struct cell_samples *cell = &c->samples->cell[i];

		for (int side = 0; side < SIDES; side++) {
			of[side] = NULL;
			for (unsigned r = 0; r < cell->side[side].count && !of[side]; r++)
				of[side] = cell->side[side].run[r].result;
		}
	}
	if (of[BASE] && of[NEW])
		return true;
	of[BASE] = c->samples->first[BASE];
	of[NEW] = c->samples->first[NEW];
	return false;
}

/*
 * Every option in which the plans of two results differ, but for what names a run, and the program
 * that made them.
 */
void comparison_print_plans(const struct page *p, const struct comparison *c)
{
	static const char *const of_run[] = {"config", "seed", NULL};
	static const char *const of_group[] = {NULL};
	const json_t *first[SIDES], *plan[SIDES], *groups[SIDES], *group;
	unsigned n;
	size_t i;

	if (!first_pair(c, first))
		page_text(p, INDENT, "cells", "none of base is in new: nothing is compared");
	if (!first[BASE] || !first[NEW])
		return;
	for (int side = 0; side < SIDES; side++) {
		plan[side] = json_object_get(first[side], "plan");
		groups[side] = json_object_get(first[side], "groups");
	}
	n = differences(p, 0, "", plan[BASE], plan[NEW], of_run);
	json_array_foreach(groups[BASE], i, group) {
		const char *name = get_text(group, "name");
		const json_t *other = group_named(groups[NEW], name);

		n = other ? differences(p, n, name, json_object_get(group, "plan"),
					json_object_get(other, "plan"), of_group)
			  : only_in(p, n, name, "base");
	}
	json_array_foreach(groups[NEW], i, group) {
		if (!group_named(groups[BASE], get_text(group, "name")))
			n = only_in(p, n, get_text(group, "name"), "new");
	}
	demands(p, n, first[BASE], first[NEW]);
	if (strcmp(get_text(first[BASE], "version"), get_text(first[NEW], "version")))
		page_text(p, INDENT, "thpstorm", "version: base %s, new %s",
			  get_text(first[BASE], "version"), get_text(first[NEW], "version"));
	contents(p, groups);
}
