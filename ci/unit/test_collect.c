/* SPDX-License-Identifier: GPL-2.0-only */
/* From a shared segment that is filled by hand to the record, and what is handed to the sink. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "told_given.h"
#include "run/supervisor.h"

#define WORKERS 3 /* a splitter, and two faulters of one group */

static struct supervisor s;
static struct run_record r;
static struct given given;

/* "tails.1 storm_fault 2;", worker -1 the group's sum: in the order in which they came. */
static char handed[2000];
static int sink_says;

int __wrap_stream_histogram(struct stream *stream, const struct stream_histogram *h);
int __wrap_stream_histogram(struct stream *stream, const struct stream_histogram *h)
{
	size_t n = strlen(handed);

	snprintf(handed + n, sizeof(handed) - n, "%s.%d %s %llu;", h->group->name, h->worker,
		 h->what, (unsigned long long)h->h->total);
	return sink_says;
}

static void group(unsigned i, const char *name, const char *worker, unsigned threads)
{
	struct group_plan *g = &given.plan.group[i];

	snprintf(g->name, sizeof(g->name), "%s", name);
	snprintf(g->worker, sizeof(g->worker), "%s", worker);
	g->threads = threads;
	given.plan.groups = i + 1;
}

static struct worker_share *worker(unsigned i)
{
	return share_worker(&s.share, i);
}

static int start(void **state)
{
	const short nodes[WORKERS] = {-1, -1, -1};
	struct clock_facts facts;
	struct error err;

	clock_setup(&facts);
	memset(&s, 0, sizeof(s));
	memset(&r, 0, sizeof(r));
	handed[0] = '\0';
	sink_says = 0;
	s.record = &r;
	memset(&given, 0, sizeof(given));
	s.given = &given;
	s.plan = &given.plan;
	s.placement = &given.geometry.placement;
	group(0, "splitter", "split_cold", 1);
	group(1, "tails", "fault_fstat", 2);
	given.geometry.placement.thread[1].group = given.geometry.placement.thread[2].group = 1;
	given.geometry.slots = 64;
	given.geometry.slot_bytes = given.machine.host.thp.pmd_bytes = 2 * MIB;
	told_given(&given);
	if (share_create(&s.share, 1, WORKERS, nodes, &err))
		return -1;
	for (unsigned w = 0; w < WORKERS; w++)
		worker(w)->life = LIFE_DONE;
	return 0;
}

static int end(void **state)
{
	share_destroy(&s.share);
	return 0;
}

static bool noted(const char *phrase)
{
	for (size_t i = 0; i < ARRAY_SIZE(r.notes); i++) {
		if (strstr(r.notes[i], phrase))
			return true;
	}
	return false;
}

static void split(uint64_t folios)
{
	r.after.value[VMSTAT_thp_split_page] = r.before.value[VMSTAT_thp_split_page] + folios;
}

static void workers_of_a_group_add_up(void **state)
{
	worker(1)->storm = (struct worker_counts){.ops = 3, .faulted = 2, .faults = 5, .errors = 1};
	worker(2)->storm = (struct worker_counts){.ops = 2, .faulted = 1, .faults = 1, .idle = 9};
	worker(2)->storm.last_errno = EFAULT;
	histogram_record(&worker(1)->fault, 100);
	histogram_record(&worker(1)->fault, 200);
	histogram_record(&worker(1)->plain, 10);
	histogram_record(&worker(2)->fault, 300);
	histogram_record(&worker(2)->behind, 300);
	histogram_record(&worker(2)->plain, 20);
	worker(1)->evidence = true;
	assert_int_equal(collect_storm(&s), 0);
	assert_int_equal(r.group[1].storm.ops, 5);
	assert_int_equal(r.group[1].storm.faults, 6);
	assert_int_equal(r.group[1].storm.idle, 9);
	assert_int_equal(r.group[1].storm.last_errno, EFAULT);
	assert_int_equal(r.group[0].storm.ops, 0);
	/* A fault behind a writer is in the line of the faults as well. */
	assert_int_equal(r.group[1].storm_fault.count, 3);
	assert_int_equal(r.group[1].storm_fault.max, 300);
	assert_int_equal(r.group[1].storm_behind.count, 1);
	assert_int_equal(r.group[1].storm_plain.count, 2);
	assert_int_equal(r.group[1].storm_all.count, 5);
	assert_int_equal(r.group[1].in_flight_max, 300);
	assert_true(r.group[1].evidence);
	assert_string_equal(handed,
			    "tails.1 storm_behind 1;tails.-1 storm_behind 1;"
			    "tails.0 storm_plain 1;tails.1 storm_plain 1;tails.-1 storm_plain 2;"
			    "tails.0 storm_fault 2;tails.1 storm_fault 1;tails.-1 storm_fault 3;"
			    "tails.-1 storm_all 5;");
}

static void what_is_in_flight_at_the_end_is_counted(void **state)
{
	flight_begin(&worker(2)->flight, 1);
	assert_int_equal(collect_storm(&s), 0);
	assert_int_equal(r.group[1].in_flight_at_end, 1);
	assert_int_equal(r.group[0].in_flight_at_end, 0);
}

