/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The phases of a run under told time, with a storm process that the test plays: what hangs is a
 * finding in whichever phase it hangs, who is slow but moves is not killed, and what was not
 * checked is no PASS. Time, wait and kill are the test's (see the --wrap options in CMake).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "told_given.h"
#include "base/interrupt.h"
#include "detect/progress.h"
#include "measure/clock.h"
#include "run/supervisor.h"
#include "run/segment.h"

#define STORM_PID 4194305 /* above any pid_max */
#define SECOND	  NSEC_PER_SEC
#define WORKERS	  2 /* a splitter and a faulter */

static uint64_t told; /* the time */
static struct supervisor *s;
static struct run_record *record;
static struct given given;

/* The storm that is played. */
static struct play {
	int hangs_in;	   /* worker 1 goes into an operation in that phase and stays; -1 */
	uint64_t hangs_at; /* or at this time; 0: as the phase begins */
	bool idles;	   /* it hangs outside an operation */
	bool survives;	   /* SIGKILL does not end it */
	uint64_t verify;   /* ns that verification takes; UINT64_MAX: it stands still half-way */
	uint64_t interrupt_at, again_at;
	uint64_t stop_at; /* then nobody runs for 17 s */
	bool suspends;	  /* and the machine is suspended meanwhile */
	uint64_t asleep;  /* for so long in all */
	bool lingers;	  /* the process does not end when all is done */
	bool last_word;	  /* a wrong page is seen after the last look at them */
	bool returns;	  /* what hung returns after that */
	int makes_in;	  /* worker 0 begins to make its huge pages in that phase; -1 */
	uint64_t made_at; /* and is done at this time; 0: never */
	bool starved;	  /* it is runnable and does not run */
	bool making, large;
	enum chore_kind chore; /* CHORE_NONE: making */
	char storm_state; /* of the storm's first thread, from stopped_at to goes_on_at; 0: running */
	uint64_t stopped_at, goes_on_at;
	bool continued;	     /* SIGCONT came */
	uint64_t returns_at; /* then what hung returns; 0: never */
	int harms_in;	     /* worker 0 sees a wrong page in that phase; -1 */
	uint64_t harmed;     /* when it did */
	bool hung, dead, killed;
	int status;
	uint64_t stopped; /* when STOP began */
} play;

int __wrap_clock_gettime(clockid_t id, struct timespec *t);
int __wrap_clock_gettime(clockid_t id, struct timespec *t)
{
	*t = timespec_from_ns(told + (id == CLOCK_BOOTTIME) * play.asleep);
	return 0;
}

static void hang(void)
{
	struct worker_share *w = share_worker(&s->share, 1);

	play.hung = true;
	if (play.idles)
		return;
	if (play.hangs_in == PHASE_QUIET)
		flight_plan(&w->flight, 0x1000, FLIGHT_PRIVATE, 1, 0);
	else
		flight_plan(&w->flight, 0x1000, 12, 317, 0);
	flight_begin(&w->flight, told);
}

static void verify(void)
{
	struct site_share *h = share_site(&s->share, 0);
	uint64_t spent = told - play.stopped;

	if (play.verify == UINT64_MAX) {
		h->pages_looked = h->pages / 2;
		h->chore.kind = CHORE_VERIFY;
		h->chore.since = play.stopped;
		return;
	}
	h->pages_looked = spent >= play.verify ? h->pages : h->pages * spent / play.verify;
	if (h->pages_looked == h->pages)
		play.dead |= !play.lingers;
}

/* Seven of 16 are made, then nothing. */
static void make(void)
{
	struct worker_share *w = share_worker(&s->share, 0);

	w->chore.making = play.large ? 20480 : 16;
	w->chore.made = play.large ? 0 : 7;
	w->chore.kind = play.chore ? play.chore : CHORE_MAKE;
	w->chore.since = told;
	play.making = true;
}

static bool storm_is_stopped(void)
{
	return play.stopped_at && told >= play.stopped_at && told < play.goes_on_at;
}

static const struct harm harm_seen = {.kind = EVENT_data_lost,
				      .slot = 7,
				      .page = 3,
				      .offset = 2048,
				      .found = 0x1a,
				      .expected = 0x2b};

