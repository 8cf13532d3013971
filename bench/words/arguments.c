/* SPDX-License-Identifier: GPL-2.0-only */
/* See arguments.h. */
#include "words/arguments.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "words/config.h"
#include "words/config_apply.h"
#include "words/installed.h"
#include "words/nearest.h"
#include "words/options.h"
#include "words/sweep_axes.h"
#include "words/sweep_plan.h"

#define COMMAND_LINE "command line"

/* What is looked for: the config file's name, the axes of a sweep, then what changes the plan. */
enum look { LOOK_CONFIG, LOOK_AXES, LOOK_PLAN };

/* Where the reading is. */
struct cursor {
	int argc, at;
	char **argv;
	const char *letters;
	enum look look;
};

static const char *value_of(struct cursor *c, const char *attached)
{
	if (attached && *attached)
		return attached;
	return c->at + 1 < c->argc ? c->argv[++c->at] : NULL;
}

static const struct sweep_axis *find_axis(const struct sweep_plan *sweep, const char *key,
					  size_t length)
{
	for (unsigned i = 0; sweep && i < sweep->axes; i++) {
		const struct sweep_axis *axis = &sweep->axis[i];

		if (strlen(axis->key) == length && !memcmp(axis->key, key, length))
			return axis;
	}
	return NULL;
}

static int apply(struct arguments *a, const struct cursor *c, const char *key, size_t length,
		 const char *value, struct error *err)
{
	const struct sweep_axis *axis = find_axis(a->sweep, key, length);
	char assignment[4 * PLAN_LIST_MAX];
	int n;

	if (c->look != LOOK_PLAN)
		return 0;
	if (axis)
		return error_set(
			err, EINVAL,
			"command line: --%s conflicts with the axis of that name (%s); use -v %s=A,B to change its values",
			axis->key, axis->where, axis->key);
	n = snprintf(assignment, sizeof(assignment), "%.*s=%s", (int)length, key, value);
	if (n < 0 || (size_t)n >= sizeof(assignment))
		return error_set(err, EINVAL,
				 "command line: '--%.80s...' is longer than %zu characters", key,
				 sizeof(assignment) - 1);
	return config_apply(&a->plan, assignment, COMMAND_LINE, err);
}

/* "KEY=A,B" for the sweep. */
static int vary(struct arguments *a, const struct cursor *c, const char *text, struct error *err)
{
	const char *equals = strchr(text, '=');
	const struct sweep_axis *given;
	char key[SWEEP_KEY_MAX];

	if (c->look != LOOK_AXES)
		return 0;
	if (!equals || (size_t)(equals - text) >= sizeof(key))
		return error_set(err, EINVAL, "command line: -v '%.80s': must be KEY=A,B,C", text);
	snprintf(key, sizeof(key), "%.*s", (int)(equals - text), text);
	given = find_axis(a->sweep, key, strlen(key));
	if (given && !strcmp(given->where, COMMAND_LINE))
		return error_set(
			err, EINVAL,
			"command line: the axis '%s' is given twice: write all of its values into one -v %s=A,B,C",
			key, key);
	return sweep_set(a->sweep, key, equals + 1, COMMAND_LINE, err);
}

/* Each -x adds an exclusion to those of the config. */
static int exclude(struct arguments *a, const struct cursor *c, const char *text, struct error *err)
{
	char all[sizeof(a->sweep->exclude)];

	if (c->look != LOOK_AXES)
		return 0;
	if ((size_t)snprintf(all, sizeof(all), "%s%s%s", a->sweep->exclude,
			     a->sweep->exclude[0] ? ", " : "", text) >= sizeof(all))
		return error_set(err, EINVAL,
				 "command line: -x: the exclusions are longer than %zu characters",
				 sizeof(all) - 1);
	return sweep_set(a->sweep, "exclude", all, COMMAND_LINE, err);
}

static const struct argument_option *find_option(const struct arguments *a, const char *word,
						 size_t length)
{
	for (const struct argument_option *o = a->option; o && o->name; o++) {
		if (strlen(o->name) == length && !memcmp(o->name, word, length))
			return o;
	}
	return NULL;
}

