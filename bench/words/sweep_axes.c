/* SPDX-License-Identifier: GPL-2.0-only */
/* See sweep_axes.h. */
#include "words/sweep_axes.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words/config_apply.h"
#include "words/option_table.h"
#include "words/options.h"

void sweep_defaults(struct sweep_plan *sweep)
{
	memset(sweep, 0, sizeof(*sweep));
	options_sweep_defaults(sweep);
}

int sweep_axis(const struct sweep_plan *sweep, const char *key)
{
	for (unsigned a = 0; a < sweep->axes; a++) {
		if (!strcmp(sweep->axis[a].key, key))
			return (int)a;
	}
	return -1;
}

/* The next word of @at up to one of @ends, without blanks around it. What follows its end, or NULL
   at the text's. */
static const char *next_value(const char *at, char end, char *value, size_t size, bool *fits)
{
	size_t n;

	at += strspn(at, " \t");
	n = strcspn(at, (char[]){end, '\0'});
	*fits = n < size;
	snprintf(value, size, "%.*s", (int)MIN(n, size - 1), at);
	for (size_t last = strlen(value); last && isspace((unsigned char)value[last - 1]);)
		value[--last] = '\0';
	return at[n] ? at + n + 1 : NULL;
}

static int take_value(struct sweep_axis *axis, const char *value, struct error *err)
{
	if (!value[0])
		return error_set(
			err, EINVAL,
			"%s: the axis '%s' has an empty value; values are separated by commas",
			axis->where, axis->key);
	for (unsigned v = 0; v < axis->values; v++) {
		if (!strcmp(axis->value[v], value))
			return error_set(
				err, EINVAL,
				"%s: the axis '%s' has '%.80s' twice (sweep.repeats says how often each cell is run)",
				axis->where, axis->key, value);
	}
	if (axis->values == SWEEP_VALUES_MAX)
		return error_set(err, EINVAL, "%s: the axis '%s' has more than %d values",
				 axis->where, axis->key, SWEEP_VALUES_MAX);
	strcpy(axis->value[axis->values++], value);
	return 0;
}

static int read_values(struct sweep_axis *axis, const char *text, struct error *err)
{
	char value[SWEEP_VALUE_MAX];
	bool fits;

	axis->values = 0;
	if (!text[strspn(text, " \t")])
		return error_set(
			err, EINVAL,
			"%s: the axis '%s' is empty; give it values with commas between them",
			axis->where, axis->key);
	while (text) {
		int ret;

		text = next_value(text, ',', value, sizeof(value), &fits);
		if (!fits)
			return error_set(
				err, EINVAL,
				"%s: the axis '%s': '%.40s...' is longer than %d characters",
				axis->where, axis->key, value, SWEEP_VALUE_MAX - 1);
		ret = take_value(axis, value, err);
		if (ret)
			return ret;
	}
	return 0;
}

int sweep_set(struct sweep_plan *sweep, const char *key, const char *value, const char *where,
	      struct error *err)
{
	struct sweep_axis axis = {.values = 0};
	int at = sweep_axis(sweep, key), ret;

	if (option_find(SCOPE_SWEEP, key)) {
		if (!strcmp(key, "exclude"))
			snprintf(sweep->exclude_where, sizeof(sweep->exclude_where), "%s", where);
		return options_set_sweep(sweep, key, value, where, err);
	}
	if (!strchr(key, '.') && !option_find(SCOPE_RUN, key))
		return options_unknown_axis(key, where, err);
	if (strlen(key) >= sizeof(axis.key))
		return error_set(err, EINVAL, "%s: unknown key '%.80s...'", where, key);
	strcpy(axis.key, key);
	snprintf(axis.where, sizeof(axis.where), "%s", where);
	ret = read_values(&axis, value, err);
	if (ret)
		return ret;
	if (at < 0 && sweep->axes == SWEEP_AXES_MAX)
		return error_set(err, EINVAL,
				 "%s: '%s' is one axis too many; at most %d are possible", where,
				 key, SWEEP_AXES_MAX);
	sweep->axis[at < 0 ? (int)sweep->axes++ : at] = axis;
	return 0;
}

/* "1/2": the fraction of @cpus, at least 1; 0 when @text is none. */
static unsigned read_fraction(const char *text, unsigned cpus)
{
	unsigned above, below;
	char rest;

	if (sscanf(text, "%3u/%3u%c", &above, &below, &rest) != 2 || !above || !below)
		return 0;
	return MAX(cpus * above / below, 1u);
}

bool sweep_is_fraction(const struct sweep_axis *axis, unsigned value)
{
	const char *dot = strrchr(axis->key, '.');

	return dot && !strcmp(dot, ".threads") && read_fraction(axis->value[value], 1);
}

int sweep_group(const struct sweep_axis *axis, const struct run_plan *plan)
{
	size_t n = strcspn(axis->key, ".");

	for (unsigned g = 0; g < plan->groups; g++) {
		if (strlen(plan->group[g].name) == n && !memcmp(plan->group[g].name, axis->key, n))
			return (int)g;
	}
	return -1;
}

int sweep_apply(struct run_plan *plan, const struct sweep_axis *axis, unsigned value, unsigned cpus,
		struct error *err)
{
	char assignment[SWEEP_KEY_MAX + SWEEP_VALUE_MAX + 16];
	const char *text = axis->value[value];
	char *plus;

