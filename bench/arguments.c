/* SPDX-License-Identifier: GPL-2.0-only */
/* See arguments.h. */
#include "arguments.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "options.h"

/* Where the reading is. Two passes: the config file's name first, then what changes its plan. */
struct cursor {
	int argc, at;
	char **argv;
	const char *letters;
	bool applying;
};

static const char *value_of(struct cursor *c, const char *attached)
{
	if (attached && *attached)
		return attached;
	return c->at + 1 < c->argc ? c->argv[++c->at] : NULL;
}

static int apply(struct arguments *a, const struct cursor *c, const char *key, size_t length,
		 const char *value, struct error *err)
{
	char assignment[512];
	int n;

	if (!c->applying)
		return 0;
	n = snprintf(assignment, sizeof(assignment), "%.*s=%s", (int)length, key, value);
	if (n < 0 || (size_t)n >= sizeof(assignment))
		return error_set(err, EINVAL, "command line: '--%.80s...' is too long", key);
	return config_apply(&a->plan, assignment, err);
}

static int take_long(struct arguments *a, struct cursor *c, struct error *err)
{
	const char *key = c->argv[c->at] + 2, *equals = strchr(key, '='), *value;

	if (equals)
		return apply(a, c, key, (size_t)(equals - key), equals + 1, err);
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
			a->print_plan = true;
		else if (*letter == 'q')
			a->quiet = true;
		if (!strchr("to", *letter))
			continue;
		value = value_of(c, letter + 1);
		if (!value)
			return error_set(err, EINVAL, "command line: -%c needs %s", *letter,
					 *letter == 't' ? "a duration, like -t 30s"
							: "a directory");
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

	if (c->applying)
		return 0;
	if (a->config)
		return error_set(err, EINVAL,
				 "command line: two config files, %.80s and %.80s; a run has one "
				 "(options are --KEY=VALUE)",
				 a->config, name);
	a->config = name;
	return 0;
}

static int pass(struct arguments *a, struct cursor *c, struct error *err)
{
	int ret = 0;

	for (c->at = 1; c->at < c->argc && !ret && !a->help; c->at++) {
		const char *word = c->argv[c->at];

		if (!strcmp(word, "-h") || !strcmp(word, "--help"))
			a->help = true;
		else if (word[0] == '-' && word[1] == '-' && word[2])
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

	memset(a, 0, sizeof(*a));
	options_defaults(&a->plan);
	ret = pass(a, &c, err);
	if (ret || a->help)
		return ret;
	if (a->config)
		ret = config_read(a->config, &a->plan, err);
	c.applying = true;
	return ret ? ret : pass(a, &c, err);
}
