/* SPDX-License-Identifier: GPL-2.0-only */
/* What ended a storm that did not end by itself, told from its status, its last line and the machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "told_given.h"
#include "run/storm.h"
#include "run/supervisor.h"
#include "run/segment.h"

#define BASE  0x7f0000000000
#define SLOTS 4

static struct supervisor s;
static struct stream_message ring[STREAM_SLOTS];
static struct run_record record;
static struct given given;

static int begin(void **state)
{
	const short node = -1;
	struct error err;

	memset(&s, 0, sizeof(s));
	memset(&record, 0, sizeof(record));
	s.record = &record;
	memset(&given, 0, sizeof(given));
	s.given = &given;
	s.plan = &given.plan;
	s.placement = &given.geometry.placement;
	s.watch.sink = &s;
	s.site[0].reaped = true;
	record.first_finding.kind = record.gravest.kind = -1;
	given.geometry.slot_bytes = 2 * MIB;
	given.machine.host.thp.page_bytes = 4 * KIB;
	if (share_create(&s.share, 1, 1, &node, &err))
		return -1;
	memset(ring, 0, sizeof(ring));
	s.stream = (struct stream){.ring = ring, .started = true};
	sem_init(&s.stream.wake, 0, 0);
	share_site(&s.share, 0)->arena_base = BASE;
	share_site(&s.share, 0)->arena_bytes = SLOTS * 2 * MIB;
	return 0;
}

static int end(void **state)
{
	share_destroy(&s.share);
	return 0;
}

static void died(int signo, int code, uint64_t addr)
{
	share_site(&s.share, 0)->death =
		(struct storm_death){.signo = signo, .code = code, .tid = 4711, .addr = addr};
	s.site[0].status = STORM_EXIT_DIED << 8;
	storm_classify_end(&s);
}

static void broken(const char *sentence)
{
	assert_int_equal(record.events[EVENT_storm_killed], 0);
	assert_int_equal(record.events[EVENT_tool_failed], 1);
	assert_string_equal(record.reason, sentence);
	/* Whoever reads along is told as well. */
	assert_int_equal(ring[0].event.kind, EVENT_tool_failed);
	assert_string_equal(ring[0].event.text, sentence);
}

static void nothing_is_said(void)
{
	storm_classify_end(&s);
	assert_int_equal(record.events[EVENT_storm_killed], 0);
	assert_int_equal(record.events[EVENT_tool_failed], 0);
}

static void a_storm_that_ended_is_not_explained(void **state)
{
	nothing_is_said();
	/* By thpstorm itself, which has said why. */
	s.site[0].status = SIGKILL;
	s.site[0].killed = true;
	nothing_is_said();
	/* Nobody knows yet. */
	s.site[0].killed = s.site[0].reaped = false;
	nothing_is_said();
}

static void a_signal_in_the_arena_is_a_finding(void **state)
{
	died(SIGSEGV, SEGV_MAPERR, BASE + 3 * 2 * MIB + 5 * 4 * KIB + 17);
	assert_int_equal(record.events[EVENT_storm_killed], 1);
	assert_int_equal(record.events[EVENT_tool_failed], 0);
	assert_non_null(
		strstr(record.first_finding.text, "Segmentation fault (code 1) in thread 4711"));
	assert_non_null(strstr(record.first_finding.text, ": page 5 of slot 3, which is"));
}

static void its_first_and_its_last_byte_are_the_arenas(void **state)
{
	died(SIGBUS, BUS_ADRERR, BASE);
	assert_non_null(strstr(record.first_finding.text, "page 0 of slot 0"));
	died(SIGBUS, BUS_ADRERR, BASE + SLOTS * 2 * MIB - 1);
	assert_int_equal(record.events[EVENT_storm_killed], 2);
	assert_int_equal(record.events[EVENT_tool_failed], 0);
}

static void a_signal_behind_the_arena_is_the_tools(void **state)
{
	died(SIGSEGV, SEGV_MAPERR, BASE + SLOTS * 2 * MIB);
	broken("Segmentation fault in the storm at 0x7f0000800000, outside the arena: a fault of thpstorm");
}

static void a_signal_before_the_arena_is_the_tools(void **state)
{
	died(SIGSEGV, SEGV_MAPERR, 16);
	broken("Segmentation fault in the storm at 0x10, outside the arena: a fault of thpstorm");
}

static void a_memory_error_is_the_hardwares(void **state)
{
	died(SIGBUS, BUS_MCEERR_AR, BASE);
	broken("a memory error of the hardware ended the storm, at 0x7f0000000000");
}

