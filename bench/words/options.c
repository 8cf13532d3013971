/* SPDX-License-Identifier: GPL-2.0-only */
/* See options.h. */
#include "words/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words/nearest.h"
#include "words/option_value.h"

#define WORDS_MAX   64
#define VALUE_SHOWN 80 /* characters of a wrong value in a message */

static void set_defaults(enum option_scope scope, void *base)
{
	struct error err;

	for (unsigned i = 0; i < option_count; i++) {
		const struct option *o = &option_table[i];

		if (o->scope != scope || !o->fallback)
			continue;
		if (option_parse(o, o->fallback, base, &err))
			abort(); /* the table itself is wrong */
	}
}

void options_defaults(struct run_plan *plan)
{
	memset(plan, 0, sizeof(*plan));
	set_defaults(SCOPE_RUN, plan);
	set_defaults(SCOPE_EXPOSE, plan);
}

void options_group_defaults(struct group_plan *group, const char *name)
{
	memset(group, 0, sizeof(*group));
	snprintf(group->name, sizeof(group->name), "%s", name);
	snprintf(group->worker, sizeof(group->worker), "%s", name);
	set_defaults(SCOPE_GROUP, group);
}

void options_sweep_defaults(struct sweep_plan *sweep)
{
	set_defaults(SCOPE_SWEEP, sweep);
}

bool option_is_changed(const struct option *o, const void *base)
{
	const char *standard = o->fallback ? o->fallback : ((const struct group_plan *)base)->name;
	char now[OPTION_TEXT_MAX];

	return strcmp(option_format(o, base, now, sizeof(now)), standard) != 0;
}

static int unknown_key(enum option_scope scope, const char *section, const char *key,
		       const char *where, struct error *err)
{
	static const struct {
		const char *section, *argument;
	} home[] = {[SCOPE_RUN] = {"[run]", "--"},
		    [SCOPE_GROUP] = {"a worker group", "--GROUP."},
		    [SCOPE_EXPOSE] = {"[expose]", "--expose."},
		    [SCOPE_SWEEP] = {"[sweep]", "--sweep."}};
	const char *words[WORDS_MAX] = {NULL};
	char hint[64];
	unsigned n = 0;

	for (unsigned i = 0; i < option_count; i++) {
		const struct option *o = &option_table[i];

		if (o->scope == scope && n < WORDS_MAX - 1)
			words[n++] = o->key;
		else if (!strcmp(o->key, key))
			return error_set(
				err, EINVAL,
				"%s: '%s' is a key of %s, not of [%s]; as an argument %s%s=VALUE",
				where, key, home[o->scope].section, section,
				home[o->scope].argument, key);
	}
	return error_set(err, EINVAL, "%s: unknown key '%.*s' in section [%s]%s", where,
			 VALUE_SHOWN, key, section, nearest_hint(key, words, hint, sizeof(hint)));
}

static int set_option(enum option_scope scope, void *base, const char *section, const char *key,
		      const char *value, const char *where, struct error *err)
{
	const struct option *o = option_find(scope, key);
	struct error allowed;

	if (!o)
		return unknown_key(scope, section, key, where, err);
	if (!option_parse(o, value, base, &allowed))
		return 0;
	return error_set(err, EINVAL, "%s: %s = %.*s%s: %.300s%s", where, key, VALUE_SHOWN, value,
			 strlen(value) > VALUE_SHOWN ? "..." : "", allowed.text,
			 strchr(value, '#') ? " (a comment after a value begins with ' ;')" : "");
}

int options_set_run(struct run_plan *plan, const char *key, const char *value, const char *where,
		    struct error *err)
{
	return set_option(SCOPE_RUN, plan, "run", key, value, where, err);
}

int options_set_group(struct group_plan *group, const char *key, const char *value,
		      const char *where, struct error *err)
{
	return set_option(SCOPE_GROUP, group, group->name, key, value, where, err);
}

int options_set_expose(struct run_plan *plan, const char *key, const char *value, const char *where,
		       struct error *err)
{
	return set_option(SCOPE_EXPOSE, plan, "expose", key, value, where, err);
}

int options_set_sweep(struct sweep_plan *sweep, const char *key, const char *value,
		      const char *where, struct error *err)
{
	return set_option(SCOPE_SWEEP, sweep, "sweep", key, value, where, err);
}

int options_unknown_axis(const char *key, const char *where, struct error *err)
{
	const char *words[WORDS_MAX] = {NULL};
	char hint[64];
	unsigned n = 0;

	for (unsigned i = 0; i < option_count && n < WORDS_MAX - 1; i++) {
		if (option_table[i].scope == SCOPE_RUN || option_table[i].scope == SCOPE_SWEEP)
			words[n++] = option_table[i].key;
	}
	return error_set(
		err, EINVAL,
		"%s: '%.*s' is neither a key of the run, to be varied, nor one of the sweep%s (a group's key is GROUP.KEY)",
		where, VALUE_SHOWN, key, nearest_hint(key, words, hint, sizeof(hint)));
}