static void the_quiet_phase_is_put_away(void **state)
{
	histogram_record(&worker(1)->plain, 10);
	histogram_record(&worker(2)->fault, 30);
	worker(2)->quiet.faults = 7;
	assert_int_equal(collect_quiet(&s), 0);
	assert_int_equal(r.group[1].quiet_plain.count, 1);
	assert_int_equal(r.group[1].quiet_fault.max, 30);
	assert_int_equal(r.group[1].quiet.faults, 7);
	/* The storm begins with empty ones. */
	assert_int_equal(worker(1)->plain.total + worker(2)->fault.total, 0);
}

static void a_sink_that_fails_is_told(void **state)
{
	histogram_record(&worker(1)->plain, 10);
	sink_says = -ENOSPC;
	assert_int_equal(collect_quiet(&s), -ENOSPC);
	histogram_record(&worker(1)->plain, 10);
	assert_int_equal(collect_storm(&s), -ENOSPC);
}

/* The proof of group 0 alone: so many claimed, so many counted. */
static bool proved(uint64_t claimed, uint64_t counted)
{
	struct vmstat before = {{0}}, after = {{0}};

	memset(&r.group[0], 0, sizeof(r.group[0]));
	worker(0)->quiet.claimed = claimed;
	after.value[VMSTAT_thp_split_page] = counted;
	if (counted == VMSTAT_ABSENT)
		before.value[VMSTAT_thp_split_page] = VMSTAT_ABSENT;
	collect_proof(&s, 0, &before, &after);
	return !r.group[0].no_effect;
}

static void a_proof_holds_claims_against_the_kernel(void **state)
{
	assert_true(proved(64, 64));
	assert_true(proved(64, 4));
	assert_false(proved(64, 3));
	assert_int_equal(r.group[0].proof_claimed, 64);
	assert_int_equal(r.group[0].proof_counted, 3);
	/* Too few to say anything. */
	assert_true(proved(7, 0));
	assert_false(noted("claimed"));
	assert_true(proved(64, 100));
	assert_true(noted("[splitter] alone claimed 64 folio splits, the kernel counted 100: "
			  "others split as well"));
	assert_true(proved(64, VMSTAT_ABSENT));
	assert_true(noted("[splitter]: this kernel does not count what its calls do"));
}

static void a_storm_without_effect_is_seen(void **state)
{
	worker(0)->storm.claimed = 2000;
	split(1);
	assert_int_equal(collect_storm(&s), 0);
	assert_true(r.group[0].no_effect);
	assert_false(r.group[1].no_effect);
}

/* What was only queued is no claim until a round was drained. */
static void a_split_that_waits_for_its_drain_is_none(void **state)
{
	group(0, "splitter", "split_dontneed", 1);
	told_given(&given);
	given.plan.groups = 2;
	worker(0)->storm.claimed = 33;
	assert_int_equal(collect_storm(&s), 0);
	assert_false(r.group[0].no_effect);
	memset(&r.group[0].storm, 0, sizeof(r.group[0].storm));
	worker(0)->storm.drains = 1;
	assert_int_equal(collect_storm(&s), 0);
	assert_true(r.group[0].no_effect);
}

static void faults_that_are_not_counted_are_told(void **state)
{
	given.plan.evidence = true;
	for (unsigned w = 1; w < WORKERS; w++)
		snprintf(worker(w)->evidence_note, sizeof(worker(w)->evidence_note),
			 "no perf here");
	assert_int_equal(collect_storm(&s), 0);
	assert_false(r.group[1].evidence);
	assert_true(noted("faults were not counted, in 1 of 2 groups: no perf here"));
}

static void who_was_starved_is_told(void **state)
{
	given.plan.group[0].nice = 19;
	worker(0)->nice_lowest = 5;
	assert_int_equal(collect_storm(&s), 0);
	assert_int_equal(r.group[0].nice_lowest, 5);
	assert_true(noted(
		"[splitter] waited for a CPU, probably behind other programs: it ran at nice 5 instead of 19"));
}

/* Its thread never came to its loop. */
static void who_never_ran_was_not_starved(void **state)
{
	given.plan.group[0].nice = 19;
	worker(0)->life = LIFE_NONE;
	assert_int_equal(collect_storm(&s), 0);
	assert_int_equal(r.group[0].nice_lowest, 19);
	assert_false(noted("starved"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(workers_of_a_group_add_up),
		TEST(what_is_in_flight_at_the_end_is_counted),
		TEST(the_quiet_phase_is_put_away),
		TEST(a_sink_that_fails_is_told),
		TEST(a_proof_holds_claims_against_the_kernel),
		TEST(a_storm_without_effect_is_seen),
		TEST(a_split_that_waits_for_its_drain_is_none),
		TEST(faults_that_are_not_counted_are_told),
		TEST(who_was_starved_is_told),
		TEST(who_never_ran_was_not_starved),
	};

	return cmocka_run_group_tests_name("collect", tests, NULL, NULL);
}
