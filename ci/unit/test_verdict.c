/* SPDX-License-Identifier: GPL-2.0-only */
/* The verdict: which of several answers wins, and that a PASS needs its exposure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "told_given.h"
#include "run/supervisor.h"

static struct given given;
static struct run_record record;

static int fresh(void **state)
{
	memset(&given, 0, sizeof(given));
	memset(&record, 0, sizeof(record));
	given.plan.groups = 1;
	snprintf(given.plan.group[0].name, sizeof(given.plan.group[0].name), "splitter");
	record.first_finding.kind = record.gravest.kind = -1;
	record.exposed[EXPOSURE_operations] = 1000;
	return 0;
}

static void judge(enum verdict expected, const char *phrase)
{
	told_given(&given);
	verdict_judge(&given, &record);
	assert_int_equal(record.verdict, expected);
	if (!strstr(record.reason, phrase))
		fail_msg("'%s' is not in '%s'", phrase, record.reason);
}

static void finding(enum event_kind kind, const char *text)
{
	record.events[kind]++;
	record.first_finding.kind = kind;
	snprintf(record.first_finding.text, sizeof(record.first_finding.text), "%s", text);
	if (verdict_graver(kind, record.gravest.kind))
		record.gravest = record.first_finding;
}

static void nothing_wrong_is_a_pass(void **state)
{
	judge(VERDICT_PASS, "no harm seen");
}

static void no_operation_is_not_exercised(void **state)
{
	record.exposed[EXPOSURE_operations] = 0;
	judge(VERDICT_NOT_EXERCISED, "no worker finished");
}

static void exposure_is_demanded(void **state)
{
	given.plan.expose[EXPOSURE_folio_splits] = 100;
	record.exposed[EXPOSURE_folio_splits] = 99;
	judge(VERDICT_NOT_EXERCISED, "folio_splits: 99, declared 100");
	record.exposed[EXPOSURE_folio_splits] = 100;
	judge(VERDICT_PASS, "no harm seen");
	/* What the kernel can't tell is not reached. */
	record.exposed[EXPOSURE_folio_splits] = VMSTAT_ABSENT;
	judge(VERDICT_NOT_EXERCISED, "folio_splits: not counted, declared 100");
}

static void no_effect_is_broken(void **state)
{
	record.group[0].no_effect = true;
	record.group[0].proof_claimed = 64;
	record.group[0].proof_counted = 1;
	judge(VERDICT_BROKEN, "NO EFFECT: splitter claimed 64, the kernel counted 1");
	/* Even where the exposure is missing as well: the reason is nearer. */
	given.plan.expose[EXPOSURE_folio_splits] = 100;
	judge(VERDICT_BROKEN, "NO EFFECT");
}

/* A group of the plan that ran, without a word in [expose]. */
static void did(unsigned i, const char *name, const char *worker, struct worker_counts counts)
{
	struct group_plan *g = &given.plan.group[i];

	snprintf(g->name, sizeof(g->name), "%s", name);
	snprintf(g->worker, sizeof(g->worker), "%s", worker);
	g->threads = 1;
	given.plan.groups = i + 1;
	record.group[i].storm = counts;
}

static void calls_that_all_fail_are_broken(void **state)
{
	struct worker_counts failed = {.ops = 64, .errors = 64, .last_errno = EPERM};

	did(0, "splitter", "split_cold", failed);
	judge(VERDICT_BROKEN, "no call succeeded: 64 of 64 calls of [splitter] failed: "
			      "Operation not permitted");
	/* Of faulters as well; whatever else goes well. */
	did(0, "splitter", "split_cold", (struct worker_counts){.ops = 64, .claimed = 64});
	did(1, "tails", "fault_fstat", failed);
	judge(VERDICT_BROKEN, "no call succeeded: 64 of 64 calls of [tails] failed: Operation");
	record.group[1].storm.errors = 63;
	judge(VERDICT_PASS, "no harm seen");
	/* Before the call: where a page is cannot be asked. */
	failed.ops = 0;
	did(0, "mover", "move_pages", failed);
	judge(VERDICT_BROKEN, "[mover] failed 64 times before its first call, the last: Operation");
}

