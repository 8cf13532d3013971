/* SPDX-License-Identifier: GPL-2.0-only */
/* Progress and taint: each event is seen to fire, and quiet input gives none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "put_file.h"
#include "base/textfile.h"
#include "detect/progress.h"
#include "detect/taint.h"
#include "measure/clock.h"
#include "run/segment.h"

static struct event seen[64];
static unsigned events;

static void take_event(struct watch *w, const struct event *e)
{
	assert_true(events < 64);
	seen[events++] = *e;
}

static unsigned count(enum event_kind kind)
{
	unsigned n = 0;

	for (unsigned i = 0; i < events; i++)
		n += seen[i].kind == (int)kind;
	return n;
}

static struct given given;
static struct share share;
static struct perf_event_mmap_page *page;
static struct evidence evidence[2];
static struct watch watch;
static struct detector detector;

static void begin(const struct detector_ops *ops)
{
	memset(&detector, 0, sizeof(detector));
	detector.ops = ops;
	detector.watch = &watch;
	detector.summary.worst_cpu = detector.summary.worst_worker = -1;
	detector.state = calloc(1, ops->state_size);
	assert_non_null(detector.state);
}

static void start(void)
{
	struct error err;

	assert_int_equal(detector.ops->start(&detector, &err), 0);
	detector.active = true;
}

static void end(void)
{
	if (detector.ops->finish)
		detector.ops->finish(&detector);
	if (detector.ops->release)
		detector.ops->release(&detector);
	free(detector.state);
}

static int fresh(void **state)
{
	static const short nodes[2] = {-1, -1};
	struct clock_facts facts;
	struct error err;

	clock_setup(&facts);
	events = 0;
	memset(&given, 0, sizeof(given));
	given.plan.heartbeat_period = 20 * NSEC_PER_MSEC;
	given.plan.stall_after = 100 * NSEC_PER_MSEC;
	given.plan.lockup_after = 10 * NSEC_PER_SEC;
	given.plan.stuck_after = 2 * NSEC_PER_SEC;
	given.plan.spin_faults = 1000;
	given.plan.spin_after = NSEC_PER_SEC;
	given.plan.groups = 1;
	snprintf(given.plan.group[0].name, sizeof(given.plan.group[0].name), "tails");
	snprintf(given.plan.group[0].worker, sizeof(given.plan.group[0].worker), "fault_fstat");
	if (share_create(&share, 1, 2, nodes, &err))
		return -1;
	page = calloc(1, sizeof(*page));
	evidence[0] = (struct evidence){.page = page, .fd = -1};
	evidence[1] = (struct evidence){.fd = -1};
	watch = (struct watch){.given = &given,
			       .share = &share,
			       .evidence = evidence,
			       .spare_cpu = -1,
			       .storming = true,
			       .emit = take_event};
	sched_getaffinity(0, sizeof(watch.watched), &watch.watched);
	return page ? 0 : -1;
}

static int done(void **state)
{
	free(page);
	share_destroy(&share);
	return 0;
}

/* --- progress --- */

static void fly(uint64_t since, uint64_t faults_before)
{
	struct worker_share *s = share_worker(&share, 0);

	s->tid = 4711;
	s->cpu = 1;
	flight_plan(&s->flight, 0x7000, 12, 317, faults_before);
	flight_begin(&s->flight, since);
}

static void set_flight(uint64_t since)
{
	fly(since, 0);
}

/* One that waits may take its time; one that faults all the while may not. */
static void spinning_operation_is_stuck_early(void **state)
{
	begin(&detector_progress);
	given.plan.spin_after = NSEC_PER_SEC / 2;
	start();
	set_flight(10 * NSEC_PER_SEC);
	page->data_head = 999 * EVIDENCE_RECORD_BYTES;
	detector_progress.poll(&detector, 10 * NSEC_PER_SEC + 600 * NSEC_PER_MSEC);
	assert_int_equal(events, 0);
	page->data_head = 1000 * EVIDENCE_RECORD_BYTES;
	detector_progress.poll(&detector, 10 * NSEC_PER_SEC + 700 * NSEC_PER_MSEC);
	assert_int_equal(count(EVENT_stuck), 1);
	assert_int_equal(count(EVENT_livelock), 1);
	end();
}

