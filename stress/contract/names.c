/* SPDX-License-Identifier: GPL-2.0-only */
/* The words of the contract's lists, and sums over a plan's groups. */
#include <stdio.h>
#include <string.h>

#include "contract/record.h"

const char *const event_names[EVENT_KIND_COUNT] = {
#define X(name, weight, gravity, unit, what) #name,
	EVENT_KINDS(X)
#undef X
};

const char *const event_states[EVENT_STATE_COUNT] = {
#define X(name, what) #name,
	EVENT_STATES(X)
#undef X
};

const char *const event_help[EVENT_KIND_COUNT] = {
#define X(name, weight, gravity, unit, what) what,
	EVENT_KINDS(X)
#undef X
};

const enum event_weight event_weights[EVENT_KIND_COUNT] = {
#define X(name, weight, gravity, unit, what) WEIGHT_##weight,
	EVENT_KINDS(X)
#undef X
};

const char *const event_units[EVENT_KIND_COUNT] = {
#define X(name, weight, gravity, unit, what) #unit,
	EVENT_KINDS(X)
#undef X
};

const unsigned char event_gravity[EVENT_KIND_COUNT] = {
#define X(name, weight, gravity, unit, what) gravity,
	EVENT_KINDS(X)
#undef X
};

const char *const exposure_names[EXPOSURE_COUNT] = {
#define X(name, what) #name,
	EXPOSURES(X)
#undef X
};

const char *const exposure_help[EXPOSURE_COUNT] = {
#define X(name, what) what,
	EXPOSURES(X)
#undef X
};

const char *plan_preempt_model(const struct run_plan *plan)
{
	static const char *const models[] = {[MODEL_NONE] = "none",
					     [MODEL_VOLUNTARY] = "voluntary",
					     [MODEL_FULL] = "full",
					     [MODEL_LAZY] = "lazy"};

	return models[plan->preempt];
}

const char *plan_list_shown(const char *list, char buf[PLAN_LIST_SHOWN])
{
	if ((size_t)snprintf(buf, PLAN_LIST_SHOWN, "%s", list) >= PLAN_LIST_SHOWN)
		strcpy(buf + PLAN_LIST_SHOWN - 4, "...");
	return buf;
}

bool plan_list_names(const char *list, const char *name)
{
	size_t n = strlen(name);

	if (!strcmp(list, "all"))
		return true;
	for (const char *at = list; (at = strstr(at, name)); at += n) {
		if ((at == list || at[-1] == ',' || at[-1] == ' ') &&
		    (!at[n] || at[n] == ',' || at[n] == ' '))
			return true;
	}
	return false;
}

bool plan_is_verified(const struct run_plan *plan)
{
	return plan->verify && strcmp(plan->witness, "none") != 0;
}

unsigned plan_threads(const struct run_plan *plan)
{
	unsigned threads = 0;

	plan_for_each_group(g, plan)
		threads += g->threads;
	return threads;
}

const char *verdict_name(enum verdict v)
{
	switch (v) {
	case VERDICT_PASS:
		return "PASS";
	case VERDICT_FAIL:
		return "FAIL";
	case VERDICT_BROKEN:
		return "BROKEN";
	case VERDICT_NOT_EXERCISED:
		return "NOT EXERCISED";
	case VERDICT_SKIP:
		return "SKIP";
	}
	return "?";
}
