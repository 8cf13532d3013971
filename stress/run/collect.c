/* SPDX-License-Identifier: GPL-2.0-only */
/* From the shared segment and the kernel's counters to the record. Runs when nobody storms. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "detect/heartbeat.h"
#include "detect/progress.h"
#include "measure/clock.h"
#include "contract/effect.h"
#include "run/exposed.h"
#include "run/footprint.h"
#include "run/supervisor.h"
#include "workers/worker.h"

/* Below one folio for so many calls, in a phase where nothing else disturbs, a splitter is idle. */
#define PROOF_CALLS_PER_EFFECT 20
#define STORM_CALLS_PER_EFFECT 1000
/* What 3 significant digits would show. */
#define DRIFT_MAX_PPM 1000.0

static void weigh_effect(struct group_record *g, uint64_t claimed, uint64_t counted,
			 unsigned calls_per_effect)
{
	if (g->no_effect || counted == VMSTAT_ABSENT || claimed < 8)
		return;
	if (counted * calls_per_effect >= claimed)
		return;
	g->no_effect = true;
	g->proof_claimed = claimed;
	g->proof_counted = counted;
}

void collect_proof(struct supervisor *s, unsigned group, const struct vmstat *before,
		   const struct vmstat *after)
{
	const struct worker_ops *ops = s->given->group[group].worker;
	struct group_record *g = &s->record->group[group];
	uint64_t claimed = 0;

	for (unsigned w = 0; w < s->share.workers; w++) {
		if (group_of(s, w) == group)
			claimed += share_worker(&s->share, w)->quiet.claimed;
	}
	g->proof_claimed = claimed;
	g->proof_counted = effect_count(
		s->given, memory_effect(given_memory(s->given, group), ops->effect), before, after);
	if (g->proof_counted == VMSTAT_ABSENT)
		record_note(s->record, "[%s]: this kernel does not count what its calls do",
			    s->plan->group[group].name);
	else if (ops->effect == &effect_split && exposure_exceeds(g->proof_counted, claimed))
		record_note(
			s->record,
			"[%s] alone claimed %llu folio splits, the kernel counted %llu: others split as well",
			s->plan->group[group].name, (unsigned long long)claimed,
			(unsigned long long)g->proof_counted);
	weigh_effect(g, g->proof_claimed, g->proof_counted, PROOF_CALLS_PER_EFFECT);
}

void collect_making(struct supervisor *s)
{
	for (unsigned w = 0; w < s->share.workers; w++) {
		const struct worker_share *ws = share_worker(&s->share, w);
		struct group_record *g = &s->record->group[group_of(s, w)];
		uint32_t to_make = load_relaxed(&ws->chore.making);

		if (!to_make)
			continue;
		g->making++;
		g->to_make += to_make;
		g->made_so_far += load_relaxed(&ws->chore.made);
	}
}

static int hand_over(struct supervisor *s, unsigned group, int worker, const char *what,
		     const struct histogram *h)
{
	const struct stream_histogram message = {
		.group = &s->plan->group[group], .worker = worker, .what = what, .h = h};

	return h->total ? stream_histogram(&s->stream, &message) : 0;
}

enum kind { KIND_PLAIN, KIND_FAULT, KIND_BEHIND };

static const struct histogram *of_worker(const struct supervisor *s, unsigned w, enum kind kind)
{
	const struct worker_share *ws = share_worker(&s->share, w);

	return kind == KIND_PLAIN ? &ws->plain : kind == KIND_FAULT ? &ws->fault : &ws->behind;
}

/* One group's histograms of one kind into @sum, each worker's and the sum handed to the sink. */
static int sum_kind(struct supervisor *s, unsigned group, enum kind kind, const char *what,
		    struct histogram *sum, struct latency *l)
{
	int ret = 0;

	histogram_reset(sum);
	for (unsigned w = 0, member = 0; w < s->share.workers && ret >= 0; w++) {
		if (group_of(s, w) != group)
			continue;
		histogram_merge(sum, of_worker(s, w, kind));
		ret = hand_over(s, group, (int)member++, what, of_worker(s, w, kind));
	}
	latency_of(sum, l);
	if (ret >= 0)
		ret = hand_over(s, group, -1, what, sum);
	return ret;
}

int collect_quiet(struct supervisor *s)
{
	struct histogram *sum = malloc(sizeof(*sum));
	int ret = sum ? 0 : -ENOMEM;

	latency_of(&s->share.head->floor, &s->record->floor);

	for (unsigned i = 0; i < s->plan->groups && ret >= 0; i++) {
		struct group_record *g = &s->record->group[i];

		ret = sum_kind(s, i, KIND_PLAIN, "quiet_plain", sum, &g->quiet_plain);
		if (ret >= 0)
			ret = sum_kind(s, i, KIND_FAULT, "quiet_fault", sum, &g->quiet_fault);
	}
	for (unsigned w = 0; w < s->share.workers; w++)
		worker_counts_add(&s->record->group[group_of(s, w)].quiet,
				  &share_worker(&s->share, w)->quiet);
	share_reset_histograms(&s->share);
	free(sum);
	return ret;
}