static void old_operation_is_stuck_once(void **state)
{
	begin(&detector_progress);
	start();
	set_flight(10 * NSEC_PER_SEC);
	detector_progress.poll(&detector, 11 * NSEC_PER_SEC);
	assert_int_equal(events, 0);
	detector_progress.poll(&detector, 12 * NSEC_PER_SEC);
	detector_progress.poll(&detector, 13 * NSEC_PER_SEC);
	assert_int_equal(count(EVENT_stuck), 1);
	assert_non_null(strstr(seen[0].text, "tails (fault_fstat) on tail page 317 of slot 12"));
	assert_non_null(strstr(seen[0].text, "in flight for 2.000 s"));
	assert_non_null(strstr(seen[0].text, "CPU 1, tid 4711"));
	/* The next operation that hangs is another finding. */
	set_flight(20 * NSEC_PER_SEC);
	detector_progress.poll(&detector, 25 * NSEC_PER_SEC);
	assert_int_equal(count(EVENT_stuck), 2);
	assert_true(progress_in_flight_max(&detector, 0) == 5 * NSEC_PER_SEC);
	assert_true(detector.summary.worst == 5 * NSEC_PER_SEC);
	assert_int_equal(detector.summary.worst_worker, 0);
	end();
	assert_non_null(strstr(detector.summary.text, "1 with an operation"));
}

/* A call that goes over all of memory takes its time. */
static void a_slow_call_is_granted_more(void **state)
{
	begin(&detector_progress);
	given.group[0].grants = 3;
	start();
	set_flight(10 * NSEC_PER_SEC);
	detector_progress.poll(&detector, 15 * NSEC_PER_SEC);
	assert_int_equal(events, 0);
	detector_progress.poll(&detector, 16 * NSEC_PER_SEC);
	assert_int_equal(count(EVENT_stuck), 1);
	end();
}

/* While its own process is stopped, and not while another is. */
static void an_operation_ages_as_its_process_runs(void **state)
{
	begin(&detector_progress);
	given.group[0].site = 1;
	start();
	set_flight(10 * NSEC_PER_SEC);
	standstill_add(&watch.site_stood[1], 11 * NSEC_PER_SEC, 13 * NSEC_PER_SEC);
	standstill_add(&watch.site_stood[0], 13 * NSEC_PER_SEC, 20 * NSEC_PER_SEC);
	detector_progress.poll(&detector, 13 * NSEC_PER_SEC);
	assert_int_equal(events, 0);
	detector_progress.poll(&detector, 14 * NSEC_PER_SEC);
	assert_int_equal(count(EVENT_stuck), 1);
	end();
}

/* A victim finishes nothing, which is its nature. */
static void a_victim_makes_no_progress_and_need_not(void **state)
{
	begin(&detector_progress);
	given.geometry.placement.thread[0].victim = true;
	given.geometry.placement.thread[1].victim = true;
	start();
	detector_progress.poll(&detector, 10 * NSEC_PER_SEC);
	detector_progress.poll(&detector, 100 * NSEC_PER_SEC);
	assert_int_equal(count(EVENT_no_progress), 0);
	end();
}

static void a_spin_in_flight_is_a_livelock(void **state)
{
	begin(&detector_progress);
	start();
	page->data_head = 50 * EVIDENCE_RECORD_BYTES;
	fly(10 * NSEC_PER_SEC, 50);
	page->data_head = 1049 * EVIDENCE_RECORD_BYTES;
	detector_progress.poll(&detector, 10 * NSEC_PER_SEC + 1);
	assert_int_equal(events, 0);
	page->data_head = 1050 * EVIDENCE_RECORD_BYTES;
	detector_progress.poll(&detector, 10 * NSEC_PER_SEC + 2);
	detector_progress.poll(&detector, 10 * NSEC_PER_SEC + 3);
	assert_int_equal(count(EVENT_livelock), 1);
	assert_int_equal(seen[0].value, 1000);
	end();
}

static void a_spin_that_came_back_is_a_livelock(void **state)
{
	begin(&detector_progress);
	start();
	share_worker(&share, 1)->faults_per_touch.max = 999;
	detector_progress.poll(&detector, NSEC_PER_SEC);
	assert_int_equal(events, 0);
	share_worker(&share, 1)->faults_per_touch.max = 5000;
	detector_progress.poll(&detector, NSEC_PER_SEC);
	detector_progress.poll(&detector, NSEC_PER_SEC);
	assert_int_equal(count(EVENT_livelock), 1);
	assert_int_equal(seen[0].worker, 1);
	end();
}

