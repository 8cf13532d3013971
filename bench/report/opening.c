/* SPDX-License-Identifier: GPL-2.0-only */
/* See opening.h. */
#include "report/opening.h"

#include <math.h>
#include <stdio.h>

#include "base/plural.h"
#include "contract/event.h"
#include "report/kernel_words.h"
#include "report/parts.h"
#include "contract/record.h"
#include "statistics/proportion.h"

/* What a storm did, of one run or of many. */
struct deeds {
	uint64_t splits, moved, tail, faults, operations; /* 0: none, or not counted */
	uint64_t slowest_ns, oldest_ns;			  /* 0: not known */
	bool of_faults;					  /* the slowest is a fault */
};

static bool is_kind(const json_t *a, const json_t *b)
{
	return !strcmp(get_text(a, "kind"), get_text(b, "kind"));
}

/*
 * "soft_lockup in fstat(2) of [tails]", "data_lost met by [tails]", "cpu_lockup on CPU 3", "taint".
 * The place is left out when it is that of @said, an event or NULL.
 */
static void put_harm(FILE *out, const json_t *result, const json_t *event, const json_t *said)
{
	const json_t *group = report_event_group(result, event);
	uint64_t cpu = get_count(event, "cpu");
	const char *kind = get_text(event, "kind"), *call = get_text(event, "call");

	fputs(kind, out);
	if (group && group == report_event_group(result, said))
		return;
	/* Results of earlier versions have it in the group alone. */
	if (!*call)
		call = get_text(group, "call");
	if (group && event_is_witnessed(report_event_kind(event)))
		fprintf(out, " met by [%s]", get_text(group, "name"));
	else if (group)
		fprintf(out, " in %s of [%s]", *call ? call : get_text(group, "worker"),
			get_text(group, "name"));
	else if (cpu != NOT_KNOWN)
		fprintf(out, " on CPU %llu", (unsigned long long)cpu);
}

/* "; on 6.12.6-amd64, preempt none, virtual machine (kvm)"; without @model not the model. */
static void put_place(FILE *out, const json_t *host, bool model)
{
	const char *hypervisor = get_hypervisor(host);

	if (!json_is_object(host))
		return;
	fprintf(out, "; on %s", get_text(host, "release"));
	if (model)
		fprintf(out, ", preempt %s", get_text(json_object_get(host, "preempt"), "model"));
	fprintf(out, ", %s%s%s", *hypervisor ? "virtual machine (" : "bare metal", hypervisor,
		*hypervisor ? ")" : "");
}