/* It takes no value, so the next word is none. */
static bool misspells_help(const char *key)
{
	static const char *const words[] = {"help", NULL};

	return !option_find(SCOPE_RUN, key) && nearest_word(key, words);
}

static int take_long(struct arguments *a, struct cursor *c, struct error *err)
{
	const char *key = c->argv[c->at] + 2, *equals = strchr(key, '='), *value;
	const struct argument_option *own = find_option(a, key, strcspn(key, "="));

	if (own) {
		*own->value = equals ? equals + 1 : value_of(c, NULL);
		if (*own->value && **own->value)
			return 0;
		return error_set(err, EINVAL, "command line: --%s needs a value", own->name);
	}
	if (a->sweep && equals && !strncmp(key, "sweep.", strlen("sweep.")))
		return vary(a, c, key + strlen("sweep."), err);
	if (equals)
		return apply(a, c, key, (size_t)(equals - key), equals + 1, err);
	if (misspells_help(key))
		return error_set(err, EINVAL,
				 "command line: unknown option '--%.80s'; did you mean '--help'?",
				 key);
	value = value_of(c, NULL);
	if (!value)
		return error_set(err, EINVAL, "command line: --%.80s needs a value: --%.80s=VALUE",
				 key, key);
	return apply(a, c, key, strlen(key), value, err);
}

/* One argument of letters: -n, -nq, -t30s, -t 30s. */
static int take_letters(struct arguments *a, struct cursor *c, struct error *err)
{
	const char *value;

	for (const char *letter = c->argv[c->at] + 1; *letter; letter++) {
		if (!strchr(c->letters, *letter))
			return error_set(err, EINVAL,
					 "command line: unknown option '-%c'; see --help", *letter);
		if (*letter == 'n')
			a->print_plan += c->look == LOOK_PLAN;
		else if (*letter == 'q')
			a->quiet = true;
		if (!strchr("tovx", *letter))
			continue;
		value = value_of(c, letter + 1);
		if (!value)
			return error_set(err, EINVAL, "command line: -%c needs %s", *letter,
					 *letter == 't'	  ? "a duration, like -t 30s"
					 : *letter == 'v' ? "an axis, like -v preempt=none,full"
					 : *letter == 'x' ? "an exclusion, like -x 'preempt=full'"
							  : "a directory");
		if (*letter == 'v')
			return vary(a, c, value, err);
		if (*letter == 'x')
			return exclude(a, c, value, err);
		if (*letter == 't')
			return apply(a, c, "duration", strlen("duration"), value, err);
		a->dir = value;
		return 0;
	}
	return 0;
}

static int take_config(struct arguments *a, const struct cursor *c, struct error *err)
{
	const char *name = c->argv[c->at];

	if (c->look != LOOK_CONFIG)
		return 0;
	if (a->config)
		return error_set(
			err, EINVAL,
			"command line: two config files, %.80s and %.80s; a run takes one (options are --KEY=VALUE)",
			a->config, name);
	a->config = name;
	return 0;
}

static int pass(struct arguments *a, struct cursor *c, enum look look, struct error *err)
{
	int ret = 0;

	c->look = look;
	for (c->at = 1; c->at < c->argc && !ret; c->at++) {
		const char *word = c->argv[c->at];

		if (word[0] == '-' && word[1] == '-' && word[2])
			ret = take_long(a, c, err);
		else if (word[0] == '-' && word[1])
			ret = take_letters(a, c, err);
		else
			ret = take_config(a, c, err);
	}
	return ret;
}

int arguments_read(struct arguments *a, int argc, char **argv, const char *letters,
		   struct error *err)
{
	struct cursor c = {.argc = argc, .argv = argv, .letters = letters};
	int ret;

	options_defaults(&a->plan);
	if (a->sweep)
		sweep_defaults(a->sweep);
	ret = pass(a, &c, LOOK_CONFIG, err);
	if (ret)
		return ret;
	if (a->config)
		ret = installed_config(a->config, a->config_path, err);
	if (!ret && a->config)
		ret = config_read_all(a->config_path, &a->plan, a->sweep, &a->mistakes, err);
	if (!ret)
		ret = pass(a, &c, LOOK_AXES, err);
	return ret ? ret : pass(a, &c, LOOK_PLAN, err);
}
