/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Did the storm do its work? What splitters and movers claim stands beside what the kernel counted,
 * for a call that returns 0 proves nothing. Then the exposures: was the storm met.
 */
#include "report/parts.h"

#define NAME_WIDTH    18
#define COUNTER_WIDTH 42

static void claims(const struct page *p, const json_t *groups)
{
	static const struct {
		const char *key, *head;
		int width;
	} columns[] = {
		{"ops", "calls", 10},
		{"claimed", "claimed", 10},
		{"refused", "refused", 10},
		{"made_huge", "made huge", 11},
		{"made_small", "made small", 12},
	};
	const json_t *group;
	char text[UNITS_MAX];
	bool any = false;
	size_t i;

	json_array_foreach(groups, i, group) {
		const json_t *storm = json_object_get(group, "storm");

		if (!is_tearer(group) || get_bool(group, "skipped"))
			continue;
		if (!any) {
			page_blank(p);
			page_label(p, 0, NAME_WIDTH, "work");
			for (unsigned k = 0; k < ARRAY_SIZE(columns); k++)
				fprintf(p->out, "%*s", columns[k].width, columns[k].head);
			putc('\n', p->out);
			any = true;
		}
		page_label(p, 2, NAME_WIDTH, get_text(group, "name"));
		for (unsigned k = 0; k < ARRAY_SIZE(columns); k++)
			fprintf(p->out, "%*s", columns[k].width,
				units_count(text, get_count_0(storm, columns[k].key)));
		putc('\n', p->out);
	}
}

static void counter(const struct page *p, const char *label, uint64_t n, uint64_t ns)
{
	char count[UNITS_MAX], rate[UNITS_MAX];

	page_label(p, 2, COUNTER_WIDTH, label);
	if (n == NOT_KNOWN)
		fprintf(p->out, "%11s\n", "not counted");
	else
		fprintf(p->out, "%11s%9s/s\n", units_count(count, n),
			units_rate(rate, ns ? (double)n * 1e9 / (double)ns : 0));
}

static void failed_splits(const struct page *p, const char *label, uint64_t failed, uint64_t done)
{
	char text[UNITS_MAX];
	double tried = (double)failed + (double)done;

	page_label(p, 2, COUNTER_WIDTH, label);
	if (failed == NOT_KNOWN)
		fprintf(p->out, "%11s\n", "not counted");
	else if (done == NOT_KNOWN || tried <= 0)
		fprintf(p->out, "%11s\n", units_count(text, failed));
	else
		fprintf(p->out, "%11s%7.1f %% of tries\n", units_count(text, failed),
			100 * (double)failed / tried);
}

/* Huge pages smaller than a PMD have counters of their own, and none for their moves. */
static void small_counters(const struct page *p, const json_t *delta, uint64_t ns)
{
	counter(p, "folio splits (hugepages-*kB split)", get_count(delta, "size_split"), ns);
	failed_splits(p, "failed splits (split_failed)", get_count(delta, "size_split_failed"),
		      get_count(delta, "size_split"));
	counter(p, "queued for a split (split_deferred)", get_count(delta, "size_split_deferred"),
		ns);
	counter(p, "huge pages made (anon_fault_alloc)", get_count(delta, "size_anon_fault_alloc"),
		ns);
	counter(p, "and not (anon_fault_fallback)", get_count(delta, "size_anon_fault_fallback"),
		ns);
	counter(p, "PMD-sized splits (thp_split_page)", get_count(delta, "thp_split_page"), ns);
}

/*
 * The kernel counts a huge page that it split for its move as failed, too (mm/migrate.c:
 * migrate_pages_batch()); 5.10 did not.
 */
static uint64_t not_moved(const json_t *delta)
{
	uint64_t failed = get_count(delta, "thp_migration_fail");
	uint64_t split = get_count(delta, "thp_migration_split");

	if (failed == NOT_KNOWN || split == NOT_KNOWN)
		return failed;
	return failed > split ? failed - split : 0;
}