static void the_oom_killer_is_known_by_its_counter(void **state)
{
	s.site[0].status = SIGKILL;
	record.before.value[VMSTAT_oom_kill] = 7;
	record.lockups.end.value[VMSTAT_oom_kill] = 8;
	storm_classify_end(&s);
	broken("the OOM killer ended the storm; use a smaller --arena");
}

static void the_limits_oom_killer_wants_a_larger_one(void **state)
{
	s.site[0].status = SIGKILL;
	given.plan.memory_max = GIB;
	record.lockups.end.value[VMSTAT_oom_kill] = 1;
	storm_classify_end(&s);
	broken("the OOM killer ended the storm; use a larger --memory_max");
}

static void a_signal_from_outside_is_named(void **state)
{
	s.site[0].status = SIGKILL;
	storm_classify_end(&s);
	broken("signal 9 (Killed) from outside ended the storm");
}

/* Of two processes that storm, the one that ended. */
static void the_process_that_ended_is_named(void **state)
{
	struct error err;

	share_destroy(&s.share);
	assert_int_equal(share_create(&s.share, 2, 1, &(const short){-1}, &err), 0);
	snprintf(given.plan.group[3].name, PLAN_NAME_MAX, "forks");
	given.site[0].group = -1;
	given.site[1].group = 3;
	s.site[1].reaped = true;
	s.site[1].status = SIGKILL;
	storm_classify_end(&s);
	broken("signal 9 (Killed) from outside ended the storm's [forks]");
}

/* What the address is in the other process says nothing. */
static void an_address_is_looked_for_in_its_own_arena(void **state)
{
	struct error err;

	share_destroy(&s.share);
	assert_int_equal(share_create(&s.share, 2, 1, &(const short){-1}, &err), 0);
	share_site(&s.share, 0)->arena_base = 2 * BASE;
	share_site(&s.share, 0)->arena_bytes = SLOTS * 2 * MIB;
	share_site(&s.share, 1)->arena_base = BASE;
	share_site(&s.share, 1)->arena_bytes = SLOTS * 2 * MIB;
	share_site(&s.share, 1)->death =
		(struct storm_death){.signo = SIGSEGV, .code = SEGV_MAPERR, .addr = BASE + 4096};
	s.site[1].reaped = true;
	s.site[1].status = STORM_EXIT_DIED << 8;
	storm_classify_end(&s);
	assert_int_equal(record.events[EVENT_storm_killed], 1);
	assert_int_equal(record.events[EVENT_tool_failed], 0);
}

/* A kernel that does not count them. */
static void without_the_counter_nobody_knows_of_the_oom_killer(void **state)
{
	s.site[0].status = SIGTERM;
	record.before.value[VMSTAT_oom_kill] = VMSTAT_ABSENT;
	record.lockups.end.value[VMSTAT_oom_kill] = VMSTAT_ABSENT;
	storm_classify_end(&s);
	broken("signal 15 (Terminated) from outside ended the storm");
}

static void its_own_last_line_is_the_reason(void **state)
{
	s.site[0].status = 1 << 8;
	snprintf(share_site(&s.share, 0)->failure, sizeof(share_site(&s.share, 0)->failure),
		 "no memory for the arena");
	storm_classify_end(&s);
	broken("no memory for the arena");
}

static void without_a_last_line_it_ended_by_itself(void **state)
{
	s.site[0].status = 1 << 8;
	storm_classify_end(&s);
	broken("the storm ended by itself");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_storm_that_ended_is_not_explained),
		TEST(a_signal_in_the_arena_is_a_finding),
		TEST(its_first_and_its_last_byte_are_the_arenas),
		TEST(a_signal_behind_the_arena_is_the_tools),
		TEST(a_signal_before_the_arena_is_the_tools),
		TEST(a_memory_error_is_the_hardwares),
		TEST(the_oom_killer_is_known_by_its_counter),
		TEST(the_limits_oom_killer_wants_a_larger_one),
		TEST(a_signal_from_outside_is_named),
		TEST(the_process_that_ended_is_named),
		TEST(an_address_is_looked_for_in_its_own_arena),
		TEST(without_the_counter_nobody_knows_of_the_oom_killer),
		TEST(its_own_last_line_is_the_reason),
		TEST(without_a_last_line_it_ended_by_itself),
	};

	return cmocka_run_group_tests_name("ending", tests, NULL, NULL);
}