/* What happens until @told is @to. */
static void pass(uint64_t to)
{
	enum phase phase = phase_of(s->share.head->phase);

	told = to;
	if (play.interrupt_at && told >= play.interrupt_at) {
		play.interrupt_at = 0;
		raise(SIGINT);
	}
	if (storm_is_stopped())
		return;
	if (play.returns_at && told >= play.returns_at && play.hung) {
		flight_end(&share_worker(&s->share, 1)->flight);
		play.hung = false;
		play.hangs_in = -1;
	}
	if ((int)phase == play.makes_in && !play.making && !play.made_at)
		make();
	if (play.making && play.made_at && told >= play.made_at) {
		share_worker(&s->share, 0)->chore.since = 0;
		play.making = false;
	}
	if ((int)phase == play.hangs_in && told >= play.hangs_at && !play.hung)
		hang();
	if ((int)phase == play.harms_in && !play.harmed) {
		play.harmed = told;
		harm_tell(&share_worker(&s->share, 0)->harm, &harm_seen, 1);
		share_worker(&s->share, 0)->harm.harm[0].when = told;
	}
	if (phase == PHASE_WARMUP || phase == PHASE_STORM) {
		share_worker(&s->share, 0)->finished += !play.making;
		share_worker(&s->share, 1)->finished += !play.hung;
	}
	if (play.again_at && told >= play.again_at) {
		play.again_at = 0;
		raise(SIGINT);
	}
	if (phase != PHASE_STOP)
		return;
	if (!play.stopped)
		play.stopped = told;
	for (unsigned w = 0; w < WORKERS; w++)
		share_worker(&s->share, w)->life =
			(w ? play.hung : play.making) ? LIFE_RUNNING : LIFE_DONE;
	if (!play.hung && !play.making)
		verify();
}

void __wrap_clock_sleep(uint64_t ns);
void __wrap_clock_sleep(uint64_t ns)
{
	if (play.stop_at && told >= play.stop_at) {
		play.stop_at = 0;
		told += 17 * SECOND;
		play.asleep += play.suspends ? 17 * SECOND : 0;
		if (play.returns) {
			flight_end(&share_worker(&s->share, 1)->flight);
			play.hung = false;
			play.hangs_in = -1;
		}
	}
	pass(told + ns);
}

bool __wrap_share_all_parked(struct share *share, uint64_t ns);
bool __wrap_share_all_parked(struct share *share, uint64_t ns)
{
	pass(told + ns);
	for (unsigned w = 0; w < WORKERS; w++)
		share_worker(share, w)->life =
			(w ? play.hung : play.making) ? LIFE_RUNNING : LIFE_PARKED;
	return !play.hung && !play.making && !storm_is_stopped();
}

int __wrap_kill(pid_t pid, int signo);
int __wrap_kill(pid_t pid, int signo)
{
	assert_int_equal(pid, STORM_PID);
	if (signo == SIGCONT) {
		play.continued = true;
		if (play.storm_state == 'T')
			play.goes_on_at = told;
		return 0;
	}
	assert_int_equal(signo, SIGKILL);
	play.killed = true;
	if (!play.survives) {
		play.dead = true;
		play.status = SIGKILL;
	}
	return 0;
}

/* The storm's first thread, and that of worker 0. */
void __wrap_thread_look(const struct thread_files *f, struct thread_look *look);
void __wrap_thread_look(const struct thread_files *f, struct thread_look *look)
{
	*look = (struct thread_look){.known = true, .state = 'S'};
	if (f == &s->site[0].files)
		look->state = storm_is_stopped() ? play.storm_state : 'S';
	else if (play.starved)
		look->state = 'R';
	else
		look->state = 'D';
}

pid_t __wrap_waitpid(pid_t pid, int *status, int options);
pid_t __wrap_waitpid(pid_t pid, int *status, int options)
{
	assert_int_equal(pid, STORM_PID);
	if (!play.dead)
		return 0;
	*status = play.status;
	return pid;
}

static struct {
	struct event event[64];
	unsigned count;
} heard;

static void hear(const struct event *e)
{
	if (heard.count < ARRAY_SIZE(heard.event))
		heard.event[heard.count++] = *e;
}

void __wrap_stream_event(struct stream *stream, const struct event *e);
void __wrap_stream_event(struct stream *stream, const struct event *e)
{
	hear(e);
}

void __wrap_stream_interval(struct stream *stream, const struct interval *i);
void __wrap_stream_interval(struct stream *stream, const struct interval *i)
{
}

