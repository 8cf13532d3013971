/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A made-up run with known values in it, for the tests of what writes, reads and prints a record.
 * One group of kernel-mode faulters with evidence, one of user-mode faulters without, one splitter.
 */
#ifndef THPSTORM_CI_SAMPLE_RECORD_H
#define THPSTORM_CI_SAMPLE_RECORD_H

#include <stdio.h>
#include <string.h>

#include "words/options.h"
#include "contract/given.h"
#include "contract/record.h"
#include "memory/memory.h"
#include "workers/worker.h"

#define SET(field, ...) snprintf(field, sizeof(field), __VA_ARGS__)

static inline void sample_group(struct group_plan *g, const char *name, const char *worker,
				unsigned threads)
{
	options_group_defaults(g, name);
	SET(g->worker, "%s", worker);
	g->threads = threads;
}

static inline void sample_plan(struct run_plan *plan)
{
	options_defaults(plan);
	SET(plan->config, "configs/tail_fault.conf");
	plan->duration = 30 * NSEC_PER_SEC;
	plan->arena_size = 128 * MIB;
	plan->evidence = true;
	plan->groups = 3;
	sample_group(&plan->group[0], "splitter", "split_cold", 1);
	sample_group(&plan->group[1], "tails", "fault_fstat", 12);
	sample_group(&plan->group[2], "readers", "fault_read", 4);
	plan->expose[EXPOSURE_folio_splits] = 1000;
	plan->expose[EXPOSURE_kernel_hot_tail_faults] = 5000;
}

static inline struct latency sample_latency(uint64_t count, uint64_t p50)
{
	return (struct latency){.count = count,
				.p50 = p50,
				.p90 = 2 * p50,
				.p99 = 5 * p50,
				.p999 = 20 * p50,
				.p9999 = 100 * p50,
				.max = 1000 * p50};
}

static inline void sample_machine(struct machine_facts *m)
{
	struct host_facts *h = &m->host;

	SET(h->release, "6.12.6-amd64");
	SET(h->version, "#1 SMP PREEMPT_DYNAMIC Debian 6.12.6-1 (2024-12-21)");
	SET(h->machine, "x86_64");
	SET(h->cpu_model, "Sample CPU 2.0 GHz");
	SET(h->hypervisor, "kvm");
	SET(h->clocksource, "tsc");
	h->mem_total = 8 * GIB;
	h->cpus_online = 2;
	h->load1 = 1.25;
	h->watchdog = 1;
	h->knobs = (struct host_knobs){
		.numa_balancing = 1, .watchdog_thresh = 10, .khugepaged_sleep = 10000};
	SET(h->preempt.model, "none");
	SET(h->preempt.source, "debugfs sched/preempt");
	h->preempt.dynamic = true;
	h->thp.present = true;
	h->thp.page_bytes = 4096;
	h->thp.pmd_bytes = 2 * MIB;
	SET(h->thp.anon.all, "madvise");
	SET(h->thp.defrag, "madvise");
	m->topology.cpus = 2;
	m->topology.nodes = 1;
	CPU_SET(0, &m->topology.allowed);
	CPU_SET(1, &m->topology.allowed);
}

/* The plan above on that machine. */
static inline void sample_given(struct given *g)
{
	memset(g, 0, sizeof(*g));
	sample_plan(&g->asked);
	sample_machine(&g->machine);
	g->geometry = (struct geometry){
		.slots = 64,
		.slot_bytes = 2 * MIB,
		.placement = {.spare_cpu = -1, .worker_cpus = g->machine.topology.allowed},
	};
	g->plan = g->asked;
	g->plan.seed = 17446744073709551615ull;
	g->sites = 1;
	g->site[0] = (struct site_given){.memory = memory_of(&g->plan, NULL), .group = -1};
	for (unsigned i = 0; i < g->plan.groups; i++) {
		g->group[i].worker = worker_find(g->plan.group[i].worker);
		g->geometry.placement.group_cpus[i] = g->machine.topology.allowed;
	}
}

