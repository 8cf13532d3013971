/* SPDX-License-Identifier: GPL-2.0-only */
/* What of the kernel's counters counts as the storm's, and what can't be counted at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "told_given.h"
#include "run/exposed.h"

static struct given given;
static struct run_record r;
static char text[200];

static void group(unsigned i, const char *name, const char *worker)
{
	struct group_plan *g = &given.plan.group[i];

	snprintf(g->name, sizeof(g->name), "%s", name);
	snprintf(g->worker, sizeof(g->worker), "%s", worker);
	g->threads = 1;
	g->target = TARGET_HOT_TAIL;
	given.plan.groups = i + 1;
}

/* A splitter and kernel-mode faulters, on a machine with two nodes where everything is counted. */
static int fresh(void **state)
{
	memset(&given, 0, sizeof(given));
	memset(&r, 0, sizeof(r));
	group(0, "splitter", "split_cold");
	group(1, "tails", "fault_fstat");
	given.plan.evidence = true;
	given.geometry.slots = 8;
	given.geometry.slot_bytes = 2 * MIB;
	given.machine.topology.nodes = 2;
	given.machine.host.swap_total = GIB;
	given.machine.host.thp =
		(struct thp_facts){.present = true, .pmd_bytes = 2 * MIB, .page_bytes = 4 * KIB};
	r.own_swapped_out = VMSTAT_ABSENT;
	r.group[1].evidence = true;
	return 0;
}

static uint64_t reached(enum exposure e)
{
	told_given(&given);
	exposure_collect(&given, &r);
	return r.exposed[e];
}

/* The weaknesses that it has, in one text. */
static const char *weaknesses(void)
{
	static char all[800];
	int at = 0;

	all[0] = '\0';
	while (exposure_weakness(&given, &r, &at, text, sizeof(text)))
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s;", text);
	return all;
}

/* Of each mode for itself, and of the groups that are there. */
static void what_workers_count_adds_up(void **state)
{
	group(2, "more", "fault_fstat");
	group(3, "loads", "fault_read");
	group(4, "skipped", "fault_read");
	given.plan.group[4].threads = 0;
	for (unsigned i = 0; i < 5; i++) {
		r.group[i].storm = (struct worker_counts){
			.ops = 1u << i, .faults = 10u << i, .hot_tail_faults = 100u << i};
		r.group[i].evidence = i != 2;
	}
	assert_int_equal(reached(EXPOSURE_operations), 1 + 2 + 4 + 8);
	assert_int_equal(r.exposed[EXPOSURE_kernel_faults], 20 + 40);
	assert_int_equal(r.exposed[EXPOSURE_kernel_hot_tail_faults], 200 + 400);
	assert_int_equal(r.exposed[EXPOSURE_user_faults], 80);
	assert_int_equal(r.exposed[EXPOSURE_user_hot_tail_faults], 800);
	/* Nobody's of that mode were counted. */
	r.group[3].evidence = false;
	assert_true(reached(EXPOSURE_user_faults) == VMSTAT_ABSENT);
	assert_true(r.exposed[EXPOSURE_user_hot_tail_faults] == VMSTAT_ABSENT);
	assert_int_equal(r.exposed[EXPOSURE_kernel_faults], 20 + 40);
}

static void splits_of_others_do_not_count(void **state)
{
	r.group[0].storm.claimed = 2;
	r.after.value[VMSTAT_thp_split_page] = 339;
	assert_int_equal(reached(EXPOSURE_folio_splits), 2);
	assert_int_equal(r.counted[EXPOSURE_folio_splits], 339);
	assert_string_equal(
		weaknesses(),
		"339 folio splits, of which the workers claim 2: others split as well;");
}

static void claims_without_splits_do_not_count(void **state)
{
	r.group[0].storm.claimed = 500;
	r.after.value[VMSTAT_thp_split_page] = 100;
	assert_int_equal(reached(EXPOSURE_folio_splits), 100);
	assert_string_equal(weaknesses(), "");
}

/* The counters are read a moment before the first and after the last operation. */
static void a_few_more_are_no_warning(void **state)
{
	r.group[0].storm.claimed = 100;
	r.after.value[VMSTAT_thp_split_page] = 110;
	assert_int_equal(reached(EXPOSURE_folio_splits), 100);
	assert_string_equal(weaknesses(), "");
	r.after.value[VMSTAT_thp_split_page] = 111;
	reached(EXPOSURE_folio_splits);
	assert_non_null(strstr(weaknesses(), "111 folio splits"));
}