/* The first event of that kind whose text has @text. */
static const struct event *said(enum event_kind kind, const char *text)
{
	for (unsigned i = 0; i < heard.count; i++) {
		if (heard.event[i].kind == (int)kind && strstr(heard.event[i].text, text))
			return &heard.event[i];
	}
	return NULL;
}

static int set_up(void **state)
{
	static const struct run_sink sink;
	struct error err;

	memset(&play, 0, sizeof(play));
	memset(&heard, 0, sizeof(heard));
	play.hangs_in = play.harms_in = play.makes_in = -1;
	told = 1000 * SECOND;
	s = calloc(1, sizeof(*s));
	record = calloc(1, sizeof(*record));
	s->record = record;
	memset(&given, 0, sizeof(given));
	s->given = &given;
	s->plan = &given.plan;
	s->placement = &given.geometry.placement;
	s->sink = &sink;
	record->first_finding.kind = record->gravest.kind = -1;
	given.geometry.slots = 16;
	given.geometry.slot_bytes = 2 * MIB;
	given.plan = (struct run_plan){
		.duration = 3 * SECOND,
		.quiet = SECOND,
		.warmup = SECOND,
		.interval = SECOND,
		.stuck_after = 10 * SECOND,
		.spin_after = SECOND,
		.spin_faults = 10000,
		.verify = true,
		.groups = 2,
		.detectors = "progress",
		.witness = "all",
	};
	snprintf(given.plan.group[0].name, PLAN_NAME_MAX, "splitter");
	snprintf(given.plan.group[0].worker, PLAN_NAME_MAX, "split_cold");
	snprintf(given.plan.group[1].name, PLAN_NAME_MAX, "tails");
	snprintf(given.plan.group[1].worker, PLAN_NAME_MAX, "fault_fstat");
	given.plan.group[0].threads = given.plan.group[1].threads = 1;
	given.geometry.placement.thread[1].group = 1;
	s->site[0].pid = STORM_PID;
	given.geometry.placement.spare_cpu = -1;
	told_given(&given);
	assert_int_equal(share_create(&s->share, 1, WORKERS, (const short[]){-1, -1}, &err), 0);
	for (unsigned w = 0; w < WORKERS; w++)
		share_worker(&s->share, w)->tid = 100 + (int)w;
	share_site(&s->share, 0)->pages = 16 * 512;
	s->evidence = calloc(WORKERS, sizeof(*s->evidence));
	return 0;
}

static int tear_down(void **state)
{
	interrupts_release();
	for (unsigned i = 0; i < s->detectors; i++) {
		if (s->detector[i].ops->release)
			s->detector[i].ops->release(&s->detector[i]);
		free(s->detector[i].state);
	}
	share_destroy(&s->share);
	vmstat_close(&s->counters);
	free(s->evidence);
	free(s);
	free(record);
	return 0;
}

/* As supervisor.c does it. */
static void run(void)
{
	struct error err;

	interrupts_catch();
	vmstat_open(&s->counters, 0);
	assert_int_equal(watch_begin(s, &err), 0);
	stillness_begin(s);
	storm_end(s, storm_lead(s));
	stillness_end(s);
	record->interrupted_by = interrupts_first();
	if (play.last_word)
		harm_tell(&share_worker(&s->share, 0)->harm, &harm_seen, 1);
	watch_finish(s);
	storm_classify_end(s);
	record->pages = share_site(&s->share, 0)->pages;
	record->pages_checked = share_site(&s->share, 0)->pages_looked;
	record->exposed[EXPOSURE_operations] = finished_operations(s);
	record->group[0].storm.claimed = share_worker(&s->share, 0)->finished;
	verdict_judge(&given, record);
}

static void a_healthy_storm_passes(void **state)
{
	run();
	assert_int_equal(record->verdict, VERDICT_PASS);
	assert_false(play.killed);
	assert_int_equal(record->pages_checked, record->pages);
}

/* The hang is told at stuck_after and again when the storm is killed, as a FAIL and nothing else.
 */
