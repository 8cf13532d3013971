/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long operations took, a group at a time: quiet memory beside the storm, operations that
 * faulted apart from those that did not. A percentile with fewer than ten samples above it says
 * nothing and is not printed; the maximum always is.
 */
#include "result/latency_columns.h"
#include "base/plural.h"
#include "report/parts.h"

#define LABEL_WIDTH 14

static void row(const struct page *p, const char *label, const json_t *latency)
{
	uint64_t count = get_count_0(latency, "count");
	char text[UNITS_MAX];

	fprintf(p->out, "  %-*s%9s", LABEL_WIDTH - 2, label, units_count(text, count));
	for (unsigned i = 0; i < ARRAY_SIZE(latency_columns); i++)
		fprintf(p->out, " %7s",
			latency_column_holds(&latency_columns[i], count)
				? units_ns(text, get_count_0(latency, latency_columns[i].key))
				: "-");
	fprintf(p->out, " %7s\n", count ? units_ns(text, get_count_0(latency, "max_ns")) : "-");
}

static void table(const struct page *p, const json_t *group)
{
	enum { ROW_BEHIND = 4 }; /* where there are none it says nothing */
	static const struct {
		const char *key, *label;
		bool fault;
	} rows[] = {
		{"quiet_plain", "quiet", false},       {"quiet_fault", "quiet fault", true},
		{"storm_plain", "storm", false},       {"storm_fault", "storm fault", true},
		{"storm_behind", "  w/ writer", true},
	};
	const json_t *all = json_object_get(group, "latency");
	uint64_t overflow = 0, saturated = 0;

	fprintf(p->out, "%-*s%9s", LABEL_WIDTH, "", "samples");
	for (unsigned i = 0; i < ARRAY_SIZE(latency_columns); i++)
		fprintf(p->out, " %7s", latency_columns[i].head);
	fprintf(p->out, " %7s\n", "max");
	for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
		const json_t *latency = json_object_get(all, rows[i].key);
		bool expected =
			is_faulter(group) && (!rows[i].fault || get_bool(group, "evidence"));

		overflow |= get_count_0(latency, "overflow");
		saturated |= get_count_0(latency, "saturated");
		if (get_count_0(latency, "count") || (expected && i != ROW_BEHIND))
			row(p, rows[i].label, latency);
	}
	if (overflow)
		page_text(p, 2, "", "Samples over 1 h count in the last bucket; max is exact.");
	if (saturated)
		page_text(p, 2, "", "Histogram buckets were full: percentiles are too low.");
}

static void faults(const struct page *p, const json_t *group)
{
	const json_t *storm = json_object_get(group, "storm");
	uint64_t faulted = get_count_0(storm, "faulted"), all = get_count_0(storm, "faults");
	char n[3][UNITS_MAX];

	if (!get_bool(group, "evidence")) {
		const char *why = get_text(group, "evidence_note");

		page_text(p, 2, "", "%s touches, faults not counted: %s",
			  units_count(n[0], get_count_0(storm, "ops")), *why ? why : "no evidence");
		return;
	}
	if (*get_text(group, "evidence_note"))
		page_text(p, 2, "", "not counted in some threads: %s",
			  get_text(group, "evidence_note"));
	page_text(p, 2, "", "%s touches, %s with a fault, %s faults",
		  units_count(n[0], get_count_0(storm, "ops")), units_count(n[1], faulted),
		  units_count(n[2], all));
	if (faulted)
		page_text(p, 2, "", "faults per touch %s mean, %s max",
			  units_rate(n[0], (double)all / (double)faulted),
			  units_count(n[1], get_count_0(json_object_get(group, "faults_per_touch"),
							"max")));
	page_text(p, 2, "", "%s faults on a tail page of a huge page under split or move",
		  units_count(n[0], get_count_0(storm, "hot_tail_faults")));
	if (get_count_0(storm, "behind_writer"))
		page_text(p, 2, "", "%s of the storm faults overlapped an mmap_lock writer%s",
			  units_count(n[0], get_count_0(storm, "behind_writer")),
			  leaves_behind_out(group) ? " and are not in the table" : "");
}

