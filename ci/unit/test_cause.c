/* SPDX-License-Identifier: GPL-2.0-only */
/* Why a storm was not exercised: facts of a record in, a sentence out. */
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
static struct run_record r;

static void group(unsigned i, const char *name, const char *worker)
{
	snprintf(given.plan.group[i].name, sizeof(given.plan.group[i].name), "%s", name);
	snprintf(given.plan.group[i].worker, sizeof(given.plan.group[i].worker), "%s", worker);
	given.plan.group[i].threads = 1;
}

static int fresh(void **state)
{
	memset(&given, 0, sizeof(given));
	memset(&r, 0, sizeof(r));
	given.plan.groups = 2;
	group(0, "splitter", "split_cold");
	group(1, "tails", "fault_fstat");
	r.first_finding.kind = r.gravest.kind = -1;
	for (int e = 0; e < EXPOSURE_COUNT; e++)
		r.counted[e] = r.bound[e] = VMSTAT_ABSENT;
	/* What is told last, so that whatever applies before it must be. */
	given.machine.host.cpus_online = 2;
	given.machine.host.load1 = 99;
	r.group[1].evidence = true;
	r.exposed[EXPOSURE_operations] = 1000;
	return 0;
}

static void expect_verdict(enum verdict verdict, enum exposure e, const char *phrase)
{
	given.plan.expose[e] = 10;
	told_given(&given);
	verdict_judge(&given, &r);
	assert_int_equal(r.verdict, verdict);
	if (!strstr(r.reason, phrase))
		fail_msg("'%s' is not in '%s'", phrase, r.reason);
	given.plan.expose[e] = 0;
}

static void expect(enum exposure e, const char *phrase)
{
	expect_verdict(VERDICT_NOT_EXERCISED, e, phrase);
}

static void still_making(void)
{
	r.group[0].making = 1;
	r.group[0].made_so_far = 12;
	r.group[0].to_make = 64;
}

/* No cause is known but the load of others. */
static void expect_none(enum exposure e)
{
	expect(e,
	       "declared 10: probably other load, for nothing else was seen: load average 99.0 on 2 CPUs before the run");
}

static void a_splitter_that_never_came_to_split(void **state)
{
	static const char phrase[] = "[splitter] was still making its first huge pages (12 of 64 "
				     "slots) when the storm ended; use a longer --duration or a "
				     "smaller --arena";

	still_making();
	expect(EXPOSURE_folio_splits, phrase);
	expect(EXPOSURE_kernel_hot_tail_faults, phrase);
	r.exposed[EXPOSURE_operations] = 0;
	expect(EXPOSURE_operations, "no worker finished an operation: [splitter] was still making");
	r.interrupted_by = SIGINT;
	expect(EXPOSURE_operations, "no worker finished an operation; the run was interrupted by ");
}

static void making_a_later_round_is_no_cause(void **state)
{
	still_making();
	r.group[0].storm.ops = 64;
	expect_none(EXPOSURE_folio_splits);
}

static void small_slots(void **state)
{
	r.group[0].storm = (struct worker_counts){.made_huge = 1, .made_small = 63};
	expect(EXPOSURE_folio_splits,
	       "63 of 64 slots of [splitter] came out small (probably memory is fragmented");
	snprintf(r.thp.anon.all, sizeof(r.thp.anon.all), "never");
	expect(EXPOSURE_folio_splits, "transparent huge pages are off");
	expect(EXPOSURE_folio_splits, "or --thp_enabled=madvise");
	/* What an ordinary user would be refused is no advice. */
	given.machine.host.may.thp = -EACCES;
	expect(EXPOSURE_folio_splits,
	       "or have root write madvise to /sys/kernel/mm/transparent_hugepage/enabled");
}

static void switched_off_meanwhile(void **state)
{
	r.group[0].storm = (struct worker_counts){.made_huge = 60, .made_small = 3};
	r.thp_switched_off = true;
	expect(EXPOSURE_folio_splits,
	       "somebody else set transparent_hugepage/enabled to 'never' during the run; 3 of 63 "
	       "slots of [splitter] came out small");
	/* Whoever splits had no harm of it. */
	r.group[0].storm.made_small = 0;
	given.plan.expose[EXPOSURE_folio_splits] = 10;
	told_given(&given);
	verdict_judge(&given, &r);
	assert_null(strstr(r.reason, "somebody else set"));
}