	if (sweep_is_fraction(axis, value))
		snprintf(assignment, sizeof(assignment), "%s=%u", axis->key,
			 read_fraction(text, cpus));
	else
		snprintf(assignment, sizeof(assignment), "%s=%s", axis->key, text);
	for (plus = strchr(assignment, '='); (plus = strchr(plus, '+'));)
		*plus = ',';
	return config_apply(plan, assignment, axis->where, err);
}

static int read_term(const struct sweep_plan *sweep, struct sweep_exclusion *e, char *text,
		     struct error *err)
{
	char *equals = strchr(text, '=');
	int axis;

	if (!equals)
		return error_set(err, EINVAL, "%s: exclude: '%.80s' must be AXIS=VALUE",
				 sweep->exclude_where, text);
	*equals++ = '\0';
	axis = sweep_axis(sweep, text);
	if (axis < 0)
		return error_set(err, EINVAL, "%s: exclude: '%.80s' is not an axis of this sweep",
				 sweep->exclude_where, text);
	if (e->terms == ARRAY_SIZE(e->term))
		return error_set(err, EINVAL, "%s: exclude: more than %zu terms in one exclusion",
				 sweep->exclude_where, ARRAY_SIZE(e->term));
	for (unsigned v = 0; v < sweep->axis[axis].values; v++) {
		if (strcmp(sweep->axis[axis].value[v], equals))
			continue;
		e->term[e->terms].axis = (unsigned)axis;
		e->term[e->terms++].value = v;
		return 0;
	}
	return error_set(err, EINVAL, "%s: exclude: the axis '%s' has no value '%.80s'",
			 sweep->exclude_where, text, equals);
}

/* "preempt=full tails.threads=8, placement=remote": terms by blanks, exclusions by commas. */
static int read_exclusions(struct sweep_plan *sweep, struct error *err)
{
	char text[sizeof(sweep->exclude)], *save_part, *save_term;

	sweep->exclusions = 0;
	strcpy(text, sweep->exclude);
	for (char *part = strtok_r(text, ",", &save_part); part;
	     part = strtok_r(NULL, ",", &save_part)) {
		struct sweep_exclusion *e = &sweep->exclusion[sweep->exclusions];

		if (sweep->exclusions == SWEEP_EXCLUSIONS_MAX)
			return error_set(err, EINVAL, "%s: more than %d exclusions",
					 sweep->exclude_where, SWEEP_EXCLUSIONS_MAX);
		e->terms = 0;
		for (char *term = strtok_r(part, " \t", &save_term); term;
		     term = strtok_r(NULL, " \t", &save_term)) {
			int ret = read_term(sweep, e, term, err);

			if (ret)
				return ret;
		}
		sweep->exclusions += e->terms > 0;
	}
	return 0;
}

int sweep_validate(struct sweep_plan *sweep, const struct run_plan *plan, struct error *err)
{
	struct run_plan scratch;
	int ret;

	if (sweep_axis(sweep, "seed") >= 0)
		return error_set(
			err, EINVAL,
			"%s: 'seed' cannot be an axis: each cell has a seed of its own, which follows from the sweep's; `repeats` runs the same values again",
			sweep->axis[sweep_axis(sweep, "seed")].where);
	for (unsigned a = 0; a < sweep->axes; a++) {
		for (unsigned v = 0; v < sweep->axis[a].values; v++) {
			plan_copy(&scratch, plan);
			ret = sweep_apply(&scratch, &sweep->axis[a], v, 1, err);
			if (ret)
				return ret;
		}
	}
	return read_exclusions(sweep, err);
}

int sweep_varies(const struct sweep_plan *sweep, const char *config, struct error *err)
{
	if (sweep->axes || sweep->repeats > 1)
		return 0;
	return error_set(
		err, EINVAL,
		"%s: nothing varies: it has no axis in [sweep] and no -v KEY=A,B gives one; use `thpstorm run` for a single run, --sweep.repeats=N for many of the same",
		config);
}

static int add_pairs(struct sweep_axis *axis, const struct topology *t, struct error *err)
{
	char value[SWEEP_VALUE_MAX];
	cpu_set_t set;

	for (unsigned memory = 0; memory < t->nodes; memory++) {
		for (int cpus = 0; cpus < NODE_IDS_MAX; cpus++) {
			int ret;

			if (!topology_node_cpus(t, cpus, &set))
				continue;
			snprintf(value, sizeof(value), "%d:%d", t->node_id[memory], cpus);
			ret = take_value(axis, value, err);
			if (ret)
				return ret;
		}
	}
	return 0;
}

int sweep_expand(struct sweep_plan *sweep, const struct topology *t, struct error *err)
{
	int at = sweep_axis(sweep, "placement");
	struct sweep_axis before;

	if (at < 0)
		return 0;
	before = sweep->axis[at];
	sweep->axis[at].values = 0;
	for (unsigned v = 0; v < before.values; v++) {
		int ret = strcmp(before.value[v], "pairs")
				  ? take_value(&sweep->axis[at], before.value[v], err)
				  : add_pairs(&sweep->axis[at], t, err);

		if (ret)
			return ret;
	}
	return 0;
}
