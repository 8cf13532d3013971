/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run_record -> JSON: the verdict, the plan, the kernel's counters, the events and the detectors.
 * The groups are in json_group.c, the machine in json_host.c.
 */
#include "result/json.h"

#include <stdio.h>

#include "base/interrupt.h"
#include "memory/memory.h"
#include "result/format.h"
#include "result/json_group.h"
#include "result/json_host.h"
#include "result/json_value.h"
#include "witness/witness.h"
#include "words/units.h"

const char *event_weight_word(enum event_weight weight)
{
	static const char *const word[] = {
		[WEIGHT_NOTE] = "note",
		[WEIGHT_WEAK] = "weak",
		[WEIGHT_BROKEN] = "broken",
		[WEIGHT_FINDING] = "finding",
	};

	return word[weight];
}

/* Contents as text: they need all 64 bits. */
static void put_page(json_t *o, const struct event *event)
{
	char text[24];

	if (event->at_page) {
		put_count(o, "slot", event->slot);
		put_count(o, "page", event->page);
	}
	if (event->compared || event->found) {
		snprintf(text, sizeof(text), "%#llx", (unsigned long long)event->found);
		put_text(o, "found", text);
	}
	if (event->compared) {
		snprintf(text, sizeof(text), "%#llx", (unsigned long long)event->expected);
		put_text(o, "expected", text);
		put_count(o, "offset", event->offset);
	}
}

json_t *result_event_json(const struct event *event)
{
	bool known = event->kind >= 0 && event->kind < EVENT_KIND_COUNT;
	json_t *o = json_object();

	put_count(o, "when_ns", event->when);
	put_text(o, "kind", known ? event_names[event->kind] : "unknown");
	put_text(o, "weight", event_weight_word(known ? event_weights[event->kind] : WEIGHT_NOTE));
	put_count(o, "gravity", known ? event_gravity[event->kind] : 0);
	put_count(o, "value", event->value);
	put_text(o, "unit", known ? event_units[event->kind] : "none");
	put_index(o, "cpu", event->cpu);
	put_index(o, "worker", event->worker);
	put_index(o, "group", event->worker >= 0 ? event->group : -1);
	put_index(o, "tid", event->tid > 0 ? event->tid : -1);
	if (known && event->kind == EVENT_phase)
		put_text(o, "phase", units_phase((int)event->value));
	if (event->state != STATE_none)
		put_text(o, "state", event_states[event->state]);
	put_page(o, event);
	if (event->told)
		put_count(o, "told", event->told);
	if (*event->call)
		put_text(o, "call", event->call);
	put_text(o, "text", event->text);
	return o;
}

static json_t *plan_json(const struct run_plan *plan)
{
	json_t *o = json_object();

	put_text(o, "config", plan->config);
	put_options(o, SCOPE_RUN, plan);
	return o;
}

static json_t *counters_json(const struct vmstat *v)
{
	json_t *o = json_object();

	for (int i = 0; i < VMSTAT_COUNT; i++)
		put_counter(o, vmstat_names[i], v->value[i]);
	return o;
}

static json_t *vmstat_json(const struct run_record *record)
{
	struct vmstat delta;
	json_t *o = json_object();

	for (int i = 0; i < VMSTAT_COUNT; i++)
		delta.value[i] = vmstat_delta(&record->before, &record->after, i);
	json_object_set_new(o, "before", counters_json(&record->before));
	json_object_set_new(o, "after", counters_json(&record->after));
	json_object_set_new(o, "delta", counters_json(&delta));
	return o;
}

static json_t *exposures_json(const struct given *given, const struct run_record *record)
{
	json_t *all = json_object();

	for (int i = 0; i < EXPOSURE_COUNT; i++) {
		json_t *o = json_object();

		put_counter(o, "reached", record->exposed[i]);
		put_counter(o, "counted", record->counted[i]);
		put_count(o, "declared", given->asked.expose[i]);
		json_object_set_new(all, exposure_names[i], o);
	}
	return all;
}

/* Where the arena's huge pages were made, before movers moved them. */
static json_t *residence_json(const struct run_record *record)
{
	json_t *all = json_array();

	for (int node = 0; node < NODE_IDS_MAX; node++) {
		json_t *o;

		if (!record->made_on_node[node])
			continue;
		o = json_object();
		put_index(o, "node", node);
		put_count(o, "slots", record->made_on_node[node]);
		json_array_append_new(all, o);
	}
	return all;
}

static json_t *event_counts_json(const struct run_record *record)
{
	json_t *o = json_object();

	for (int i = 0; i < EVENT_KIND_COUNT; i++)
		put_count(o, event_names[i], record->events[i]);
	return o;
}

static json_t *detectors_json(const struct run_record *record)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < record->detectors; i++) {
		const struct detector_record *d = &record->detector[i];
		json_t *o = json_object();

		put_text(o, "name", d->name);
		put_bool(o, "active", d->active);
		put_text(o, "note", d->note);
		put_text(o, "text", d->text);
		put_count(o, "worst", d->worst);
		put_count(o, "worst_at_ns", d->worst_at);
		put_index(o, "worst_cpu", d->worst_cpu);
		put_index(o, "worst_worker", d->worst_worker);
		put_count(o, "samples", d->samples);
		put_count(o, "lost", d->lost);
		json_array_append_new(all, o);
	}
	return all;
}