/* The tail is not filtered, so it is told what is in it. */
static void note_standstill(struct supervisor *s, unsigned group)
{
	uint64_t max = s->record->group[group].storm_all.max, longest = 0;
	const struct standstills *stood = &s->watch.storm_stood;

	for (unsigned i = 0; i < stood->count; i++)
		longest = MAX(longest, stood->at[i].ns);
	if (longest >= STANDSTILL_MIN && max >= longest)
		record_note(
			s->record,
			"[%s]: its slowest operation, %.3f s, was in flight while thpstorm or its storm "
			"was stopped for %.3f s",
			s->plan->group[group].name, (double)max / 1e9, (double)longest / 1e9);
}

static int collect_group(struct supervisor *s, unsigned i, struct histogram *plain,
			 struct histogram *fault)
{
	struct group_record *g = &s->record->group[i];
	int ret;

	/* `fault` holds all that faulted, these too: only a second look at them. */
	ret = sum_kind(s, i, KIND_BEHIND, "storm_behind", plain, &g->storm_behind);
	if (ret >= 0)
		ret = sum_kind(s, i, KIND_PLAIN, "storm_plain", plain, &g->storm_plain);
	if (ret >= 0)
		ret = sum_kind(s, i, KIND_FAULT, "storm_fault", fault, &g->storm_fault);
	histogram_merge(fault, plain);
	latency_of(fault, &g->storm_all);
	/* The watch looks at operations in flight while the storm goes on; one may have returned
	   later. */
	g->in_flight_max = MAX(g->in_flight_max, g->storm_all.max);
	note_standstill(s, i);
	if (ret >= 0)
		ret = hand_over(s, i, -1, "storm_all", fault);
	return ret;
}

static void collect_worker(struct supervisor *s, unsigned w)
{
	const struct worker_share *ws = share_worker(&s->share, w);
	struct group_record *g = &s->record->group[group_of(s, w)];

	if (s->placement->thread[w].victim)
		return;
	worker_counts_add(&g->storm, &ws->storm);
	log2_merge(&g->faults_per_touch, &ws->faults_per_touch);
	log2_merge(&g->naps, &ws->naps);
	if (ws->life != LIFE_NONE && ws->life != LIFE_FAILED)
		g->nice_lowest = MIN(g->nice_lowest, ws->nice_lowest);
	if (flight_busy(&ws->flight))
		g->in_flight_at_end++;
	if (ws->evidence)
		g->evidence = true;
	else
		snprintf(g->evidence_note, sizeof(g->evidence_note), "%s", ws->evidence_note);
}

static void collect_exposures(struct supervisor *s)
{
	char text[sizeof(s->record->notes[0])];
	int at = 0;

	exposure_collect(s->given, s->record);
	while (exposure_weakness(s->given, s->record, &at, text, sizeof(text)))
		record_note(s->record, "%s", text);
}

static const struct effect *effect_of(const struct supervisor *s, unsigned group)
{
	return memory_effect(given_memory(s->given, group), s->given->group[group].worker->effect);
}

/* The kernel counts for the whole machine, so groups with the same effect are taken together. */
static void collect_effect(struct supervisor *s, const struct effect *effect)
{
	struct run_record *r = s->record;
	uint64_t counted = effect_count(s->given, effect, &r->before, &r->after);
	uint64_t claimed = 0;

	for (unsigned i = 0; i < s->plan->groups; i++) {
		const struct worker_ops *ops = s->given->group[i].worker;

		/* What no round has drained yet is only queued. */
		if (effect_of(s, i) == effect && (!ops->drain || r->group[i].storm.drains))
			claimed += r->group[i].storm.claimed;
	}
	for (unsigned i = 0; i < s->plan->groups; i++) {
		if (effect_of(s, i) == effect)
			weigh_effect(&r->group[i], claimed, counted, STORM_CALLS_PER_EFFECT);
	}
}

static void collect_effects(struct supervisor *s)
{
	for (unsigned i = 0; i < s->plan->groups; i++) {
		unsigned first = 0;

		while (effect_of(s, first) != effect_of(s, i))
			first++;
		if (first == i && effect_of(s, i))
			collect_effect(s, effect_of(s, i));
	}
}