/* Whether its naps grew longer than asked for, and what for. */
static void naps(const struct page *p, const json_t *group)
{
	const json_t *naps = json_object_get(group, "naps");
	const json_t *storm = json_object_get(group, "storm");
	uint64_t asked = get_count_0(json_object_get(group, "plan"), "nap_ns");
	uint64_t ops = get_count_0(storm, "ops"), total = get_count_0(naps, "total");
	char n[3][UNITS_MAX], vain[UNITS_MAX + 32] = "";

	if (!total)
		return;
	if (ops && get_bool(group, "evidence"))
		snprintf(vain, sizeof(vain), "%.1f %% of touches met nothing; ",
			 100.0 * (double)(ops - MIN(ops, get_count_0(storm, "faulted"))) /
				 (double)ops);
	page_text(p, 2, "", "%snaps %s asked, %s mean, %s max", vain, units_ns(n[0], asked),
		  units_ns(n[1], get_count_0(naps, "sum_ns") / total),
		  units_ns(n[2], get_count_0(naps, "max_ns")));
}

static void trouble(const struct page *p, const json_t *group)
{
	const json_t *storm = json_object_get(group, "storm");
	uint64_t errors = get_count_0(storm, "errors"), lost = get_count_0(storm, "lost_huge");
	uint64_t wrong = get_count_0(storm, "mismatches");
	char n[UNITS_MAX], text[80] = "";

	if (errors && get_count_0(storm, "last_errno"))
		snprintf(text, sizeof(text), ", the last: %s",
			 strerror((int)MIN(get_count_0(storm, "last_errno"), 4095ull)));
	page_text(p, 2, "", "idle %s (nothing to aim at), errors %s%s",
		  units_count(n, get_count_0(storm, "idle")),
		  units_count((char[UNITS_MAX]){0}, errors), text);
	if (wrong)
		page_text(p, 2, "", "PAGES WITH WRONG CONTENT: %s", units_count(n, wrong));
	if (lost)
		page_text(p, 2, "", "%s slots were not huge pages where they should have been",
			  units_count(n, lost));
}

/* What the table can't hold: operations that had not returned when the run ended. */
static void in_flight(const struct page *p, const json_t *group)
{
	uint64_t left = get_count_0(group, "in_flight_at_end");
	char n[2][UNITS_MAX];

	if (left)
		page_text(p, 2, "",
			  "NOT IN THIS TABLE: %s operations that had not returned, the oldest %s",
			  units_count(n[0], left),
			  units_ns(n[1], get_count_0(group, "in_flight_max_ns")));
}

static void floor_line(const struct page *p, const json_t *result)
{
	const json_t *floor = json_object_get(result, "floor");
	char n[4][UNITS_MAX];

	if (!get_count_0(floor, "count"))
		return;
	page_blank(p);
	page_text(
		p, REPORT_INDENT, "floor",
		"a null step took %s (p50), %s (p99.9), %s (max) of %s; the floor of a worker's own call is its row `quiet`",
		units_ns(n[0], get_count_0(floor, "p50_ns")),
		units_ns(n[1], get_count_0(floor, "p999_ns")),
		units_ns(n[2], get_count_0(floor, "max_ns")),
		units_count(n[3], get_count_0(floor, "count")));
}

static void group_section(const struct page *p, const json_t *group)
{
	unsigned long long threads = get_count_0(group, "threads");

	page_blank(p);
	page_text(p, 0, "", "%s: %s, %llu thread%s on CPUs %s", get_text(group, "name"),
		  get_text(group, "worker"), threads, plural(threads), get_text(group, "cpus"));
	if (get_bool(group, "skipped")) {
		page_text(p, 2, "", "skipped: %s", get_text(group, "skip_reason"));
		return;
	}
	table(p, group);
	if (is_faulter(group)) {
		faults(p, group);
		naps(p, group);
	}
	trouble(p, group);
	in_flight(p, group);
}

void report_latency(const struct page *p, const json_t *result)
{
	const json_t *groups = json_object_get(result, "groups");
	bool faulters = false;
	const json_t *group;
	size_t i;

	floor_line(p, result);
	json_array_foreach(groups, i, group) {
		if (is_faulter(group)) {
			group_section(p, group);
			faulters = true;
		}
	}
	json_array_foreach(groups, i, group) {
		if (!is_faulter(group))
			group_section(p, group);
	}
	page_blank(p);
	page_text(
		p, 0, "",
		"The loop is closed: what is timed is service time, one operation after the other.");
	if (faulters)
		page_text(
			p, 0, "",
			"A quiet fault is a first touch of a private page just dropped (a minor fault); a storm fault met the split or the move: different kinds of fault.");
}
