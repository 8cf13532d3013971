/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One worker group -> JSON: what it was asked to do, its counts, its latencies, and for splitters
 * and movers the proof that their calls had an effect.
 */
#include "result/json_group.h"

#include <string.h>

#include "result/json_value.h"
#include "workers/worker.h"

#define KEY_MAX 64

/* The option's name, and the unit of its number. */
static char *option_json_key(const struct option *option, char buf[KEY_MAX])
{
	snprintf(buf, KEY_MAX, "%s%s", option->key,
		 option->type == TYPE_DURATION ? "_ns"
		 : option->type == TYPE_SIZE   ? "_bytes"
					       : "");
	return buf;
}

const struct option *option_of_json(enum option_scope scope, const char *key)
{
	char of_option[KEY_MAX];

	for (unsigned i = 0; i < option_count; i++) {
		if (option_table[i].scope == scope &&
		    !strcmp(option_json_key(&option_table[i], of_option), key))
			return &option_table[i];
	}
	return NULL;
}

static void put_option(json_t *o, const struct option *option, const char *at)
{
	char key[KEY_MAX];

	option_json_key(option, key);
	switch (option->type) {
	case TYPE_UINT:
		put_count(o, key, *(const unsigned *)at);
		break;
	case TYPE_INT:
		json_object_set_new(o, key, json_integer(*(const int *)at));
		break;
	case TYPE_U64:
	case TYPE_DURATION:
	case TYPE_SIZE:
		put_count(o, key, *(const uint64_t *)at);
		break;
	case TYPE_BOOL:
		put_bool(o, key, *(const bool *)at);
		break;
	case TYPE_CHOICE:
		put_text(o, key, option->choices[*(const int *)at]);
		break;
	case TYPE_TEXT:
		put_text(o, key, at);
		break;
	}
}

void put_options(json_t *o, enum option_scope scope, const void *base)
{
	for (unsigned i = 0; i < option_count; i++)
		if (option_table[i].scope == scope)
			put_option(o, &option_table[i],
				   (const char *)base + option_table[i].offset);
}

static json_t *counts_json(const struct worker_counts *c)
{
	json_t *o = json_object();

#define X(name, what) put_count(o, #name, c->name);
	WORKER_COUNTS(X)
#undef X
	put_count(o, "last_errno", c->last_errno);
	return o;
}

json_t *result_latency_json(const struct latency *l)
{
	json_t *o = json_object();

	put_count(o, "count", l->count);
#define X(name, head, one_in) put_count(o, #name "_ns", l->name);
	LATENCY_POINTS(X)
#undef X
	put_count(o, "max_ns", l->max);
	put_count(o, "saturated", l->saturated);
	put_count(o, "overflow", l->overflow);
	return o;
}

/* counts[0] holds 0, counts[b] holds [2^(b-1), 2^b); the empty end is left out. */
static json_t *log2_json(const struct log2_counts *c, const char *unit)
{
	json_t *counts = json_array(), *o = json_object();
	unsigned used = LOG2_BUCKETS;
	char key[16];

	put_count(o, "total", c->total);
	snprintf(key, sizeof(key), "max%s", unit);
	put_count(o, key, c->max);
	snprintf(key, sizeof(key), "sum%s", unit);
	put_count(o, key, c->sum);
	while (used && !c->counts[used - 1])
		used--;
	for (unsigned i = 0; i < used; i++)
		json_array_append_new(
			counts, json_integer((json_int_t)MIN(c->counts[i], (uint64_t)INT64_MAX)));
	json_object_set_new(o, "log2_counts", counts);
	return o;
}

static void put_worker_facts(json_t *o, const struct worker_ops *ops)
{
	put_text(o, "role", ops ? worker_role(ops) : "unknown");
	put_text(o, "effect", ops && ops->effect ? ops->effect->name : "none");
	put_text(o, "call", ops && ops->call ? ops->call : "");
}

json_t *result_group_json(const struct given *given, const struct run_record *record, unsigned i)
{
	const struct group_plan *plan = &given->asked.group[i];
	const struct group_record *group = &record->group[i];
	char cpus[PLAN_LIST_MAX];
	json_t *o = json_object(), *latency = json_object(), *options = json_object();

	put_text(o, "name", plan->name);
	put_text(o, "worker", plan->worker);
	put_worker_facts(o, given->group[i].worker);
	put_count(o, "threads", plan->threads);
	put_options(options, SCOPE_GROUP, plan);
	json_object_set_new(o, "plan", options);
	put_text(o, "cpus",
		 cpulist_format(&given->geometry.placement.group_cpus[i], cpus, sizeof(cpus)));
	put_bool(o, "skipped", group->skipped);
	put_text(o, "skip_reason", group->skip_reason);
	put_bool(o, "evidence", group->evidence);
	put_text(o, "evidence_note", group->evidence_note);
	json_object_set_new(o, "quiet", counts_json(&group->quiet));
	json_object_set_new(o, "storm", counts_json(&group->storm));
	json_object_set_new(latency, "quiet_plain", result_latency_json(&group->quiet_plain));
	json_object_set_new(latency, "quiet_fault", result_latency_json(&group->quiet_fault));
	json_object_set_new(latency, "storm_plain", result_latency_json(&group->storm_plain));
	json_object_set_new(latency, "storm_fault", result_latency_json(&group->storm_fault));
	json_object_set_new(latency, "storm_behind", result_latency_json(&group->storm_behind));
	json_object_set_new(latency, "storm_all", result_latency_json(&group->storm_all));
	json_object_set_new(o, "latency", latency);
	json_object_set_new(o, "faults_per_touch", log2_json(&group->faults_per_touch, ""));
	json_object_set_new(o, "naps", log2_json(&group->naps, "_ns"));
	put_count(o, "in_flight_max_ns", group->in_flight_max);
	put_count(o, "in_flight_at_end", group->in_flight_at_end);
	json_object_set_new(o, "nice_lowest", json_integer(group->nice_lowest));
	put_bool(o, "no_effect", group->no_effect);
	put_count(o, "proof_claimed", group->proof_claimed);
	put_counter(o, "proof_counted", group->proof_counted);
	return o;
}