static void expect_hang(const char *where)
{
	const struct event *first = said(EVENT_stuck, "in flight for"), *last;

	assert_int_equal(record->verdict, VERDICT_FAIL);
	assert_int_equal(record->events[EVENT_tool_failed], 0);
	assert_true(play.killed);
	assert_non_null(first);
	assert_in_range(first->value, given.plan.stuck_after, given.plan.stuck_after + SECOND);
	assert_int_equal(first->worker, 1);
	assert_non_null(strstr(first->text, where));
	assert_non_null(strstr(first->text, "tails (fault_fstat, fstat(2)) on "));
	assert_non_null(strstr(first->text, "tid 101"));
	assert_int_equal(first->state, STATE_none);
	last = said(EVENT_stuck, "still in flight when the storm was killed");
	assert_non_null(last);
	assert_int_equal(last->state, STATE_left);
	assert_non_null(strstr(last->text, where));
	assert_non_null(strstr(record->reason,
			       play.survives ? "survived SIGKILL for 5.0 s"
					     : "still in flight when the storm was killed"));
}

static void a_hang_in_a_proof_is_a_finding(void **state)
{
	play.hangs_in = PHASE_PROOF;
	run();
	expect_hang("tail page 317 of slot 12");
}

static void a_hang_in_the_quiet_phase_is_a_finding(void **state)
{
	play.hangs_in = PHASE_QUIET;
	run();
	expect_hang("a private page");
}

static void a_hang_in_the_warm_up_is_a_finding(void **state)
{
	play.hangs_in = PHASE_WARMUP;
	run();
	expect_hang("tail page 317 of slot 12");
}

/* The run is shorter than stuck_after. */
static void a_hang_in_a_short_storm_is_a_finding(void **state)
{
	play.hangs_in = PHASE_STORM;
	run();
	expect_hang("tail page 317 of slot 12");
	assert_in_range(record->storm_ns, 3 * SECOND, 4 * SECOND);
}

/* The phase's own limit does not cut the age. */
static void a_hang_is_judged_by_its_age_alone(void **state)
{
	play.hangs_in = PHASE_STORM;
	given.plan.stuck_after = 90 * SECOND;
	run();
	expect_hang("tail page 317 of slot 12");
}

static void a_long_hang_in_a_proof_is_judged_by_its_age(void **state)
{
	play.hangs_in = PHASE_PROOF;
	given.plan.stuck_after = 300 * SECOND;
	run();
	expect_hang("tail page 317 of slot 12");
}

/* The storm that must be killed with an operation in flight is a FAIL whoever watched. */
static void without_the_detector_it_is_a_finding_too(void **state)
{
	play.hangs_in = PHASE_STORM;
	snprintf(given.plan.detectors, sizeof(given.plan.detectors), "none");
	run();
	assert_int_equal(record->verdict, VERDICT_FAIL);
	assert_non_null(said(EVENT_stuck, "still in flight when the storm was killed"));
}

static void one_that_survives_sigkill_is_told(void **state)
{
	const struct event *told_of;

	play.hangs_in = PHASE_STORM;
	play.survives = true;
	run();
	expect_hang("tail page 317 of slot 12");
	told_of = said(EVENT_stuck, "survived SIGKILL for 5.0 s, with 1 operation in flight");
	assert_non_null(told_of);
	assert_int_equal(told_of->state, STATE_survived);
}

static void a_worker_outside_an_operation_is_the_tools_failure(void **state)
{
	play.hangs_in = PHASE_PROOF;
	play.idles = true;
	run();
	assert_int_equal(record->verdict, VERDICT_BROKEN);
	assert_int_equal(record->events[EVENT_stuck], 0);
	assert_non_null(strstr(record->reason, "[tails] did not become ready"));
}

static void a_worker_that_does_not_stop_is_the_tools_failure(void **state)
{
	play.hangs_in = PHASE_STORM;
	play.idles = true;
	run();
	assert_int_equal(record->verdict, VERDICT_BROKEN);
	assert_non_null(strstr(record->reason, "[tails] did not stop (worker 1, tid 101)"));
}

/* However long it takes. */
static void a_verification_that_moves_is_not_killed(void **state)
{
	play.verify = 1000 * SECOND;
	run();
	assert_false(play.killed);
	assert_int_equal(record->verdict, VERDICT_PASS);
}

/* A page that does not come: the kernel's, as a touch that does not return is. */
static void a_verification_that_hangs_is_a_finding(void **state)
{
	const struct event *e;

	play.verify = UINT64_MAX;
	run();
	assert_true(play.killed);
	assert_int_equal(record->verdict, VERDICT_FAIL);
	e = said(EVENT_stuck, "the storm reading the arena's pages after the storm for 10.");
	assert_non_null(e);
	assert_int_equal(e->worker, -1);
	e = said(EVENT_stuck, "it was still at it when the storm was killed");
	assert_non_null(e);
	assert_int_equal(e->state, STATE_left);
}