static inline void sample_groups(struct run_record *r)
{
	struct group_record *splitter = &r->group[0], *tails = &r->group[1], *reads = &r->group[2];

	splitter->storm = (struct worker_counts){
		.ops = 1682, .claimed = 1600, .refused = 82, .made_huge = 1700};
	splitter->storm_plain = splitter->storm_all = sample_latency(1682, 90000);
	splitter->in_flight_max = 14 * NSEC_PER_MSEC;

	tails->evidence = true;
	tails->storm = (struct worker_counts){.ops = 500000,
					      .idle = 77,
					      .faulted = 20000,
					      .faults = 50000,
					      .hot_tail_faults = 4321,
					      .behind_writer = 12};
	tails->quiet_plain = sample_latency(100000, 456);
	tails->quiet_fault = sample_latency(9999, 1234);
	tails->storm_plain = sample_latency(480000, 500);
	tails->storm_fault = sample_latency(20000, 12345);
	tails->storm_all = sample_latency(500000, 510);
	tails->faults_per_touch.total = 20000;
	tails->faults_per_touch.sum = 50000;
	tails->faults_per_touch.max = 4711;
	tails->faults_per_touch.counts[1] = 15000;
	tails->faults_per_touch.counts[13] = 5000;
	tails->storm_behind = sample_latency(12, 34 * NSEC_PER_MSEC);
	tails->naps.total = 500000;
	tails->naps.sum = 500000 * 123 * NSEC_PER_USEC;
	tails->naps.max = 3200 * NSEC_PER_USEC;
	tails->in_flight_max = 210 * NSEC_PER_MSEC;
	tails->in_flight_at_end = 2;

	SET(reads->evidence_note, "perf_event_open: Permission denied");
	reads->storm.ops = 1000000;
	reads->quiet_plain = sample_latency(100000, 20);
	reads->storm_plain = reads->storm_all = sample_latency(1000000, 25);
}

static inline void sample_detector(struct run_record *r, const char *name, bool active,
				   const char *note, uint64_t worst)
{
	struct detector_record *d = &r->detector[r->detectors++];

	SET(d->name, "%s", name);
	SET(d->note, "%s", note);
	d->active = active;
	d->samples = active ? 30000 : 0;
	d->worst = worst;
	d->worst_at = worst ? r->storm_began + 12300 * NSEC_PER_MSEC : 0;
	d->worst_cpu = worst ? 1 : -1;
	d->worst_worker = -1;
}

static inline void sample_record(struct run_record *r)
{
	memset(r, 0, sizeof(*r));
	sample_groups(r);
	r->knobs = (struct host_knobs){
		.numa_balancing = 0, .watchdog_thresh = 5, .khugepaged_sleep = 3600000};
	r->clock.tsc = true;
	r->clock.tsc_khz = 2000000;
	r->clock.read_ns = 21.5;
	SET(r->clock.why, "invariant TSC, two calibrations agree");
	SET(r->started, "2026-01-02T03:04:05Z");
	r->storm_began = 1000 * NSEC_PER_SEC;
	r->storm_ns = 30 * NSEC_PER_SEC;
	SET(r->notes[0], "no CPU could be kept free of workers");
	r->after.value[VMSTAT_thp_split_page] = 1234;
	r->after.value[VMSTAT_thp_split_page_failed] = 448;
	r->after.value[VMSTAT_thp_split_pmd] = 1234;
	for (int c = VMSTAT_SIZE_FIRST; c < VMSTAT_COUNT; c++)
		r->before.value[c] = r->after.value[c] = VMSTAT_ABSENT;
	r->before.value[VMSTAT_thp_migration_split] = VMSTAT_ABSENT;
	r->after.value[VMSTAT_thp_migration_split] = VMSTAT_ABSENT;
	for (int e = 0; e < EXPOSURE_COUNT; e++)
		r->counted[e] = VMSTAT_ABSENT;
	r->counted[EXPOSURE_folio_splits] = 1300;
	r->exposed[EXPOSURE_folio_splits] = 1234;
	r->exposed[EXPOSURE_pmd_splits] = 1234;
	r->exposed[EXPOSURE_kernel_hot_tail_faults] = 4321;
	r->exposed[EXPOSURE_thp_moved] = VMSTAT_ABSENT;
	r->rollbacks_known = true;
	r->events[EVENT_phase] = 5;
	r->events[EVENT_cpu_stall] = 3;
	r->first_finding.kind = -1;
	sample_detector(r, "kmsg", false, "/dev/kmsg: Operation not permitted", 0);
	sample_detector(r, "heartbeat", true, "", 3400 * NSEC_PER_USEC);
	r->observer_share = 0.0042;
	r->memory_kib = 3174;
	r->verdict = VERDICT_NOT_EXERCISED;
	SET(r->reason, "kernel_hot_tail_faults: 4321, declared 5000");
}

#endif