static void collect_detectors(struct supervisor *s)
{
	struct run_record *r = s->record;

	r->detectors = s->detectors;
	for (unsigned i = 0; i < s->detectors; i++) {
		const struct detector *d = &s->detector[i];
		struct detector_record *to = &r->detector[i];

		snprintf(to->name, sizeof(to->name), "%s", d->ops->name);
		snprintf(to->note, sizeof(to->note), "%s", d->note);
		snprintf(to->text, sizeof(to->text), "%s", d->summary.text);
		to->active = d->active;
		to->worst = d->summary.worst;
		to->worst_at = d->summary.worst_at;
		to->worst_cpu = d->summary.worst_cpu;
		to->worst_worker = d->summary.worst_worker;
		to->samples = d->summary.samples;
		to->lost = d->summary.lost;
		if (d->ops != &detector_progress || !d->active)
			continue;
		for (unsigned w = 0; w < s->share.workers; w++) {
			struct group_record *g = &r->group[group_of(s, w)];

			g->in_flight_max = MAX(g->in_flight_max, progress_in_flight_max(d, w));
		}
	}
}

/* CPU time of the observing threads on this CPU so far. */
static uint64_t observers_on(const struct supervisor *s, int cpu)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < s->detectors; i++) {
		if (s->detector[i].ops == &detector_heartbeat && s->detector[i].active)
			sum += heartbeat_cpu_ns(&s->detector[i], cpu);
	}
	if (cpu == s->placement->observer_cpu)
		sum += clock_thread_cpu() + stream_cpu_ns(&s->stream);
	return sum;
}

void collect_cost_begin(struct supervisor *s)
{
	s->cost.began = clock_now();
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &s->placement->worker_cpus))
			s->cost.cpu[cpu] = observers_on(s, cpu);
	}
}

/* The share of the watched CPU on which they took most. */
void collect_cost_end(struct supervisor *s)
{
	uint64_t wall = ran(s, s->cost.began, clock_now()), most = 0;

	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &s->placement->worker_cpus))
			most = MAX(most, observers_on(s, cpu) - s->cost.cpu[cpu]);
	}
	s->record->observer_share = wall ? (double)most / (double)wall : 0;
}

/* Groups whose faults were to be counted and could not be: their numbers are of touches. */
static void note_evidence(struct supervisor *s)
{
	unsigned lacking = 0, last = 0;

	for (unsigned i = 0; i < s->plan->groups && s->plan->evidence; i++) {
		const struct worker_ops *ops = s->given->group[i].worker;
		const struct group_record *g = &s->record->group[i];

		if (g->skipped || ops->faults == FAULTS_ELSEWHERE || !g->evidence_note[0])
			continue;
		lacking++;
		last = i;
	}
	if (lacking)
		record_note(s->record, "faults were not counted, in %u of %u groups: %.140s",
			    lacking, s->plan->groups, s->record->group[last].evidence_note);
}

static void add_nodes(struct run_record *r, const struct site_share *site)
{
	for (unsigned node = 0; node < NODE_IDS_MAX; node++)
		r->made_on_node[node] += site->made_on_node[node];
}

int collect_storm(struct supervisor *s)
{
	struct histogram *plain = malloc(sizeof(*plain)), *fault = malloc(sizeof(*fault));
	int ret = plain && fault ? 0 : -ENOMEM;

	for (unsigned i = 0; i < s->plan->groups; i++)
		s->record->group[i].nice_lowest = s->plan->group[i].nice;
	for (unsigned w = 0; w < s->share.workers; w++)
		collect_worker(s, w);
	for (unsigned i = 0; i < s->plan->groups; i++) {
		if (s->record->group[i].nice_lowest < s->plan->group[i].nice)
			record_note(
				s->record,
				"[%s] waited for a CPU, probably behind other programs: it ran at nice %d instead of %d",
				s->plan->group[i].name, s->record->group[i].nice_lowest,
				s->plan->group[i].nice);
	}
	for (unsigned i = 0; i < s->plan->groups && ret >= 0; i++)
		ret = collect_group(s, i, plain, fault);
	for (unsigned i = 0; i < s->share.sites; i++)
		add_nodes(s->record, share_site(&s->share, i));
	collect_exposures(s);
	if (s->record->lockups.rescued)
		s->record->lockups.operations =
			finished_operations(s) - s->record->lockups.operations;
	collect_effects(s);
	collect_detectors(s);
	collect_witnesses(s);
	note_evidence(s);
	s->record->clock_drift_ppm = clock_drift_ppm();
	if (s->record->clock_drift_ppm > DRIFT_MAX_PPM ||
	    s->record->clock_drift_ppm < -DRIFT_MAX_PPM)
		record_note(
			s->record,
			"the clock drifted %.0f ppm against CLOCK_MONOTONIC_RAW: times are wrong by that",
			s->record->clock_drift_ppm);
	free(plain);
	free(fault);
	return ret;
}