/* A queued folio may be split a round later than it was claimed. */
static void queued_splits_may_be_a_round_late(void **state)
{
	group(0, "splitter", "split_dontneed");
	given.plan.groups = 2;
	r.group[0].storm.claimed = 10;
	r.after.value[VMSTAT_thp_split_page] = 40;
	assert_int_equal(reached(EXPOSURE_folio_splits), 10 + 8);
}

/* Of others, as their folio splits are; a call that is refused may have split the PMD. */
static void pmd_splits_are_bounded_by_the_calls(void **state)
{
	r.group[0].storm = (struct worker_counts){.claimed = 2, .refused = 3, .made_huge = 300};
	r.after.value[VMSTAT_thp_split_pmd] = 339;
	assert_int_equal(reached(EXPOSURE_pmd_splits), 5);
	assert_non_null(strstr(weaknesses(), "339 PMD splits, of which this storm's are at most 5: "
					     "others split as well"));
	/* Movers map by PTEs what they make. */
	group(0, "mover", "move_pages");
	given.plan.groups = 2;
	assert_int_equal(reached(EXPOSURE_pmd_splits), 3 + 300 + 8);
}

/* Reclaim splits what no worker claims, but no more than there is. */
static void reclaim_is_bounded_by_the_huge_pages(void **state)
{
	given.plan.memory_max = 64 * MIB;
	r.group[0].storm = (struct worker_counts){.claimed = 2, .made_huge = 20, .made_small = 2};
	r.after.value[VMSTAT_thp_split_page] = 25;
	assert_int_equal(reached(EXPOSURE_folio_splits), 25);
	r.after.value[VMSTAT_thp_split_page] = 339;
	assert_int_equal(reached(EXPOSURE_folio_splits), 28);
	assert_non_null(strstr(weaknesses(), "339 folio splits, of which this storm's are at most "
					     "28: others split as well"));
}

static void a_mover_that_claims_nothing_moved_nothing(void **state)
{
	group(0, "mover", "move_pages");
	given.plan.groups = 2;
	r.group[0].storm.refused = 83;
	r.after.value[VMSTAT_thp_migration_success] = 83;
	assert_int_equal(reached(EXPOSURE_thp_moved), 0);
	assert_non_null(strstr(weaknesses(), "83 huge pages moved, of which the workers claim 0"));
}

/* A mover splits what it can't move whole; nobody else's splits become its own. */
static void movers_claims_bound_the_moves(void **state)
{
	group(0, "mover", "move_pages");
	given.plan.groups = 2;
	r.group[0].storm.claimed = 60;
	r.after.value[VMSTAT_thp_migration_success] = 100;
	assert_int_equal(reached(EXPOSURE_thp_moved), 60);
	/* Nobody moves: nothing bounds it. */
	group(0, "floor", "null");
	given.plan.groups = 2;
	assert_int_equal(reached(EXPOSURE_thp_moved), 100);
}

static void movers_split_what_stays(void **state)
{
	group(2, "mover", "move_pages");
	r.group[0].storm.claimed = 10;
	r.group[2].storm.refused = 5;
	r.after.value[VMSTAT_thp_split_page] = 15;
	assert_int_equal(reached(EXPOSURE_folio_splits), 15);
}

static void swapping_is_the_cgroups_or_the_claims(void **state)
{
	r.after.value[VMSTAT_pswpout] = 1000;
	given.plan.swap = GIB;
	assert_int_equal(reached(EXPOSURE_swapped_out), 1000);
	assert_string_equal(weaknesses(), "");
	given.plan.expose[EXPOSURE_swapped_out] = 1;
	assert_string_equal(
		weaknesses(),
		"swapped_out: counted for the whole machine, what others did is in it;");
	r.own_swapped_out = 300;
	assert_int_equal(reached(EXPOSURE_swapped_out), 300);
	assert_non_null(strstr(weaknesses(), "others swap as well"));
	r.own_swapped_out = VMSTAT_ABSENT;
	group(0, "splitter", "split_pageout");
	given.plan.groups = 2;
	r.group[0].storm.claimed = 400;
	assert_int_equal(reached(EXPOSURE_swapped_out), 400);
}

static void roll_backs_are_failed_calls(void **state)
{
	r.group[0].storm.claimed = 100;
	r.after.value[VMSTAT_thp_split_page] = 90;
	r.after.value[VMSTAT_thp_split_pmd] = 174;
	r.after.value[VMSTAT_thp_split_page_failed] = 12;
	/* 74 PMD splits more, but ten calls that did not split. */
	assert_int_equal(reached(EXPOSURE_rollbacks), 10);
	assert_true(r.rollbacks_known);
	r.after.value[VMSTAT_thp_split_page_failed] = 7;
	assert_int_equal(reached(EXPOSURE_rollbacks), 7);
}