static void what_was_not_verified_is_no_pass(void **state)
{
	play.verify = UINT64_MAX;
	play.starved = true;
	run();
	assert_true(play.killed);
	assert_int_equal(record->verdict, VERDICT_BROKEN);
	assert_non_null(strstr(record->reason, "4096 of 8192 pages"));
}

/* 40 GiB may be unmapped before the first is made. */
static void a_large_range_may_take_its_time(void **state)
{
	play.makes_in = PHASE_STORM;
	play.large = true;
	run();
	assert_non_null(said(EVENT_stuck, "making huge page 1 of 20480 for 50."));
	assert_int_equal(record->verdict, VERDICT_FAIL);
}

/* Nobody is in an operation, and everything was verified. */
static void a_process_that_does_not_end_is_the_tools_failure(void **state)
{
	play.lingers = true;
	run();
	assert_true(play.killed);
	assert_int_equal(record->verdict, VERDICT_BROKEN);
	assert_string_equal(record->reason, "the storm did not end when it was asked to");
}

/* How far a splitter was that never came to split: what the verdict's cause is made from. */
static void what_was_still_being_made_is_in_the_record(void **state)
{
	share_worker(&s->share, 0)->chore.making = 16;
	share_worker(&s->share, 0)->chore.made = 5;
	run();
	assert_int_equal(record->group[0].making, 1);
	assert_int_equal(record->group[0].to_make, 16);
	assert_int_equal(record->group[0].made_so_far, 5);
	assert_int_equal(record->group[1].making, 0);
}

/* The user may not want to wait: nothing is found of what was not judged, and nothing passes. */
static void a_second_interrupt_is_an_interrupt(void **state)
{
	play.hangs_in = PHASE_STORM;
	play.interrupt_at = told + 5 * SECOND;
	play.again_at = told + 6 * SECOND;
	run();
	assert_true(play.killed);
	assert_int_equal(record->events[EVENT_stuck], 0);
	assert_int_equal(record->verdict, VERDICT_NOT_EXERCISED);
	assert_non_null(strstr(record->reason, "interrupted"));
}

/* In whichever phase it is seen, and at the time at which it is. */
static void expect_harm(enum phase phase, const char *when)
{
	const struct event *e;

	play.harms_in = (int)phase;
	run();
	assert_int_equal(record->verdict, VERDICT_FAIL);
	e = said(EVENT_data_lost, "page 3 of slot 7 holds 0x1a instead of 0x2b");
	assert_non_null(e);
	assert_int_equal(e->when, play.harmed);
	assert_int_equal(e->worker, 0);
	assert_non_null(strstr(e->text, when));
	assert_int_equal(record->events[EVENT_data_lost], 1);
	assert_int_equal(record->first_finding.when, play.harmed);
}

static void a_wrong_page_in_a_proof_is_told(void **state)
{
	expect_harm(PHASE_PROOF, "splitter, before the storm");
}

static void a_wrong_page_in_the_warm_up_is_told(void **state)
{
	expect_harm(PHASE_WARMUP, "splitter, before the storm");
}

static void a_wrong_page_in_the_storm_is_told_at_once(void **state)
{
	expect_harm(PHASE_STORM, "splitter, during the storm");
	assert_in_range(play.harmed, record->storm_began, record->storm_began + SECOND);
}

static void a_wrong_page_after_the_storm_is_told(void **state)
{
	expect_harm(PHASE_STOP, "splitter, after the storm");
}

static void a_wrong_page_at_the_very_end_is_told(void **state)
{
	play.last_word = true;
	run();
	assert_int_equal(record->verdict, VERDICT_FAIL);
	assert_non_null(said(EVENT_data_lost, "page 3 of slot 7 holds 0x1a instead of 0x2b"));
	assert_int_equal(record->events[EVENT_data_lost], 1);
}

/* The ring holds eight, and the count goes on. */
static void many_wrong_pages_are_counted(void **state)
{
	struct harm_ring *ring = &share_worker(&s->share, 1)->harm;

	for (unsigned i = 0; i < 100; i++)
		harm_tell(ring, &harm_seen, 1);
	run();
	assert_int_equal(record->events[EVENT_data_lost], HARM_RING + 1);
	assert_non_null(
		said(EVENT_data_lost, "tails: 100 pages with wrong content in all, 8 of them"));
}

