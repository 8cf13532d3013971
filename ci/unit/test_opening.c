/* SPDX-License-Identifier: GPL-2.0-only */
/* The sentence that a report opens with, whole, of each verdict of a run and of a sweep. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "report/opening.h"
#include "result/json.h"
#include "result/json_host.h"
#include "sample_record.h"

#define PLACE "; on 6.12.6-amd64, preempt none, virtual machine (kvm)"

static struct given given;
static struct run_record record;

static int setup(void **state)
{
	sample_given(&given);
	sample_record(&record);
	return 0;
}

static json_t *result_object(void)
{
	json_t *result = result_record_json(&given, &record);

	json_object_set_new(result, "host", result_host_json(&given, &record));
	return result;
}

static void opens_object(const json_t *result, const char *sentence)
{
	char *text = opening_of_run(result);

	assert_string_equal(text, sentence);
	free(text);
}

static void opens(const char *sentence)
{
	json_t *result = result_object();

	opens_object(result, sentence);
	json_decref(result);
}

static struct event harm(enum event_kind kind, uint64_t into_ns, int group, int cpu)
{
	return (struct event){.kind = (int)kind,
			      .when = record.storm_began + into_ns,
			      .worker = group < 0 ? -1 : 7,
			      .group = group,
			      .cpu = cpu};
}

static void find(struct event first, struct event gravest)
{
	record.verdict = VERDICT_FAIL;
	record.first_finding = first;
	record.gravest = gravest;
	record.events[first.kind]++;
	record.events[gravest.kind]++;
}

static void a_fail_names_harm_call_time_and_kernel(void **state)
{
	struct event lockup = harm(EVENT_soft_lockup, 13 * NSEC_PER_SEC, 1, 1);

	find(harm(EVENT_stuck, NSEC_PER_SEC, 1, 0), lockup);
	opens("soft_lockup in fstat(2) of [tails], 13.0s into the storm; before that stuck, 1.00s "
	      "into the storm" PLACE);
	/* Of others: their call, or where it was. */
	record.first_finding = harm(EVENT_livelock, 36 * NSEC_PER_MSEC, 0, 0);
	opens("soft_lockup in fstat(2) of [tails], 13.0s into the storm; before that livelock in "
	      "madvise(2) MADV_COLD of [splitter], 36.0ms into the storm" PLACE);
	record.first_finding = record.gravest = lockup;
	opens("soft_lockup in fstat(2) of [tails], 13.0s into the storm" PLACE);
	record.first_finding = record.gravest = harm(EVENT_cpu_lockup, 2 * NSEC_PER_SEC, -1, 3);
	opens("cpu_lockup on CPU 3, 2.00s into the storm" PLACE);
	given.machine.host.hypervisor[0] = '\0';
	record.first_finding = record.gravest = harm(EVENT_taint, 0, -1, -1);
	opens("taint, 0ns into the storm; on 6.12.6-amd64, preempt none, bare metal");
}

/* An owner makes pages, and another thread meets the wrong one: not in the call that is timed. */
static void harm_outside_the_timed_call_is_not_laid_to_it(void **state)
{
	struct event hang = harm(EVENT_stuck, NSEC_PER_SEC, 0, 0),
		     lost = harm(EVENT_data_lost, 2 * NSEC_PER_SEC, 1, 1);

	SET(hang.call, "making huge pages");
	find(hang, hang);
	opens("stuck in making huge pages of [splitter], 1.00s into the storm" PLACE);
	find(hang, lost);
	opens("data_lost met by [tails], 2.00s into the storm; before that stuck in making huge "
	      "pages of [splitter], 1.00s into the storm" PLACE);
}

static void a_fail_may_come_before_the_storm(void **state)
{
	struct event hang = harm(EVENT_stuck, 0, 0, 0);

	hang.when -= 4 * NSEC_PER_SEC;
	find(hang, hang);
	opens("stuck in madvise(2) MADV_COLD of [splitter], 4.00s before the storm" PLACE);
	record.storm_began = 0;
	opens("stuck in madvise(2) MADV_COLD of [splitter], before the storm" PLACE);
}