/* Nothing to count is not "not counted". */
static void no_roll_back_without_a_pmd_split(void **state)
{
	group(0, "splitter", "split_dontneed");
	given.plan.memory_max = 1;
	r.after.value[VMSTAT_thp_split_page] = 90;
	assert_int_equal(reached(EXPOSURE_rollbacks), 0);
	assert_true(r.rollbacks_known);
	r.after.value[VMSTAT_thp_split_pmd] = 1;
	assert_true(reached(EXPOSURE_rollbacks) == VMSTAT_ABSENT);
	assert_false(r.rollbacks_known);
}

static void expect_no_roll_backs(void)
{
	assert_true(reached(EXPOSURE_rollbacks) == VMSTAT_ABSENT);
	assert_false(r.rollbacks_known);
}

static void roll_backs_are_unknown_where_others_split_pmds(void **state)
{
	r.group[0].storm.claimed = 100;
	r.after.value[VMSTAT_thp_split_page] = 90;
	r.after.value[VMSTAT_thp_split_pmd] = 174;
	given.plan.swap = GIB;
	expect_no_roll_backs();
	given.plan.swap = 0;
	given.plan.memory_max = GIB;
	expect_no_roll_backs();
	given.plan.memory_max = 0;
	r.after.value[VMSTAT_thp_split_page] = 150;
	expect_no_roll_backs();
	r.after.value[VMSTAT_thp_split_page] = 90;
	group(2, "mover", "move_pages");
	expect_no_roll_backs();
}

static void absent_counters_are_not_0(void **state)
{
	vmstat_parse("", &r.before);
	given.machine.counted = r.before;
	vmstat_parse("", &r.after);
	r.group[0].storm.claimed = 100;
	r.group[1].evidence = false;
	told_given(&given);
	exposure_collect(&given, &r);
	for (int e = 0; e < EXPOSURE_COUNT; e++) {
		/* Nobody faults from user mode in this plan, and operations are counted here. */
		if (e != EXPOSURE_operations && e != EXPOSURE_user_faults &&
		    e != EXPOSURE_user_hot_tail_faults && r.exposed[e] != VMSTAT_ABSENT)
			fail_msg("%s is %llu", exposure_names[e], (unsigned long long)r.exposed[e]);
	}
	assert_string_equal(weaknesses(), "");
}

static void can(enum exposure e)
{
	struct error why = {""};

	told_given(&given);
	given.plan.expose[e] = 1;
	if (exposure_check(&given, &why))
		fail_msg("refused: %s", why.text);
	given.plan.expose[e] = 0;
}

static void cannot(enum exposure e, const char *phrase)
{
	struct error why = {""};

	told_given(&given);
	given.plan.expose[e] = 1;
	assert_int_equal(exposure_check(&given, &why), -ENOTSUP);
	given.plan.expose[e] = 0;
	if (!strstr(why.text, exposure_names[e]) || !strstr(why.text, phrase))
		fail_msg("'%s' is not in '%s'", phrase, why.text);
}

static void what_is_counted_is_accepted(void **state)
{
	group(2, "mover", "move_pages");
	given.plan.groups = 2;
	cannot(EXPOSURE_thp_moved, "no group moves huge pages");
	given.plan.groups = 3;
	cannot(EXPOSURE_rollbacks, "move_pages splits PMDs as well");
	can(EXPOSURE_thp_moved);
	given.plan.groups = 2;
	for (int e = 0; e < EXPOSURE_COUNT; e++) {
		if (e != EXPOSURE_user_faults && e != EXPOSURE_user_hot_tail_faults &&
		    e != EXPOSURE_thp_moved)
			can((enum exposure)e);
	}
}

static void a_kernel_without_counters_is_refused(void **state)
{
	static const enum exposure by_kernel[] = {EXPOSURE_folio_splits, EXPOSURE_rollbacks,
						  EXPOSURE_pmd_splits, EXPOSURE_thp_moved,
						  EXPOSURE_swapped_out};

	vmstat_parse("", &r.before);
	given.machine.counted = r.before;
	for (size_t i = 0; i < ARRAY_SIZE(by_kernel); i++) {
		fresh(NULL);
		if (by_kernel[i] == EXPOSURE_thp_moved)
			group(2, "mover", "move_pages");
		vmstat_parse("", &r.before);
		given.machine.counted = r.before;
		cannot(by_kernel[i], "CONFIG_VM_EVENT_COUNTERS");
	}
}