static void no_progress_outside_an_operation_is_a_note(void **state)
{
	begin(&detector_progress);
	start();
	for (uint64_t s = 1; s < 10; s++) {
		share_worker(&share, 1)->finished++;
		detector_progress.poll(&detector, s * NSEC_PER_SEC);
	}
	assert_int_equal(count(EVENT_no_progress), 1);
	assert_int_equal(seen[0].worker, 0);
	/* Making slots anew is work, and so is nothing outside the storm. */
	events = 0;
	end();
	begin(&detector_progress);
	start();
	share_worker(&share, 0)->chore.kind = share_worker(&share, 1)->chore.kind = CHORE_MAKE;
	for (uint64_t s = 1; s < 10; s++)
		detector_progress.poll(&detector, s * NSEC_PER_SEC);
	share_worker(&share, 0)->chore.kind = share_worker(&share, 1)->chore.kind = CHORE_NONE;
	watch.storming = false;
	for (uint64_t s = 10; s < 20; s++)
		detector_progress.poll(&detector, s * NSEC_PER_SEC);
	assert_int_equal(events, 0);
	end();
}

/* --- taint --- */

static char root[] = "/tmp/thpstorm-taint.XXXXXX";

static void put(const char *path, const char *text)
{
	char full[256];

	snprintf(full, sizeof(full), "%s%s", root, path);
	put_file(full, text);
}

static void make_root(void)
{
	static const char *const dirs[] = {"/proc", "/proc/sys", "/proc/sys/kernel", "/sys",
					   "/sys/kernel"};
	char full[256];

	strcpy(root + strlen(root) - 6, "XXXXXX");
	assert_non_null(mkdtemp(root));
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		snprintf(full, sizeof(full), "%s%s", root, dirs[i]);
		assert_int_equal(mkdir(full, 0755), 0);
	}
}

static void taint_and_counters(void **state)
{
	char command[300];

	make_root();
	put("/proc/sys/kernel/tainted", "4096\n");
	put("/sys/kernel/softlockup_count", "2\n");
	begin(&detector_taint);
	taint_set_root(&detector, root);
	start();
	detector_taint.poll(&detector, 2 * NSEC_PER_SEC);
	assert_int_equal(events, 0);

	/* Bit 14 soft lockup, bit 9 warning, bit 12 was there, bit 13 means no harm. */
	put("/proc/sys/kernel/tainted", "29184\n");
	detector_taint.poll(&detector, 4 * NSEC_PER_SEC);
	assert_int_equal(count(EVENT_taint), 2);
	assert_non_null(strstr(seen[0].text, "W (warning)"));
	assert_non_null(strstr(seen[1].text, "L (soft lockup)"));
	assert_int_equal(count(EVENT_taint_other), 1);

	put("/sys/kernel/softlockup_count", "5\n");
	detector_taint.poll(&detector, 6 * NSEC_PER_SEC);
	detector_taint.poll(&detector, 8 * NSEC_PER_SEC);
	assert_int_equal(count(EVENT_lockup_counter), 1);
	assert_non_null(strstr(seen[3].text, "softlockup_count rose from 2 to 5"));
	assert_int_equal(events, 4);
	end();
	snprintf(command, sizeof(command), "rm -r %s", root);
	assert_int_equal(system(command), 0);
}

static void every_kind_has_its_words(void **state)
{
	for (int k = 0; k < EVENT_KIND_COUNT; k++) {
		assert_non_null(event_names[k]);
		assert_non_null(event_help[k]);
	}
	assert_ptr_equal(detector_find("progress"), &detector_progress);
	assert_null(detector_find("nothing"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(spinning_operation_is_stuck_early, fresh, done),
		cmocka_unit_test_setup_teardown(old_operation_is_stuck_once, fresh, done),
		cmocka_unit_test_setup_teardown(a_slow_call_is_granted_more, fresh, done),
		cmocka_unit_test_setup_teardown(an_operation_ages_as_its_process_runs, fresh, done),
		cmocka_unit_test_setup_teardown(a_victim_makes_no_progress_and_need_not, fresh,
						done),
		cmocka_unit_test_setup_teardown(a_spin_in_flight_is_a_livelock, fresh, done),
		cmocka_unit_test_setup_teardown(a_spin_that_came_back_is_a_livelock, fresh, done),
		cmocka_unit_test_setup_teardown(no_progress_outside_an_operation_is_a_note, fresh,
						done),
		cmocka_unit_test_setup_teardown(taint_and_counters, fresh, done),
		cmocka_unit_test(every_kind_has_its_words),
	};

	return cmocka_run_group_tests_name("detectors", tests, NULL, NULL);
}