static uint64_t plus(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static void take_deeds(struct deeds *d, const json_t *result)
{
	const json_t *groups = json_object_get(result, "groups"), *group;
	uint64_t operation = 0;
	size_t i;

	*d = (struct deeds){
		.splits = get_reached(result, "folio_splits"),
		.moved = get_reached(result, "thp_moved"),
		.tail = plus(get_reached(result, "kernel_hot_tail_faults"),
			     get_reached(result, "user_hot_tail_faults")),
		.faults = plus(get_reached(result, "kernel_faults"),
			       get_reached(result, "user_faults")),
		.operations = get_reached(result, "operations"),
	};
	json_array_foreach(groups, i, group) {
		const json_t *all = json_object_get(group, "latency");
		const json_t *fault = json_object_get(all, "storm_fault");

		if (get_count_0(fault, "count"))
			d->slowest_ns = MAX(d->slowest_ns, get_count_0(fault, "max_ns"));
		operation =
			MAX(operation, get_count_0(json_object_get(all, "storm_all"), "max_ns"));
		d->oldest_ns = MAX(d->oldest_ns, get_count_0(group, "in_flight_max_ns"));
	}
	d->of_faults = d->slowest_ns != 0;
	if (!d->of_faults)
		d->slowest_ns = operation;
}

/* "1 folio split", "2 faults on tails": @noun takes an s, @rest stands behind it. */
static void put_count(FILE *out, const char **before, uint64_t n, const char *noun,
		      const char *rest)
{
	char text[UNITS_MAX];

	if (!n)
		return;
	fprintf(out, "%s%s %s%s%s", *before, units_count(text, n), noun, plural(n), rest);
	*before = ", ";
}

/* "24911 folio splits, 151919 faults on tails under split or move; slowest fault 10.6ms, ..." */
static void put_deeds(FILE *out, const struct deeds *d)
{
	const char *before = "";
	char text[UNITS_MAX];

	put_count(out, &before, d->splits, "folio split", "");
	put_count(out, &before, d->moved, "THP", " moved");
	put_count(out, &before, d->tail, "fault", " on tails under split or move");
	if (!d->tail)
		put_count(out, &before, d->faults, "fault", "");
	if (!*before)
		put_count(out, &before, d->operations, "operation", "");
	if (!*before)
		fputs("nothing counted", out);
	if (d->slowest_ns)
		fprintf(out, "; slowest %s %s", d->of_faults ? "fault" : "operation",
			units_ns(text, d->slowest_ns));
	if (d->oldest_ns)
		fprintf(out, "%s oldest operation in flight %s", d->slowest_ns ? "," : ";",
			units_ns(text, d->oldest_ns));
}

/* The names of the detectors that looked, or of those that could not. How many. */
static unsigned put_detectors(FILE *out, const json_t *result, bool active, const char *head)
{
	const json_t *all = json_object_get(result, "detectors"), *d;
	unsigned n = 0;
	size_t i;

	json_array_foreach(all, i, d) {
		if (get_bool(d, "active") == active)
			fprintf(out, "%s%s", n++ ? ", " : head, get_text(d, "name"));
	}
	return n;
}

static bool any_weak(const json_t *result)
{
	const json_t *counts = json_object_get(result, "event_counts");

	for (int k = 0; k < EVENT_KIND_COUNT; k++) {
		if (event_weights[k] == WEIGHT_WEAK && get_count_0(counts, event_names[k]))
			return true;
	}
	return false;
}

static void put_pass(FILE *out, const json_t *result)
{
	struct deeds deeds;
	char took[UNITS_MAX], by[48];

	take_deeds(&deeds, result);
	fprintf(out, "no harm in %s of storm%s: ", units_ns(took, get_count_0(result, "storm_ns")),
		report_interruption(by, sizeof(by), result));
	put_deeds(out, &deeds);
	if (!put_detectors(out, result, true, "; watched by "))
		fputs("; NOT WATCHED: no detector was active", out);
	else
		put_detectors(out, result, false, ", not by ");
	put_place(out, json_object_get(result, "host"), true);
	if (any_weak(result))
		fputs("; see the warnings", out);
}

static void put_fail(FILE *out, const json_t *result)
{
	const json_t *gravest = report_gravest(result), *first = report_first(result);
	char when[64];

	if (!gravest)
		gravest = first;
	if (!gravest) {
		fputs(get_text(result, "reason"), out);
		return;
	}
	put_harm(out, result, gravest, NULL);
	fprintf(out, ", %s",
		report_when(when, sizeof(when), result, get_count_0(gravest, "when_ns")));
	if (first && !is_kind(first, gravest)) {
		fputs("; before that ", out);
		put_harm(out, result, first, gravest);
		fprintf(out, ", %s",
			report_when(when, sizeof(when), result, get_count_0(first, "when_ns")));
	}
	put_place(out, json_object_get(result, "host"), true);
}

/* Why there is no result, by what somebody saw who outlived the machine; else what may be. */
static void put_end(FILE *out, const json_t *result)
{
	const json_t *vm = json_object_get(result, "vm");
	const char *ended = get_text(vm, "ended");

	fputs("no result.json: ", out);
	if (!strcmp(ended, "died"))
		fputs("the virtual machine ended before the command did", out);
	else if (!strcmp(ended, "hung"))
		fprintf(out, "nothing came from the virtual machine for its last %.0f s",
			get_real(vm, "silent_s"));
	else if (!strcmp(ended, "time limit") || !strcmp(ended, "interrupted"))
		fprintf(out, "the virtual machine was ended from outside (%s)", ended);
	else if (!strcmp(ended, "exit"))
		fputs("thpstorm ended without it", out);
	else if (get_bool(result, "machine_lost"))
		fputs("the machine went down", out);
	else
		fputs("the machine or thpstorm died, or the run goes on", out);
}

static void put_kernels_word(FILE *out, const json_t *result)
{
	const struct kernel_words words = kernel_words_of(result);
	char head[200];

	if (*kernel_words_head(&words, head, sizeof(head)))
		fprintf(out, "; the kernel says in %s: %s", words.from, head);
}

static void put_not_ended(FILE *out, const json_t *result)
{
	const json_t *last = json_object_get(result, "last_interval"),
		     *first = report_first(result);
	char when[96];

	put_end(out, result);
	if (last)
		fprintf(out, "; last seen %s", report_last_seen(when, sizeof(when), last));
	if (first) {
		fputs("; first harm ", out);
		put_harm(out, result, first, NULL);
		fprintf(out, ", %s",
			report_when(when, sizeof(when), result, get_count_0(first, "when_ns")));
	} else {
		put_kernels_word(out, result);
	}
	put_place(out, json_object_get(result, "host"), true);
}

char *opening_of_run(const json_t *result)
{
	const char *verdict = get_text(result, "verdict");
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	if (!get_bool(result, "complete"))
		put_not_ended(out, result);
	else if (!strcmp(verdict, "FAIL"))
		put_fail(out, result);
	else if (!strcmp(verdict, "PASS"))
		put_pass(out, result);
	else
		fputs(get_text(result, "reason"), out);
	if (!strcmp(verdict, "NOT EXERCISED"))
		put_place(out, json_object_get(result, "host"), true);
	fclose(out);
	return text;
}

static void put_runs(FILE *out, const struct sweep_opening *o)
{
	const json_t *gravest = json_object_get(o->result, "gravest_finding");
	const struct deeds deeds = {
		.splits = o->splits,
		.moved = o->moved,
		.tail = o->tail,
		.slowest_ns = isnan(o->slowest_ns) ? 0 : (uint64_t)o->slowest_ns,
		.oldest_ns = o->oldest_ns,
		.of_faults = true,
	};
	char runs[PROPORTION_TEXT_MAX], text[UNITS_MAX];

	fprintf(out, "%s%s", o->hits ? "harm in " : "no harm: ",
		proportion_text(o->hits, o->runs, runs, sizeof(runs)));
	if (!isnan(o->first_ns))
		fprintf(out, ", the first after %s of storm (median)",
			units_ns(text, (uint64_t)o->first_ns));
	if (o->hits && json_is_object(gravest)) {
		fputs("; the worst: ", out);
		put_harm(out, o->result, gravest, NULL);
		fprintf(out, ", cell %05u", o->of_result);
	}
	if (o->lost)
		fprintf(out, "; %u cell%s took the machine down", o->lost, plural(o->lost));
	if (o->hits)
		return;
	fputs("; ", out);
	put_deeds(out, &deeds);
	fprintf(out, "; %s of storm", units_ns(text, o->storm_ns));
}

char *opening_of_sweep(const struct sweep_opening *o)
{
	const json_t *host = json_object_get(o->result, "host");
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	if (!o->cells)
		fputs("no cell has a verdict yet", out);
	else if (o->code == VERDICT_FAIL || o->code == VERDICT_PASS)
		put_runs(out, o);
	else
		fprintf(out, "%u of %u cell%s, the worst %05u: %s", o->of_code, o->cells,
			plural(o->cells), o->gravest, o->reason);
	if (o->code == VERDICT_BROKEN || o->code == VERDICT_SKIP)
		;
	else if (json_is_object(host))
		put_place(out, host, !o->models);
	else if (*o->kernel)
		fprintf(out, "; on %s", o->kernel);
	fclose(out);
	return text;
}

void report_opening(const struct page *p, const char *head, const json_t *result)
{
	char *opening = opening_of_run(result);

	page_text(p, 0, "", "%s%s", head, opening ? opening : get_text(result, "reason"));
	page_blank(p);
	free(opening);
}
