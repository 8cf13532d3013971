/* SPDX-License-Identifier: GPL-2.0-only */
/* What happens to a plan once it is read: the command line, the last checks, the way back to text.
 */
#include <errno.h>
#include <string.h>

#include "words/config.h"
#include "words/options.h"
#include "words/shell_word.h"
#include "words/sweep_plan.h"
#include "workers/worker.h"

#define VALUE_MAX 512 /* a TYPE_TEXT at its longest */

static int unknown_group(const struct run_plan *plan, const char *name, const char *where,
			 struct error *err)
{
	const char *words[PLAN_GROUPS_MAX + 3] = {"run", "expose"};
	char hint[64];

	for (unsigned i = 0; i < plan->groups; i++)
		words[2 + i] = plan->group[i].name;
	return error_set(err, EINVAL, "%s: the plan has no section [%.80s]%s", where, name,
			 plan->groups ? nearest_hint(name, words, hint, sizeof(hint))
				      : "; sections come from a config file");
}

int config_apply(struct run_plan *plan, const char *assignment, const char *where,
		 struct error *err)
{
	const char *value = strchr(assignment, '=');
	char left[128], *key, at[256];

	if (!value || (size_t)(value - assignment) >= sizeof(left))
		return error_set(err, EINVAL, "%s: '%.80s' is no KEY=VALUE", where, assignment);
	snprintf(left, sizeof(left), "%.*s", (int)(value++ - assignment), assignment);
	key = strchr(left, '.');
	if (!key)
		return options_set_run(plan, left, value, where, err);
	*key++ = '\0';
	if (!strcmp(left, "run"))
		return options_set_run(plan, key, value, where, err);
	if (!strcmp(left, "expose"))
		return options_set_expose(plan, key, value, where, err);
	for (unsigned i = 0; i < plan->groups; i++) {
		if (strcmp(plan->group[i].name, left))
			continue;
		/* Of a line of a file one sees which group it is in. */
		snprintf(at, sizeof(at), "%s: [%s]", where, left);
		return options_set_group(&plan->group[i], key, value,
					 option_find(SCOPE_GROUP, key) ? at : where, err);
	}
	return unknown_group(plan, left, where, err);
}

static int validate_times(const struct run_plan *plan, struct error *err)
{
	static const char *const order[] = {"heartbeat_period", "stall_after", "lockup_after"};
	const uint64_t ns[] = {plan->heartbeat_period, plan->stall_after, plan->lockup_after};
	char shorter[64], longer[64];

	for (unsigned i = 0; i + 1 < ARRAY_SIZE(order); i++)
		if (ns[i] >= ns[i + 1])
			return error_set(err, EINVAL, "%s = %s must be shorter than %s = %s",
					 order[i],
					 option_format(option_find(SCOPE_RUN, order[i]), plan,
						       shorter, sizeof(shorter)),
					 order[i + 1],
					 option_format(option_find(SCOPE_RUN, order[i + 1]), plan,
						       longer, sizeof(longer)));
	return 0;
}

int config_validate(const struct run_plan *plan, struct error *err)
{
	if (!plan->groups)
		return error_set(
			err, EINVAL,
			"%s%sno worker group to run: name a config file that has one, as in `thpstorm run configs/tail_fault.conf`",
			plan->config, plan->config[0] ? ": " : "");
	plan_for_each_group(g, plan) {
		if (!worker_find(g->worker))
			return error_set(err, EINVAL, "[%s]: unknown worker '%s'", g->name,
					 g->worker);
		for (const struct group_plan *other = plan->group; other < g; other++)
			if (!strcmp(other->name, g->name))
				return error_set(err, EINVAL, "two groups are named [%s]", g->name);
	}
	if (plan_threads(plan) > PLAN_THREADS_MAX)
		return error_set(err, EINVAL,
				 "%u threads in all groups together; at most %d are possible",
				 plan_threads(plan), PLAN_THREADS_MAX);
	return validate_times(plan, err);
}

static void write_section(FILE *out, enum option_scope scope, const char *name, const void *base,
			  bool all)
{
	bool headed = false;

	for (unsigned i = 0; i < option_count; i++) {
		const struct option *o = &option_table[i];
		char value[VALUE_MAX];

		if (o->scope != scope)
			continue;
		/* A group's worker is always named. */
		if (!all && o->fallback && !option_is_changed(o, base))
			continue;
		if (!headed)
			fprintf(out, "\n[%s]\n", name);
		headed = true;
		option_format(o, base, value, sizeof(value));
		/* As a comment it has the same value and still counts as not named. */
		fprintf(out, "%s%s =%s%s\n", o->named && !option_is_changed(o, base) ? "; " : "",
			o->key, *value ? " " : "", value);
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

static void write_differences(FILE *out, enum option_scope scope, const char *section,
			      const void *is, const void *was)
{
	for (unsigned i = 0; i < option_count; i++) {
		const struct option *o = &option_table[i];
		char now[VALUE_MAX], before[VALUE_MAX], word[VALUE_MAX + 128];

		if (o->scope != scope)
			continue;
		option_format(o, is, now, sizeof(now));
		if (!strcmp(now, option_format(o, was, before, sizeof(before))) &&
		    option_is_named(o, is) <= option_is_named(o, was))
			continue;
		snprintf(word, sizeof(word), "--%s%s%s=%s", section, *section ? "." : "", o->key,
			 now);
		putc(' ', out);
		config_write_word(out, word);
	}
}

void config_write_arguments(FILE *out, const struct run_plan *plan, const struct run_plan *base)
{
	write_differences(out, SCOPE_RUN, "", plan, base);
	for (unsigned i = 0; i < plan->groups; i++)
		write_differences(out, SCOPE_GROUP, plan->group[i].name, &plan->group[i],
				  &base->group[i]);
	write_differences(out, SCOPE_EXPOSE, "expose", plan, base);
}

void config_write_sweep_arguments(FILE *out, const struct sweep_plan *sweep,
				  const struct sweep_plan *base)
{
	write_differences(out, SCOPE_SWEEP, "sweep", sweep, base);
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