/* By their names, as they are listed; what they saw are events. */
static json_t *witnesses_json(const struct run_record *record)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < WITNESS_COUNT; i++) {
		const struct witness_record *w = &record->witness[i];
		json_t *o = json_object();

		put_text(o, "name", witness_registry[i]->name);
		put_bool(o, "active", w->active);
		put_text(o, "note", w->note);
		put_count(o, "looks", w->looks);
		json_array_append_new(all, o);
	}
	return all;
}

/* A run that never came to its detectors left a zeroed event, which is no finding. */
static json_t *finding_json(const struct event *e)
{
	int kind = e->kind;

	if (kind < 0 || kind >= EVENT_KIND_COUNT || event_weights[kind] < WEIGHT_BROKEN)
		return json_null();
	return result_event_json(e);
}

static json_t *lockups_json(const struct given *given, const struct run_record *record)
{
	const struct lockup_record *l = &record->lockups;
	json_t *o = json_object();

	put_count(o, "seen", l->seen);
	put_count(o, "rescued", l->rescued);
	if (!l->rescued)
		return o;
	put_count(o, "first_rescued_ns", l->first_rescued);
	put_count(o, "operations_after", l->operations);
	put_counter(o, "folio_splits_after", memory_count(given, &effect_split, &l->then, &l->end));
	put_counter(o, "thp_moved_after", memory_count(given, &effect_move, &l->then, &l->end));
	return o;
}

static json_t *notes_json(const struct run_record *record)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < ARRAY_SIZE(record->notes); i++)
		if (record->notes[i][0])
			json_array_append_new(all, result_text_json(record->notes[i]));
	if (record->notes_dropped) {
		char text[64];

		snprintf(text, sizeof(text), "%u more such notes were dropped",
			 record->notes_dropped);
		json_array_append_new(all, json_string(text));
	}
	return all;
}

static json_t *groups_json(const struct given *given, const struct run_record *record)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < given->asked.groups; i++)
		json_array_append_new(all, result_group_json(given, record, i));
	return all;
}

static void put_interruption(json_t *o, int signo)
{
	char name[INTERRUPT_NAME_MAX];

	put_bool(o, "interrupted", signo != 0);
	json_object_set_new(o, "interrupted_by",
			    signo ? json_string(interrupt_name(signo, name)) : json_null());
}

static void put_facts(json_t *o, const struct run_record *record)
{
#define PUT_count		 put_count
#define PUT_real		 put_real
#define PUT_flag		 put_bool
#define X(type, name, key, what) PUT_##type(o, key, record->name);
	RECORD_FACTS(X)
#undef X
#undef PUT_count
#undef PUT_real
#undef PUT_flag
}

json_t *result_record_json(const struct given *given, const struct run_record *record)
{
	json_t *o = json_object(), *knobs = json_object();

	put_count(o, "format", RESULT_FORMAT);
	put_bool(o, "complete", true);
	put_text(o, "version", THPSTORM_VERSION);
	put_text(o, "verdict", verdict_name(record->verdict));
	put_count(o, "exit_code", (unsigned)record->verdict);
	put_text(o, "reason", record->reason);
	put_interruption(o, record->interrupted_by);
	put_run_facts(o, given, record);
	put_facts(o, record);
	json_object_set_new(o, "memory_nodes", residence_json(record));
	json_object_set_new(o, "plan", plan_json(&given->asked));
	json_object_set_new(o, "notes", notes_json(record));
	json_object_set_new(o, "thp_enabled", json_string(record->thp.anon.all));
	json_object_set_new(o, "thp_defrag", json_string(record->thp.defrag));
	put_knobs(knobs, &record->knobs);
	json_object_set_new(o, "knobs", knobs);
	json_object_set_new(o, "floor", result_latency_json(&record->floor));
	json_object_set_new(o, "groups", groups_json(given, record));
	json_object_set_new(o, "vmstat", vmstat_json(record));
	json_object_set_new(o, "exposures", exposures_json(given, record));
	json_object_set_new(o, "event_counts", event_counts_json(record));
	json_object_set_new(o, "first_finding", finding_json(&record->first_finding));
	json_object_set_new(o, "gravest_finding", finding_json(&record->gravest));
	json_object_set_new(o, "lockups", lockups_json(given, record));
	json_object_set_new(o, "detectors", detectors_json(record));
	json_object_set_new(o, "witnesses", witnesses_json(record));
	return o;
}

void result_incomplete_json(json_t *record, enum verdict verdict, const char *reason, bool by_write,
			    const char *why)
{
	bool failed = verdict == VERDICT_FAIL;
	char text[sizeof(((struct run_record *)0)->reason) + ERROR_TEXT_MAX + 64];

	if (failed)
		snprintf(text, sizeof(text), "%s; the result is not complete: %s", reason, why);
	else if (verdict == VERDICT_BROKEN && by_write)
		snprintf(text, sizeof(text), "%s", why);
	else
		snprintf(text, sizeof(text), "%s; of the storm: %s: %s", why, verdict_name(verdict),
			 reason);
	put_text(record, "reason", text);
	if (failed)
		return;
	put_text(record, "verdict", verdict_name(VERDICT_BROKEN));
	put_count(record, "exit_code", VERDICT_BROKEN);
}