static void counters(const struct page *p, const json_t *result)
{
	const json_t *delta = json_object_get(json_object_get(result, "vmstat"), "delta");
	const json_t *rollbacks =
		json_object_get(json_object_get(result, "exposures"), "rollbacks");
	uint64_t ns = get_count_0(result, "storm_ns"), pmds = get_count(delta, "thp_split_pmd");

	page_blank(p);
	page_label(p, 0, COUNTER_WIDTH, "the kernel counted in the storm");
	fprintf(p->out, "%11s%11s\n", "times", "rate");
	if (get_count(delta, "size_split") != NOT_KNOWN) {
		small_counters(p, delta, ns);
		counter(p, "pages moved (pgmigrate_success)", get_count(delta, "pgmigrate_success"),
			ns);
		return;
	}
	counter(p, "folio splits (thp_split_page)", get_count(delta, "thp_split_page"), ns);
	if (get_bool(result, "rollbacks_known") || !pmds)
		counter(p, "roll-backs (split_pmd less split_page)",
			pmds ? get_count(rollbacks, "reached") : 0, ns);
	else if (pmds == NOT_KNOWN || get_count(delta, "thp_split_page") == NOT_KNOWN)
		counter(p, "roll-backs (split_pmd less split_page)", NOT_KNOWN, ns);
	else
		page_text(
			p, 2, "",
			"roll-backs: not counted, because PMDs can be split for other reasons as well");
	counter(p, "PMD splits (thp_split_pmd)", pmds, ns);
	failed_splits(p, "failed splits (thp_split_page_failed)",
		      get_count(delta, "thp_split_page_failed"),
		      get_count(delta, "thp_split_page"));
	counter(p, "moved whole (thp_migration_success)", get_count(delta, "thp_migration_success"),
		ns);
	counter(p, "split to move (thp_migration_split)", get_count(delta, "thp_migration_split"),
		ns);
	counter(p, "not moved (migration_fail less _split)", not_moved(delta), ns);
	counter(p, "pages moved (pgmigrate_success)", get_count(delta, "pgmigrate_success"), ns);
}

static void effects(const struct page *p, const json_t *result, const json_t *groups)
{
	const json_t *rollbacks =
		json_object_get(json_object_get(result, "exposures"), "rollbacks");
	char claimed[UNITS_MAX], counted[UNITS_MAX];
	bool splitter = false;
	const json_t *group;
	size_t i;

	json_array_foreach(groups, i, group) {
		if (get_bool(group, "skipped"))
			continue;
		splitter |= !strcmp(get_text(group, "effect"), "folio_split");
		if (get_bool(group, "no_effect"))
			page_text(p, 2, "", "%s: NO EFFECT: claimed %s, the kernel counted %s",
				  get_text(group, "name"),
				  units_count(claimed, get_count_0(group, "proof_claimed")),
				  units_count(counted, get_count_0(group, "proof_counted")));
	}
	if (splitter && get_bool(result, "rollbacks_known") && !get_count(rollbacks, "reached"))
		page_text(
			p, 2, "",
			"No roll-back was counted, so nothing shows that the window of the 2021 bug opened in this run; configs/tail_move.conf opens it (two nodes, by a boot with numa=fake=2 or by ci/vm/run).");
}

void report_work(const struct page *p, const json_t *result)
{
	const json_t *groups = json_object_get(result, "groups");

	claims(p, groups);
	counters(p, result);
	effects(p, result, groups);
}

#define EXPOSURE_WIDTH 26

static void exposure_head(const struct page *p)
{
	page_blank(p);
	page_label(p, 0, EXPOSURE_WIDTH, "exposure");
	fprintf(p->out, "%11s%11s%11s\n", "reached", "counted", "declared");
}

static void put_known(const struct page *p, uint64_t n, const char *otherwise)
{
	char text[UNITS_MAX];

	fprintf(p->out, "%*s", 11, n == NOT_KNOWN ? otherwise : units_count(text, n));
}

static void exposure_row(const struct page *p, const char *name, const json_t *exposure)
{
	uint64_t reached = get_count(exposure, "reached");
	uint64_t declared = get_count_0(exposure, "declared");
	char text[UNITS_MAX];

	page_label(p, 2, EXPOSURE_WIDTH, name);
	put_known(p, reached, "not counted");
	put_known(p, get_count(exposure, "counted"), "-");
	if (!declared)
		fprintf(p->out, "%11s\n", "-");
	else
		fprintf(p->out, "%11s  %s\n", units_count(text, declared),
			reached == NOT_KNOWN || reached < declared ? "NOT REACHED" : "ok");
}

void report_exposures(const struct page *p, const json_t *result)
{
	json_t *all = json_object_get(result, "exposures"), *exposure;
	const char *name;

	exposure_head(p);
	json_object_foreach(all, name, exposure)
		exposure_row(p, name, exposure);
}

void report_declared(const struct page *p, const json_t *result)
{
	json_t *all = json_object_get(result, "exposures"), *exposure;
	const char *name;
	bool any = false;

	json_object_foreach(all, name, exposure) {
		if (!get_count_0(exposure, "declared"))
			continue;
		if (!any)
			exposure_head(p);
		any = true;
		exposure_row(p, name, exposure);
	}
}
