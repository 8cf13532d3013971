/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verdict, from worst to best: FAIL (the kernel is wrong), BROKEN (the tool or the box is),
 * NOT EXERCISED (what the config declares did not happen), PASS.
 */
#include <stdio.h>
#include <string.h>

#include "base/interrupt.h"
#include "run/cause.h"
#include "run/supervisor.h"
#include "workers/worker.h"

unsigned record_events(const struct run_record *r, enum event_weight weight)
{
	unsigned n = 0;

	for (int k = 0; k < EVENT_KIND_COUNT; k++) {
		if (event_weights[k] == weight)
			n += r->events[k];
	}
	return n;
}

bool verdict_graver(int a, int b)
{
	return b < 0 || event_gravity[a] > event_gravity[b];
}

static bool judge_effect(const struct given *given, struct run_record *r)
{
	for (unsigned i = 0; i < given->plan.groups; i++) {
		const struct group_record *g = &r->group[i];

		if (!g->no_effect)
			continue;
		r->verdict = VERDICT_BROKEN;
		snprintf(r->reason, sizeof(r->reason),
			 "NO EFFECT: %s claimed %llu, the kernel counted %llu",
			 given->plan.group[i].name, (unsigned long long)g->proof_claimed,
			 (unsigned long long)g->proof_counted);
		return true;
	}
	return false;
}

#define INTERRUPTION_MAX (INTERRUPT_NAME_MAX + 40)
#define EXPLANATION_MAX	 300
#define CAUSE_MAX	 (EXPLANATION_MAX - 2)

/* "; the run was interrupted by SIGINT", or "". Returns buf. */
static const char *interruption(const struct run_record *r, const char *before,
				char buf[INTERRUPTION_MAX])
{
	char name[INTERRUPT_NAME_MAX];

	buf[0] = '\0';
	if (r->interrupted_by)
		snprintf(buf, INTERRUPTION_MAX, "%sthe run was interrupted by %s", before,
			 interrupt_name(r->interrupted_by, name));
	return buf;
}

/* @cause behind the figure; an interruption explains more. Returns buf. */
static const char *explanation(const struct run_record *r, const char *cause,
			       char buf[EXPLANATION_MAX])
{
	if (*interruption(r, "; ", buf))
		return buf;
	if (*cause)
		snprintf(buf, EXPLANATION_MAX, ": %s", cause);
	return buf;
}

/* Calls that all fail were no test, whatever was declared. */
static bool judge_calls(const struct given *given, struct run_record *r)
{
	for (unsigned i = 0; i < given->plan.groups; i++) {
		const struct worker_counts *c = &r->group[i].storm;
		char cause[CAUSE_MAX];

		if (!given->plan.group[i].threads || c->claimed || !c->errors || c->errors < c->ops)
			continue;
		r->verdict = VERDICT_BROKEN;
		snprintf(r->reason, sizeof(r->reason), "no call succeeded: %s",
			 cause_of_group(given, r, i, cause, sizeof(cause)));
		return true;
	}
	return false;
}

/* An owner is what its storm is about: one that changed nothing exercised nothing. */
static bool judge_owners(const struct given *given, struct run_record *r)
{
	for (unsigned i = 0; i < given->plan.groups; i++) {
		const struct worker_ops *ops = given->group[i].worker;
		const struct worker_counts *c = &r->group[i].storm;
		char cause[CAUSE_MAX], why[EXPLANATION_MAX];

		if (!given->plan.group[i].threads || !ops || !worker_is_owner(ops) || c->claimed)
			continue;
		r->verdict = VERDICT_NOT_EXERCISED;
		cause_of_group(given, r, i, cause, sizeof(cause));
		snprintf(r->reason, sizeof(r->reason), "[%s] %s%s", given->plan.group[i].name,
			 c->ops ? "had no call that succeeded" : "finished no call",
			 explanation(r, cause, why));
		return true;
	}
	return false;
}

static bool judge_exposure(const struct given *given, struct run_record *r)
{
	for (int e = 0; e < EXPOSURE_COUNT; e++) {
		char reached[24] = "not counted", cause[CAUSE_MAX], why[EXPLANATION_MAX];

		if (!given->plan.expose[e] ||
		    (r->exposed[e] != VMSTAT_ABSENT && r->exposed[e] >= given->plan.expose[e]))
			continue;
		if (r->exposed[e] != VMSTAT_ABSENT)
			snprintf(reached, sizeof(reached), "%llu",
				 (unsigned long long)r->exposed[e]);
		r->verdict = VERDICT_NOT_EXERCISED;
		cause_of(given, r, (enum exposure)e, cause, sizeof(cause));
		snprintf(r->reason, sizeof(r->reason), "%s: %s, declared %llu%s", exposure_names[e],
			 reached, (unsigned long long)given->plan.expose[e],
			 explanation(r, cause, why));
		return true;
	}
	return false;
}

/* The gravest and, where it is another, the first. */
static void judge_findings(struct run_record *r)
{
	const struct event *first = &r->first_finding, *worst = &r->gravest;
	int n;

	r->verdict = VERDICT_FAIL;
	n = snprintf(r->reason, sizeof(r->reason), "%s: %s", event_names[worst->kind], worst->text);
	if (first->kind != worst->kind && n > 0 && (size_t)n < sizeof(r->reason))
		snprintf(r->reason + n, sizeof(r->reason) - (size_t)n, "; before that %s: %s",
			 event_names[first->kind], first->text);
}

void verdict_judge(const struct given *given, struct run_record *r)
{
	unsigned findings = record_events(r, WEIGHT_FINDING),
		 broken = record_events(r, WEIGHT_BROKEN);
	char by[INTERRUPTION_MAX], cause[CAUSE_MAX], why[EXPLANATION_MAX], left_out[48] = "";
	unsigned skipped = 0;

	if (findings) {
		judge_findings(r);
		return;
	}
	/* A broken run has said why when it broke. */
	if (broken) {
		r->verdict = VERDICT_BROKEN;
		return;
	}
	if (judge_effect(given, r) || judge_calls(given, r))
		return;
	if (r->pages_checked < r->pages) {
		r->verdict = r->interrupted_by ? VERDICT_NOT_EXERCISED : VERDICT_BROKEN;
		snprintf(r->reason, sizeof(r->reason), "%s: %llu of %llu pages were not checked",
			 r->interrupted_by
				 ? "the run was interrupted before it had verified the arena"
				 : "the arena was not verified",
			 (unsigned long long)(r->pages - r->pages_checked),
			 (unsigned long long)r->pages);
		return;
	}
	if (!r->exposed[EXPOSURE_operations]) {
		r->verdict = VERDICT_NOT_EXERCISED;
		cause_of(given, r, EXPOSURE_operations, cause, sizeof(cause));
		snprintf(r->reason, sizeof(r->reason), "no worker finished an operation%s",
			 explanation(r, cause, why));
		return;
	}
	if (judge_exposure(given, r) || judge_owners(given, r))
		return;
	r->verdict = VERDICT_PASS;
	for (unsigned i = 0; i < given->plan.groups; i++)
		skipped += r->group[i].skipped;
	if (skipped)
		snprintf(left_out, sizeof(left_out), ", %u of %u groups skipped", skipped,
			 given->plan.groups);
	snprintf(r->reason, sizeof(r->reason), "no harm seen%s%s%s", left_out,
		 interruption(r, ", but ", by),
		 record_events(r, WEIGHT_WEAK) ? "; see the warnings" : "");
}