static void a_pass_says_what_was_done_and_who_watched(void **state)
{
	record.verdict = VERDICT_PASS;
	opens("no harm in 30.0s of storm: 1234 folio splits, 4321 faults on tails under split or "
	      "move; slowest fault 12.3ms, oldest operation in flight 210ms; watched by heartbeat, "
	      "not by kmsg" PLACE "; see the warnings");
	record.events[EVENT_cpu_stall] = 0;
	record.interrupted_by = 2;
	record.exposed[EXPOSURE_thp_moved] = 17;
	record.detector[0].active = true;
	opens("no harm in 30.0s of storm, interrupted by SIGINT: 1234 folio splits, 17 THPs moved, "
	      "4321 faults on tails under split or move; slowest fault 12.3ms, oldest operation in "
	      "flight 210ms; watched by kmsg, heartbeat" PLACE);
}

static void a_pass_of_little_does_not_boast(void **state)
{
	record.verdict = VERDICT_PASS;
	record.events[EVENT_cpu_stall] = 0;
	memset(record.exposed, 0, sizeof(record.exposed));
	memset(record.group, 0, sizeof(record.group));
	record.exposed[EXPOSURE_operations] = 31;
	record.group[0].storm_all = sample_latency(31, 500);
	record.detector[1].active = false;
	opens("no harm in 30.0s of storm: 31 operations; slowest operation 500us; NOT WATCHED: no "
	      "detector was active" PLACE);
	record.exposed[EXPOSURE_user_faults] = 8;
	opens("no harm in 30.0s of storm: 8 faults; slowest operation 500us; NOT WATCHED: no "
	      "detector was active" PLACE);
	memset(record.exposed, 0, sizeof(record.exposed));
	record.detectors = 0;
	opens("no harm in 30.0s of storm: nothing counted; slowest operation 500us; NOT WATCHED: "
	      "no detector was active" PLACE);
}

static void other_verdicts_name_the_cause(void **state)
{
	opens("kernel_hot_tail_faults: 4321, declared 5000" PLACE);
	record.verdict = VERDICT_SKIP;
	SET(record.reason, "move_pages needs 2 nodes with memory, this machine has 1");
	opens("move_pages needs 2 nodes with memory, this machine has 1");
	record.verdict = VERDICT_BROKEN;
	SET(record.reason, "NO EFFECT: splitter claimed 4711, the kernel counted 1");
	opens("NO EFFECT: splitter claimed 4711, the kernel counted 1");
}

static void add_event(json_t *result, struct event event, const char *text)
{
	SET(event.text, "%s", text);
	json_array_append_new(json_object_get(result, "events"), result_event_json(&event));
}

static void a_run_that_did_not_end_says_how_far_it_came(void **state)
{
	json_t *result = json_pack("{s:b, s:[], s:{s:s, s:s}}", "complete", 0, "events",
				   "last_interval", "phase", "storm", "elapsed_s", "12.000");

	json_object_set_new(result, "host", result_host_json(&given, &record));
	opens_object(result, "no result.json: the machine or thpstorm died, or the run goes on; "
			     "last seen 12.0s into the storm" PLACE);
	add_event(result, harm(EVENT_cpu_stall, 0, -1, 1), "");
	add_event(result, harm(EVENT_phase, 0, -1, -1), "storm");
	add_event(result, harm(EVENT_stuck, 9 * NSEC_PER_SEC, 1, 1), "");
	add_event(result, harm(EVENT_soft_lockup, 11 * NSEC_PER_SEC, -1, 1), "");
	opens_object(result, "no result.json: the machine or thpstorm died, or the run goes on; "
			     "last seen 12.0s into the storm; first harm stuck on CPU 1, 9.00s "
			     "into the storm" PLACE);
	json_object_set_new(json_object_get(result, "last_interval"), "phase",
			    json_string("warmup"));
	json_object_set_new(result, "events", json_array());
	opens_object(result, "no result.json: the machine or thpstorm died, or the run goes on; "
			     "last seen in its phase warmup, before the storm" PLACE);
	json_decref(result);
}

static void what_is_missing_is_left_out(void **state)
{
	json_t *result = json_pack("{s:b, s:s}", "complete", 1, "verdict", "FAIL");

	opens_object(result, "");
	json_object_set_new(result, "verdict", json_string("PASS"));
	opens_object(result, "no harm in 0ns of storm: nothing counted; NOT WATCHED: no detector "
			     "was active");
	json_decref(result);
}

/* --- a sweep --- */