static void the_verifications_word_is_told(void **state)
{
	harm_tell(&share_site(&s->share, 0)->harm, &harm_seen, 3);
	run();
	assert_int_equal(record->verdict, VERDICT_FAIL);
	assert_non_null(said(EVENT_data_lost, "verification, "));
	assert_non_null(said(EVENT_data_lost, "verification: 3 pages with wrong content in all"));
}

static void need_schedstat(void)
{
	if (!access("/proc/thread-self/schedstat", R_OK))
		return;
	print_message("SKIP: this kernel has no /proc/PID/schedstat\n");
	skip();
}

/* SIGSTOP, a frozen cgroup: the storm has its whole time, and nobody was slow in the other. */
static void a_stopped_watch_finds_nothing(void **state)
{
	uint64_t began = told;

	need_schedstat();
	play.hangs_in = PHASE_STORM;
	play.stop_at = told + 3 * SECOND;
	play.returns = true;
	run();
	assert_int_equal(record->events[EVENT_standstill], 1);
	assert_non_null(said(EVENT_standstill, "thpstorm itself was stopped for 17."));
	assert_int_equal(record->events[EVENT_stuck], 0);
	assert_int_equal(record->verdict, VERDICT_PASS);
	assert_in_range(record->storm_ns, 3 * SECOND, 3 * SECOND + NSEC_PER_SEC / 5);
	assert_in_range(told - began, 20 * SECOND, 30 * SECOND);
}

static void a_suspended_machine_is_told_as_such(void **state)
{
	need_schedstat();
	play.stop_at = told + 3 * SECOND;
	play.suspends = true;
	run();
	assert_non_null(said(EVENT_standstill, "was suspended with the machine for 17."));
	assert_int_equal(record->verdict, VERDICT_PASS);
}

/* What hangs besides has its age without the stop. */
static void a_hang_around_a_stop_is_a_finding(void **state)
{
	need_schedstat();
	play.hangs_in = PHASE_STORM;
	play.stop_at = told + 3 * SECOND;
	run();
	assert_int_equal(record->events[EVENT_standstill], 1);
	expect_hang("tail page 317 of slot 12");
}

/* Which gap is a standstill, and which is a lockup that the watch was in itself. */
static void a_locked_up_watch_is_no_standstill(void **state)
{
	const uint64_t gap = 17 * SECOND, none = STANDSTILL_UNKNOWN;

	assert_true(standstill_is(gap, gap, 0));
	assert_true(standstill_is(gap, gap - 50 * NSEC_PER_MSEC, none));
	assert_true(standstill_is(gap, none, 0));
	/* Runnable, and it did not get its CPU. */
	assert_false(standstill_is(gap, gap, gap));
	assert_false(standstill_is(gap, none, gap));
	/* Some heartbeat beat. */
	assert_false(standstill_is(gap, 100 * NSEC_PER_MSEC, 0));
	assert_false(standstill_is(gap, none, none));
	assert_false(standstill_is(STANDSTILL_MIN - 1, STANDSTILL_MIN, 0));
}

static void standstills_add_up(void **state)
{
	struct standstills st = {0};

	assert_int_equal(standstill_ran(&st, 10, 30), 20);
	assert_int_equal(standstill_ran(&st, 30, 10), 0);
	standstill_add(&st, 100, 200);
	standstill_add(&st, 300, 350);
	assert_int_equal(standstill_within(&st, 0, 1000), 150);
	assert_int_equal(standstill_within(&st, 150, 320), 70);
	assert_int_equal(standstill_within(&st, 200, 300), 0);
	assert_int_equal(standstill_ran(&st, 90, 210), 20);
	for (unsigned i = 0; i < 2 * STANDSTILLS_MAX; i++)
		standstill_add(&st, 1000 + i * 100, 1010 + i * 100);
	assert_int_equal(standstill_within(&st, 0, 100000), 150 + 2 * STANDSTILLS_MAX * 10);
	/* What ran between two late ones is not taken out with them. */
	assert_int_equal(standstill_within(&st, 13600, 13700), 10);
	assert_int_equal(standstill_ran(&st, 13610, 13700), 90);
}