static void calls_that_failed(void **state)
{
	r.group[0].storm = (struct worker_counts){.ops = 64, .refused = 64};
	expect(EXPOSURE_folio_splits,
	       "the kernel refused or did not complete all 64 calls of [splitter]");
	r.group[0].storm = (struct worker_counts){.ops = 64, .errors = 64, .last_errno = EPERM};
	expect_verdict(VERDICT_BROKEN, EXPOSURE_folio_splits,
		       "64 of 64 calls of [splitter] failed: Operation not permitted");
	r.group[0].storm.errors = 40;
	expect(EXPOSURE_folio_splits,
	       "40 of 64 calls of [splitter] failed: Operation not permitted");
	r.group[0].storm = (struct worker_counts){.ops = 64, .claimed = 5, .refused = 59};
	expect_none(EXPOSURE_folio_splits);
	r.group[0].storm = (struct worker_counts){.ops = 64, .claimed = 64};
	r.group[1].storm = (struct worker_counts){.ops = 9, .errors = 9, .last_errno = EFAULT};
	expect_verdict(VERDICT_BROKEN, EXPOSURE_kernel_faults,
		       "9 of 9 calls of [tails] failed: Bad address");
}

static void faulters_that_met_nothing(void **state)
{
	r.group[0].storm = (struct worker_counts){.ops = 64, .claimed = 64};
	r.group[1].storm.idle = 77;
	expect(EXPOSURE_kernel_hot_tail_faults,
	       "[tails] looked 77 times and found no huge page under split or move");
	r.group[1].storm.ops = 500;
	expect(EXPOSURE_kernel_hot_tail_faults, "500 touches of [tails] met no fault at all");
	r.group[1].storm.faulted = r.group[1].storm.faults = 5;
	expect(EXPOSURE_kernel_hot_tail_faults,
	       "500 touches of [tails] met no fault on a tail under split or move");
}

static void faults_that_were_not_counted(void **state)
{
	r.group[1].evidence = false;
	snprintf(r.group[1].evidence_note, sizeof(r.group[1].evidence_note),
		 "the self-test failed");
	r.exposed[EXPOSURE_kernel_faults] = VMSTAT_ABSENT;
	expect(EXPOSURE_kernel_faults, "kernel_faults: not counted, declared 10: the faults of "
				       "[tails] were not counted: the self-test failed");
	/* Not what was asked for. */
	r.exposed[EXPOSURE_folio_splits] = VMSTAT_ABSENT;
	expect_none(EXPOSURE_folio_splits);
}

static void splits_of_others(void **state)
{
	r.group[0].storm = (struct worker_counts){.ops = 2, .claimed = 2};
	r.exposed[EXPOSURE_folio_splits] = r.bound[EXPOSURE_folio_splits] = 2;
	r.counted[EXPOSURE_folio_splits] = 339;
	expect(EXPOSURE_folio_splits, "folio_splits: 2, declared 10: the kernel counted 339, but "
				      "the workers claim 2 of them");
	/* Too few of all of them, or nothing that bounds them. */
	r.counted[EXPOSURE_folio_splits] = 9;
	expect_none(EXPOSURE_folio_splits);
	r.counted[EXPOSURE_folio_splits] = 339;
	r.bound[EXPOSURE_folio_splits] = VMSTAT_ABSENT;
	expect_none(EXPOSURE_folio_splits);
}

static void load_of_others(void **state)
{
	r.group[0].storm = (struct worker_counts){.ops = 2, .claimed = 2};
	given.machine.host.load1 = 5.25;
	expect(EXPOSURE_folio_splits,
	       "probably other load, for nothing else was seen: load average 5.2 on 2 CPUs before the run");
	given.machine.host.load1 = 1.9;
	given.plan.expose[EXPOSURE_folio_splits] = 10;
	told_given(&given);
	verdict_judge(&given, &r);
	assert_string_equal(r.reason, "folio_splits: 0, declared 10");
}

static void skipped_groups_have_no_part(void **state)
{
	given.plan.group[0].threads = 0;
	still_making();
	expect_none(EXPOSURE_folio_splits);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_splitter_that_never_came_to_split, fresh),
		cmocka_unit_test_setup(making_a_later_round_is_no_cause, fresh),
		cmocka_unit_test_setup(small_slots, fresh),
		cmocka_unit_test_setup(switched_off_meanwhile, fresh),
		cmocka_unit_test_setup(calls_that_failed, fresh),
		cmocka_unit_test_setup(faulters_that_met_nothing, fresh),
		cmocka_unit_test_setup(faults_that_were_not_counted, fresh),
		cmocka_unit_test_setup(splits_of_others, fresh),
		cmocka_unit_test_setup(load_of_others, fresh),
		cmocka_unit_test_setup(skipped_groups_have_no_part, fresh),
	};

	return cmocka_run_group_tests_name("cause", tests, NULL, NULL);
}