static void sweep_opens(const struct sweep_opening *o, const char *sentence)
{
	char *text = opening_of_sweep(o);

	assert_string_equal(text, sentence);
	free(text);
}

static struct sweep_opening twelve_cells(int code)
{
	return (struct sweep_opening){
		.code = code,
		.cells = 12,
		.of_code = 3,
		.runs = 12,
		.first_ns = NAN,
		.storm_ns = 120 * NSEC_PER_SEC,
		.splits = 4000,
		.tail = 70000,
		.slowest_ns = 12.3e6,
		.oldest_ns = 210 * NSEC_PER_MSEC,
		.gravest = 7,
		.of_result = 8,
		.reason = "why",
		.kernel = "6.12.6-amd64",
	};
}

static void a_sweep_that_failed(void **state)
{
	struct sweep_opening o = twelve_cells(VERDICT_FAIL);
	json_t *result;

	find(harm(EVENT_stuck, 0, 1, 1), harm(EVENT_soft_lockup, 0, 1, 1));
	result = result_object();
	o.hits = 3;
	o.first_ns = 1.2e9;
	o.result = result;
	sweep_opens(&o, "harm in 3 of 12 runs, 95 % interval 5.5 to 57.2 %, the first after 1.20s "
			"of storm (median); the worst: soft_lockup in fstat(2) of [tails], cell "
			"00008" PLACE);
	o.models = true;
	sweep_opens(&o, "harm in 3 of 12 runs, 95 % interval 5.5 to 57.2 %, the first after 1.20s "
			"of storm (median); the worst: soft_lockup in fstat(2) of [tails], cell "
			"00008; on 6.12.6-amd64, virtual machine (kvm)");
	/* A machine that was lost leaves no result. */
	o.result = NULL;
	o.first_ns = NAN;
	o.hits = o.lost = 1;
	sweep_opens(&o, "harm in 1 of 12 runs, 95 % interval 0.2 to 38.5 %; 1 cell took the "
			"machine down; on 6.12.6-amd64");
	json_decref(result);
}

static void a_sweep_that_passed(void **state)
{
	struct sweep_opening o = twelve_cells(VERDICT_PASS);

	sweep_opens(&o, "no harm: 0 of 12 runs, 95 % interval 0.0 to 26.5 %; 4000 folio splits, "
			"70000 faults on tails under split or move; slowest fault 12.3ms, oldest "
			"operation in flight 210ms; 120s of storm; on 6.12.6-amd64");
	o.splits = o.tail = o.oldest_ns = 0;
	o.slowest_ns = NAN;
	o.kernel = "";
	sweep_opens(&o, "no harm: 0 of 12 runs, 95 % interval 0.0 to 26.5 %; nothing counted; 120s "
			"of storm");
}

static void other_sweeps_name_the_cause(void **state)
{
	struct sweep_opening o = twelve_cells(VERDICT_NOT_EXERCISED);

	sweep_opens(&o, "3 of 12 cells, the worst 00007: why; on 6.12.6-amd64");
	o.code = VERDICT_BROKEN;
	sweep_opens(&o, "3 of 12 cells, the worst 00007: why");
	o.code = VERDICT_SKIP;
	sweep_opens(&o, "3 of 12 cells, the worst 00007: why");
	o.cells = 0;
	sweep_opens(&o, "no cell has a verdict yet");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_fail_names_harm_call_time_and_kernel, setup),
		cmocka_unit_test_setup(harm_outside_the_timed_call_is_not_laid_to_it, setup),
		cmocka_unit_test_setup(a_fail_may_come_before_the_storm, setup),
		cmocka_unit_test_setup(a_pass_says_what_was_done_and_who_watched, setup),
		cmocka_unit_test_setup(a_pass_of_little_does_not_boast, setup),
		cmocka_unit_test_setup(other_verdicts_name_the_cause, setup),
		cmocka_unit_test_setup(a_run_that_did_not_end_says_how_far_it_came, setup),
		cmocka_unit_test_setup(what_is_missing_is_left_out, setup),
		cmocka_unit_test_setup(a_sweep_that_failed, setup),
		cmocka_unit_test_setup(a_sweep_that_passed, setup),
		cmocka_unit_test_setup(other_sweeps_name_the_cause, setup),
	};

	return cmocka_run_group_tests_name("opening", tests, NULL, NULL);
}