/* In mmap(2), madvise(2) or a fault between two operations: it is the kernel that hangs there too. */
static void expect_hang_in_making(void)
{
	const struct event *first =
		said(EVENT_stuck, "splitter (split_cold) making huge page 8 of 16 for 10");

	assert_int_equal(record->verdict, VERDICT_FAIL);
	assert_int_equal(record->events[EVENT_tool_failed], 0);
	assert_true(play.killed);
	assert_non_null(first);
	assert_int_equal(first->worker, 0);
	assert_in_range(first->value, given.plan.stuck_after, given.plan.stuck_after + SECOND);
	assert_non_null(strstr(first->text, "tid 100"));
	assert_non_null(said(EVENT_stuck, "it was still at it when the storm was killed"));
	assert_int_equal(record->events[EVENT_stuck], 2);
}

static void a_hang_while_a_proof_makes_pages_is_a_finding(void **state)
{
	uint64_t began = told;

	play.makes_in = PHASE_PROOF;
	run();
	expect_hang_in_making();
	/* Judged by its age, not by the limit of the phase. */
	assert_in_range(told - began, 20 * SECOND, 45 * SECOND);
}

static void a_hang_while_a_short_storm_makes_pages_is_a_finding(void **state)
{
	play.makes_in = PHASE_STORM;
	run();
	expect_hang_in_making();
}

/* A real-time faulter has its CPU: a storm that was asked for, not a kernel that hangs. */
static void who_is_kept_from_making_pages_does_not_hang(void **state)
{
	play.makes_in = PHASE_STORM;
	play.starved = true;
	given.plan.duration = 30 * SECOND;
	run();
	assert_int_equal(record->events[EVENT_stuck], 0);
	assert_int_equal(record->verdict, VERDICT_BROKEN);
	assert_non_null(strstr(record->reason, "it was making huge pages anew"));
}

/* An owner's other calls between two operations. */
static void expect_hang_at(enum chore_kind chore, const char *text, const char *call,
			   uint64_t least)
{
	const struct event *first;

	play.makes_in = PHASE_STORM;
	play.chore = chore;
	run();
	first = said(EVENT_stuck, text);
	assert_non_null(first);
	assert_int_equal(record->verdict, VERDICT_FAIL);
	assert_int_equal(record->events[EVENT_tool_failed], 0);
	assert_true(play.killed);
	assert_in_range(first->value, least, least + SECOND);
	assert_string_equal(first->call, call);
	assert_int_equal(record->events[EVENT_stuck], 2);
}

static void a_query_that_hangs_is_a_finding(void **state)
{
	expect_hang_at(CHORE_ASK, "asking where a page is (move_pages(2)) for 10",
		       "move_pages(2) as a query", given.plan.stuck_after);
}

static void a_drain_that_hangs_is_a_finding(void **state)
{
	expect_hang_at(CHORE_DRAIN, "having the slab caches dropped (vm.drop_caches) for 60",
		       "a write to vm.drop_caches", 6 * given.plan.stuck_after);
}

static void what_takes_long_and_comes_is_no_hang(void **state)
{
	play.makes_in = PHASE_STORM;
	given.plan.duration = 30 * SECOND;
	play.made_at = told + 11 * SECOND;
	run();
	assert_int_equal(record->events[EVENT_stuck], 0);
	assert_int_equal(record->verdict, VERDICT_PASS);
}

/* SIGSTOP to the storm alone, a debugger: the storm has its whole time besides. */
static void stop_storm(char how)
{
	play.storm_state = how;
	play.stopped_at = told + 3 * SECOND;
	play.goes_on_at = told + 20 * SECOND;
}

static void expect_stopped(void)
{
	assert_int_equal(record->events[EVENT_standstill], 1);
	assert_int_equal(record->events[EVENT_stuck], 0);
	assert_int_equal(record->events[EVENT_tool_failed], 0);
	assert_int_equal(record->verdict, VERDICT_PASS);
	assert_non_null(said(EVENT_standstill, "the storm (pid 4194305) was stopped for "));
	/* What the machine did meanwhile is judged all the same. */
	assert_int_equal(s->watch.stood.count, 0);
}

static void an_operation_of_a_stopped_storm_is_not_stuck(void **state)
{
	play.hangs_in = PHASE_STORM;
	stop_storm('t');
	given.plan.stuck_after = 5 * SECOND;
	play.returns_at = play.goes_on_at;
	run();
	expect_stopped();
	assert_non_null(said(EVENT_standstill, "; 1 operation in flight has it in their latency"));
	assert_in_range(record->storm_ns, 3 * SECOND, 3 * SECOND + NSEC_PER_SEC / 5);
}