static void an_owner_that_changed_nothing_is_not_exercised(void **state)
{
	did(0, "mover", "move_pages", (struct worker_counts){.ops = 64, .refused = 64});
	did(1, "tails", "fault_fstat", (struct worker_counts){.ops = 64});
	judge(VERDICT_NOT_EXERCISED,
	      "[mover] had no call that succeeded: the kernel refused or did "
	      "not complete all 64 calls of [mover]");
	did(0, "mover", "move_pages", (struct worker_counts){.made_small = 9});
	given.plan.groups = 2;
	judge(VERDICT_NOT_EXERCISED,
	      "[mover] finished no call: 9 of 9 slots of [mover] came out small");
	record.interrupted_by = SIGINT;
	judge(VERDICT_NOT_EXERCISED, "[mover] finished no call; the run was interrupted by SIGINT");
	/* One that cannot run here is a group that was skipped. */
	record.interrupted_by = 0;
	given.plan.group[0].threads = 0;
	judge(VERDICT_PASS, "no harm seen");
}

static void tool_failure_keeps_its_reason(void **state)
{
	record.events[EVENT_tool_failed] = 1;
	snprintf(record.reason, sizeof(record.reason), "the disk is full");
	judge(VERDICT_BROKEN, "the disk is full");
}

static void every_finding_fails(void **state)
{
	for (int k = 0; k < EVENT_KIND_COUNT; k++) {
		fresh(NULL);
		finding((enum event_kind)k, "text of it");
		if (event_weights[k] == WEIGHT_FINDING)
			judge(VERDICT_FAIL, "text of it");
		else if (event_weights[k] != WEIGHT_BROKEN)
			judge(VERDICT_PASS, "");
	}
}

static void finding_beats_everything(void **state)
{
	record.events[EVENT_tool_failed] = 1;
	record.group[0].no_effect = true;
	given.plan.expose[EXPOSURE_folio_splits] = 100;
	finding(EVENT_soft_lockup, "CPU#1 stuck for 26s");
	judge(VERDICT_FAIL, "soft_lockup: CPU#1 stuck for 26s");
}

/* The gravest, and what came before it. */
static void the_gravest_finding_is_the_reason(void **state)
{
	struct event first;

	finding(EVENT_stuck, "in flight for 10 s");
	first = record.first_finding;
	judge(VERDICT_FAIL, "stuck: in flight for 10 s");
	assert_null(strstr(record.reason, "before that"));
	finding(EVENT_data_lost, "page 3 of slot 7");
	finding(EVENT_warning, "mm/memory.c");
	record.first_finding = first;
	judge(VERDICT_FAIL, "data_lost: page 3 of slot 7; before that stuck: in flight for 10 s");
}

static void what_was_not_verified_is_no_pass(void **state)
{
	record.pages = 10;
	record.pages_checked = 4;
	judge(VERDICT_BROKEN, "the arena was not verified: 6 of 10 pages were not checked");
	record.interrupted_by = SIGTERM;
	judge(VERDICT_NOT_EXERCISED, "interrupted before it had verified the arena: 6 of 10 pages");
	record.pages_checked = 10;
	judge(VERDICT_PASS, "no harm seen, but the run was interrupted by SIGTERM");
}

static void a_pass_says_what_it_is_worth(void **state)
{
	given.plan.groups = 3;
	record.group[0].skipped = record.group[1].skipped = true;
	judge(VERDICT_PASS, "no harm seen, 2 of 3 groups skipped");
	assert_null(strstr(record.reason, "warnings"));
	record.events[EVENT_cpu_stall] = 1;
	judge(VERDICT_PASS, "no harm seen, 2 of 3 groups skipped; see the warnings");
}

static void names_and_codes(void **state)
{
	assert_string_equal(verdict_name(VERDICT_NOT_EXERCISED), "NOT EXERCISED");
	assert_int_equal(VERDICT_PASS, 0);
	assert_int_equal(VERDICT_FAIL, 1);
	assert_int_equal(VERDICT_BROKEN, 2);
	assert_int_equal(VERDICT_NOT_EXERCISED, 3);
	assert_int_equal(VERDICT_SKIP, 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nothing_wrong_is_a_pass, fresh),
		cmocka_unit_test_setup(no_operation_is_not_exercised, fresh),
		cmocka_unit_test_setup(exposure_is_demanded, fresh),
		cmocka_unit_test_setup(no_effect_is_broken, fresh),
		cmocka_unit_test_setup(calls_that_all_fail_are_broken, fresh),
		cmocka_unit_test_setup(an_owner_that_changed_nothing_is_not_exercised, fresh),
		cmocka_unit_test_setup(tool_failure_keeps_its_reason, fresh),
		cmocka_unit_test(every_finding_fails),
		cmocka_unit_test_setup(finding_beats_everything, fresh),
		cmocka_unit_test_setup(the_gravest_finding_is_the_reason, fresh),
		cmocka_unit_test_setup(what_was_not_verified_is_no_pass, fresh),
		cmocka_unit_test_setup(a_pass_says_what_it_is_worth, fresh),
		cmocka_unit_test(names_and_codes),
	};

	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