static void faults_need_evidence_of_somebody(void **state)
{
	cannot(EXPOSURE_user_faults, "no group faults from user mode");
	given.plan.group[1].target = TARGET_HOT_HEAD;
	cannot(EXPOSURE_kernel_hot_tail_faults, "[tails] touches head pages only");
	can(EXPOSURE_kernel_faults);
	given.plan.group[1].target = TARGET_HOT;
	snprintf(given.machine.uncounted_kernel, sizeof(given.machine.uncounted_kernel),
		 "perf_event_open: not for you");
	cannot(EXPOSURE_kernel_hot_tail_faults, "perf_event_open: not for you");
	cannot(EXPOSURE_kernel_faults, "not for you");
	group(2, "loads", "fault_read");
	can(EXPOSURE_user_hot_tail_faults);
	given.plan.evidence = false;
	cannot(EXPOSURE_user_hot_tail_faults, "evidence = no");
	/* One that can is enough. */
	fresh(NULL);
	group(2, "rings", "fault_uring_wq");
	can(EXPOSURE_kernel_hot_tail_faults);
}

static void what_can_not_be_met_is_refused(void **state)
{
	given.machine.topology.nodes = 1;
	cannot(EXPOSURE_thp_moved,
	       "needs 2 NUMA nodes with memory; here: 1; boot with numa=fake=2 (needs CONFIG_NUMA_EMU), or use ci/vm/run --numa");
	given.machine.topology.nodes = 4;
	given.plan.nodes = 1;
	cannot(EXPOSURE_thp_moved,
	       "needs 2 NUMA nodes with memory; this machine has 4, and nodes = 1");
	given.plan.nodes = 0;
	given.plan.group[0].threads = 0;
	cannot(EXPOSURE_folio_splits, "no group splits or moves");
	cannot(EXPOSURE_pmd_splits, "no group splits or moves");
	given.plan.memory_max = 64 * MIB;
	can(EXPOSURE_pmd_splits);
	given.plan.memory_max = 0;
	given.plan.group[0].threads = 1;
	given.machine.host.swap_total = 0;
	cannot(EXPOSURE_swapped_out, "--swap");
	given.plan.swap = GIB;
	can(EXPOSURE_swapped_out);
	cannot(EXPOSURE_rollbacks, "reclaim splits PMDs as well (swap)");
	given.plan.swap = 0;
	group(2, "slow", "split_dontneed");
	cannot(EXPOSURE_rollbacks, "split_dontneed splits PMDs as well");
	given.geometry.slot_bytes = 64 * KIB;
	cannot(EXPOSURE_rollbacks, "no PMD");
	cannot(EXPOSURE_pmd_splits, "no PMD");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_workers_count_adds_up, fresh),
		cmocka_unit_test_setup(splits_of_others_do_not_count, fresh),
		cmocka_unit_test_setup(claims_without_splits_do_not_count, fresh),
		cmocka_unit_test_setup(a_few_more_are_no_warning, fresh),
		cmocka_unit_test_setup(queued_splits_may_be_a_round_late, fresh),
		cmocka_unit_test_setup(pmd_splits_are_bounded_by_the_calls, fresh),
		cmocka_unit_test_setup(reclaim_is_bounded_by_the_huge_pages, fresh),
		cmocka_unit_test_setup(a_mover_that_claims_nothing_moved_nothing, fresh),
		cmocka_unit_test_setup(movers_claims_bound_the_moves, fresh),
		cmocka_unit_test_setup(movers_split_what_stays, fresh),
		cmocka_unit_test_setup(swapping_is_the_cgroups_or_the_claims, fresh),
		cmocka_unit_test_setup(roll_backs_are_failed_calls, fresh),
		cmocka_unit_test_setup(no_roll_back_without_a_pmd_split, fresh),
		cmocka_unit_test_setup(roll_backs_are_unknown_where_others_split_pmds, fresh),
		cmocka_unit_test_setup(absent_counters_are_not_0, fresh),
		cmocka_unit_test_setup(what_is_counted_is_accepted, fresh),
		cmocka_unit_test_setup(a_kernel_without_counters_is_refused, fresh),
		cmocka_unit_test_setup(faults_need_evidence_of_somebody, fresh),
		cmocka_unit_test_setup(what_can_not_be_met_is_refused, fresh),
	};

	return cmocka_run_group_tests_name("exposed", tests, NULL, NULL);
}
