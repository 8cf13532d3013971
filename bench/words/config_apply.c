/* SPDX-License-Identifier: GPL-2.0-only */
/* See config_apply.h. */
#include "words/config_apply.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "words/option_table.h"
#include "words/nearest.h"
#include "words/option_value.h"
#include "words/options.h"
#include "workers/worker.h"

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
