/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine -> JSON: host.json, written before anything is changed, so that a run that takes the
 * machine with it still says what it ran on.
 */
#include "result/json_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "result/format.h"
#include "result/json_value.h"
#include "words/repeat.h"

void put_run_facts(json_t *o, const struct given *given, const struct run_record *record)
{
	const struct placement *p = &given->geometry.placement;
	char seed[24], cpus[PLAN_LIST_MAX];

	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)given->plan.seed);
	put_text(o, "config", given->asked.config);
	put_text(o, "started", record->started);
	put_text(o, "seed", seed);
	put_count(o, "slots", given->geometry.slots);
	put_count(o, "slot_bytes", given->geometry.slot_bytes);
	put_text(o, "worker_cpus", cpulist_format(&p->worker_cpus, cpus, sizeof(cpus)));
	put_index(o, "spare_cpu", p->spare_cpu);
}

static json_t *preempt_json(const struct preempt_facts *p)
{
	json_t *o = json_object();

	put_text(o, "model", p->model);
	put_bool(o, "dynamic", p->dynamic);
	put_text(o, "source", p->source);
	return o;
}

static json_t *thp_json(const struct thp_facts *t)
{
	json_t *o = json_object();
	char sizes[128];

	put_bool(o, "present", t->present);
	put_count(o, "page_bytes", t->page_bytes);
	put_count(o, "pmd_bytes", t->pmd_bytes);
	put_text(o, "sizes", thp_sizes_format(t->anon.sizes, sizes, sizeof(sizes)));
	put_text(o, "enabled", t->anon.all);
	put_text(o, "defrag", t->defrag);
	put_text(o, "shmem", t->shmem.all);
	put_bool(o, "collapse", t->collapse);
	put_bool(o, "underused_split", t->underused_split);
	return o;
}

static json_t *topology_json(const struct topology *t)
{
	json_t *o = json_object(), *nodes = json_array();
	char cpus[512];
	cpu_set_t set;

	put_count(o, "cpus", t->cpus);
	put_text(o, "allowed", cpulist_format(&t->allowed, cpus, sizeof(cpus)));
	for (unsigned i = 0; i < MIN(t->nodes, TOPOLOGY_NODES_MAX); i++) {
		json_t *node = json_object(), *distance = json_array();

		put_index(node, "id", t->node_id[i]);
		topology_node_cpus(t, t->node_id[i], &set);
		put_text(node, "cpus", cpulist_format(&set, cpus, sizeof(cpus)));
		put_count(node, "size_bytes", t->node_size[i]);
		put_count(node, "free_bytes", t->node_free[i]);
		for (unsigned j = 0; j < MIN(t->nodes, TOPOLOGY_NODES_MAX); j++)
			json_array_append_new(distance, json_integer(t->distance[i][j]));
		json_object_set_new(node, "distance", distance);
		json_array_append_new(nodes, node);
	}
	json_object_set_new(o, "nodes", nodes);
	return o;
}

static json_t *clock_json(const struct clock_facts *c)
{
	json_t *o = json_object();

	put_text(o, "source", c->tsc ? "tsc" : "clock_gettime");
	put_count(o, "tsc_khz", c->tsc_khz);
	put_real(o, "agree_ppm", c->agree_ppm);
	put_real(o, "read_ns", c->read_ns);
	put_text(o, "why", c->why);
	return o;
}

static json_t *mitigations_json(const struct mitigations *m)
{
	json_t *o = json_object();

	for (unsigned i = 0; i < m->count; i++)
		put_text(o, m->flaw[i].name, m->flaw[i].text);
	return o;
}

void put_knobs(json_t *o, const struct host_knobs *k)
{
	put_index(o, "watchdog_thresh_s", k->watchdog_thresh);
	put_index(o, "numa_balancing", k->numa_balancing);
	put_index(o, "khugepaged_scan_sleep_ms", k->khugepaged_sleep);
}

static void put_host(json_t *o, const struct host_facts *h)
{
	put_text(o, "release", h->release);
	put_text(o, "uname_version", h->version);
	put_text(o, "proc_version", h->proc_version);
	put_text(o, "build_id", h->build_id);
	put_text(o, "machine", h->machine);
	put_text(o, "cmdline", h->cmdline);
	put_text(o, "cpu_model", h->cpu_model);
	put_text(o, "microcode", h->microcode);
	put_text(o, "hypervisor", h->hypervisor);
	put_text(o, "boot_id", h->boot_id);
	put_text(o, "governor", h->governor);
	put_text(o, "clocksource", h->clocksource);
	put_count(o, "tainted", h->tainted);
	put_count(o, "mem_total_bytes", h->mem_total);
	put_count(o, "mem_available_bytes", h->mem_available);
	put_counter(o, "cgroup_room_bytes", h->cgroup_room);
	put_count(o, "swap_total_bytes", h->swap_total);
	put_count(o, "cpus_online", h->cpus_online);
	put_count(o, "hz", h->hz);
	put_real(o, "load1", h->load1);
	put_index(o, "watchdog", h->watchdog);
	put_knobs(o, &h->knobs);
	put_bool(o, "root", h->root);
	json_object_set_new(o, "preempt", preempt_json(&h->preempt));
	json_object_set_new(o, "thp", thp_json(&h->thp));
	json_object_set_new(o, "mitigations", mitigations_json(&h->mitigations));
}

static void put_override(void *to, const char *key, const char *value)
{
	put_text(to, key, value);
}

/* null: not of a shipped config, so that nothing is known to have been said otherwise. */
static json_t *overrides_json(const struct run_plan *plan)
{
	json_t *o = json_object();

	if (repeat_overrides(plan, put_override, o))
		return o;
	json_decref(o);
	return json_null();
}

static void put_repeat(json_t *o, const struct given *given)
{
	char *line = repeat_run(&given->asked, given->plan.seed);

	put_text(o, "command", line ? line : "");
	json_object_set_new(o, "overrides", overrides_json(&given->asked));
	put_text(o, "runner", repeat_runner());
	free(line);
}

json_t *result_host_json(const struct given *given, const struct run_record *record)
{
	json_t *o = json_object();

	put_count(o, "format", RESULT_FORMAT);
	put_text(o, "version", THPSTORM_VERSION);
	put_run_facts(o, given, record);
	put_repeat(o, given);
	put_host(o, &given->machine.host);
	json_object_set_new(o, "topology", topology_json(&given->machine.topology));
	json_object_set_new(o, "clock", clock_json(&record->clock));
	return o;
}