/* It is let go on when it is asked to end, with all the time that it has then. */
static void a_storm_that_is_stopped_at_its_end_goes_on(void **state)
{
	play.storm_state = 'T';
	play.stopped_at = told + 3 * SECOND;
	play.goes_on_at = UINT64_MAX;
	play.interrupt_at = told + 60 * SECOND;
	run();
	assert_true(play.continued);
	assert_false(play.killed);
	expect_stopped();
}

/* A debugger does not let go: then it is killed, and no operation of it is the kernel's fault. */
static void a_storm_that_is_held_is_killed(void **state)
{
	play.hangs_in = PHASE_STORM;
	play.storm_state = 't';
	play.stopped_at = told + 3 * SECOND;
	play.goes_on_at = UINT64_MAX;
	play.interrupt_at = told + 60 * SECOND;
	run();
	assert_true(play.killed);
	assert_int_equal(record->events[EVENT_stuck], 0);
	assert_int_equal(record->verdict, VERDICT_BROKEN);
	assert_non_null(strstr(record->reason, "the storm (pid 4194305) is stopped"));
}

#define PHASE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PHASE_TEST(a_healthy_storm_passes),
		PHASE_TEST(a_hang_in_a_proof_is_a_finding),
		PHASE_TEST(a_hang_in_the_quiet_phase_is_a_finding),
		PHASE_TEST(a_hang_in_the_warm_up_is_a_finding),
		PHASE_TEST(a_hang_in_a_short_storm_is_a_finding),
		PHASE_TEST(a_hang_is_judged_by_its_age_alone),
		PHASE_TEST(a_long_hang_in_a_proof_is_judged_by_its_age),
		PHASE_TEST(without_the_detector_it_is_a_finding_too),
		PHASE_TEST(one_that_survives_sigkill_is_told),
		PHASE_TEST(a_worker_outside_an_operation_is_the_tools_failure),
		PHASE_TEST(a_worker_that_does_not_stop_is_the_tools_failure),
		PHASE_TEST(a_verification_that_moves_is_not_killed),
		PHASE_TEST(a_verification_that_hangs_is_a_finding),
		PHASE_TEST(what_was_not_verified_is_no_pass),
		PHASE_TEST(a_large_range_may_take_its_time),
		PHASE_TEST(a_process_that_does_not_end_is_the_tools_failure),
		PHASE_TEST(what_was_still_being_made_is_in_the_record),
		PHASE_TEST(a_second_interrupt_is_an_interrupt),
		PHASE_TEST(a_wrong_page_in_a_proof_is_told),
		PHASE_TEST(a_wrong_page_in_the_warm_up_is_told),
		PHASE_TEST(a_wrong_page_in_the_storm_is_told_at_once),
		PHASE_TEST(a_wrong_page_after_the_storm_is_told),
		PHASE_TEST(a_wrong_page_at_the_very_end_is_told),
		PHASE_TEST(many_wrong_pages_are_counted),
		PHASE_TEST(the_verifications_word_is_told),
		PHASE_TEST(a_stopped_watch_finds_nothing),
		PHASE_TEST(a_suspended_machine_is_told_as_such),
		PHASE_TEST(a_hang_around_a_stop_is_a_finding),
		PHASE_TEST(a_hang_while_a_proof_makes_pages_is_a_finding),
		PHASE_TEST(a_hang_while_a_short_storm_makes_pages_is_a_finding),
		PHASE_TEST(a_query_that_hangs_is_a_finding),
		PHASE_TEST(a_drain_that_hangs_is_a_finding),
		PHASE_TEST(who_is_kept_from_making_pages_does_not_hang),
		PHASE_TEST(what_takes_long_and_comes_is_no_hang),
		PHASE_TEST(an_operation_of_a_stopped_storm_is_not_stuck),
		PHASE_TEST(a_storm_that_is_stopped_at_its_end_goes_on),
		PHASE_TEST(a_storm_that_is_held_is_killed),
		cmocka_unit_test(a_locked_up_watch_is_no_standstill),
		cmocka_unit_test(standstills_add_up),
	};

	return cmocka_run_group_tests_name("phases", tests, NULL, NULL);
}
