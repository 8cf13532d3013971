/* SPDX-License-Identifier: GPL-2.0-only */
/* See config_write.h. */
#include "words/config_write.h"

#include <string.h>

#include "words/option_value.h"
#include "words/options.h"
#include "words/shell_word.h"
#include "words/sweep_plan.h"

static void write_section(FILE *out, enum option_scope scope, const char *name, const void *base,
			  bool all)
{
	bool headed = false;

	for (unsigned i = 0; i < option_count; i++) {
		const struct option *o = &option_table[i];
		char value[OPTION_TEXT_MAX];

		if (o->scope != scope)
			continue;
		/* A group's worker is always named. */
		if (!all && o->fallback && !option_is_changed(o, base))
			continue;
		if (!headed)
			fprintf(out, "\n[%s]\n", name);
		headed = true;
		option_format(o, base, value, sizeof(value));
		fprintf(out, "%s =%s%s\n", o->key, *value ? " " : "", value);
	}
}

void config_write(FILE *out, const struct run_plan *plan, bool all)
{
	fprintf(out, "# thpstorm " THPSTORM_VERSION ": %s\n",
		all ? "the effective plan" : "what differs from the defaults");
	write_section(out, SCOPE_RUN, "run", plan, all);
	plan_for_each_group(g, plan)
		write_section(out, SCOPE_GROUP, g->name, g, all);
	write_section(out, SCOPE_EXPOSE, "expose", plan, all);
}

void config_write_word(FILE *out, const char *word)
{
	shell_write_word(out, word, true);
}

static void each_of_scope(enum option_scope scope, const char *section, const void *is,
			  const void *was, config_difference each, void *to)
{
	for (unsigned i = 0; i < option_count; i++) {
		const struct option *o = &option_table[i];
		char now[OPTION_TEXT_MAX], before[OPTION_TEXT_MAX], key[128];

		if (o->scope != scope)
			continue;
		option_format(o, is, now, sizeof(now));
		if (!strcmp(now, option_format(o, was, before, sizeof(before))))
			continue;
		snprintf(key, sizeof(key), "%s%s%s", section, *section ? "." : "", o->key);
		each(to, key, now);
	}
}

void config_each_difference(const struct run_plan *plan, const struct run_plan *base,
			    config_difference each, void *to)
{
	each_of_scope(SCOPE_RUN, "", plan, base, each, to);
	for (unsigned i = 0; i < plan->groups; i++)
		each_of_scope(SCOPE_GROUP, plan->group[i].name, &plan->group[i], &base->group[i],
			      each, to);
	each_of_scope(SCOPE_EXPOSE, "expose", plan, base, each, to);
}

static void write_argument(void *out, const char *key, const char *value)
{
	char word[OPTION_TEXT_MAX + 128 + 4];

	snprintf(word, sizeof(word), "--%s=%s", key, value);
	putc(' ', out);
	config_write_word(out, word);
}

void config_write_arguments(FILE *out, const struct run_plan *plan, const struct run_plan *base)
{
	config_each_difference(plan, base, write_argument, out);
}

void config_write_sweep_arguments(FILE *out, const struct sweep_plan *sweep,
				  const struct sweep_plan *base)
{
	each_of_scope(SCOPE_SWEEP, "sweep", sweep, base, write_argument, out);
	for (unsigned a = 0; a < sweep->axes; a++) {
		char word[SWEEP_KEY_MAX + SWEEP_VALUES_MAX * (SWEEP_VALUE_MAX + 1)];
		int n = snprintf(word, sizeof(word), "%s=", sweep->axis[a].key);

		for (unsigned v = 0; v < sweep->axis[a].values; v++)
			n += snprintf(word + n, sizeof(word) - (size_t)n, "%s%s", v ? "," : "",
				      sweep->axis[a].value[v]);
		fputs(" -v ", out);
		config_write_word(out, word);
	}
}

void config_write_sweep(FILE *out, const struct sweep_plan *sweep)
{
	write_section(out, SCOPE_SWEEP, "sweep", sweep, true);
	for (unsigned a = 0; a < sweep->axes; a++) {
		fprintf(out, "%s =", sweep->axis[a].key);
		for (unsigned v = 0; v < sweep->axis[a].values; v++)
			fprintf(out, "%s %s", v ? "," : "", sweep->axis[a].value[v]);
		fprintf(out, "\n");
	}
}
