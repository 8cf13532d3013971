/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel log: the kernel's own texts are known, look-alikes are not, losses are counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/kmsg.h"
#include "detect/kmsg_parse.h"

static const struct {
	const char *text;
	int kind, cpu;
} corpus[] = {
	{"watchdog: BUG: soft lockup - CPU#3 stuck for 26s! [thpstorm:1234]", EVENT_soft_lockup, 3},
	{"watchdog: BUG: soft lockup - CPU#12 stuck for 22s! [kworker/12:1:77]", EVENT_soft_lockup,
	 12},
	{"Watchdog detected hard LOCKUP on cpu 2", EVENT_hard_lockup, 2},
	{"NMI watchdog: Watchdog detected hard LOCKUP on cpu 5", EVENT_hard_lockup, 5},
	{"watchdog: CPU2: Watchdog detected hard LOCKUP on cpu 2", EVENT_hard_lockup, 2},
	{"rcu: INFO: rcu_sched self-detected stall on CPU", EVENT_rcu_stall, -1},
	{"rcu: INFO: rcu_preempt self-detected stall on CPU { 1}", EVENT_rcu_stall, -1},
	{"rcu: INFO: rcu_sched detected stalls on CPUs/tasks:", EVENT_rcu_stall, -1},
	{"rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 3-...D } 21 jiffies",
	 EVENT_rcu_stall, -1},
	{"INFO: task khugepaged:40 blocked for more than 120 seconds.", EVENT_hung_task, -1},
	{"INFO: task thpstorm:9 blocked in I/O wait for more than 120 seconds.", EVENT_hung_task,
	 -1},
	{"BUG: workqueue lockup - pool cpus=1 node=0 flags=0x0 nice=0 stuck for 34s!",
	 EVENT_workqueue_lockup, -1},
	{"BUG: Bad page state in process thpstorm  pfn:12345", EVENT_bad_page, -1},
	{"BUG: Bad page map in process thpstorm  pte:800000 pmd:1234", EVENT_bad_page, -1},
	{"BUG: Bad rss-counter state mm:00000000abcd type:MM_ANONPAGES val:512", EVENT_bad_page,
	 -1},
	{"page dumped because: VM_BUG_ON_PAGE(PageTail(page))", EVENT_bad_page, -1},
	{"WARNING: CPU: 1 PID: 33 at mm/huge_memory.c:2345 split_huge_page_to_list+0x1/0x2",
	 EVENT_warning, 1},
	{"WARNING: mm/migrate.c:333 at remove_migration_pte+0x1/0x2, CPU#2: thpstorm/44",
	 EVENT_warning, 2},
	{"WARNING: possible circular locking dependency detected", EVENT_warning, -1},
	{"WARNING: suspicious RCU usage", EVENT_warning, -1},
	{"kernel BUG at mm/huge_memory.c:2620!", EVENT_bug, -1},
	{"BUG: unable to handle page fault for address: ffffea0000000008", EVENT_bug, -1},
	{"BUG: kernel NULL pointer dereference, address: 0000000000000008", EVENT_bug, -1},
	{"BUG: sleeping function called from invalid context at mm/memory.c:1", EVENT_bug, -1},
	{"BUG: KASAN: use-after-free in try_to_migrate_one+0x1/0x2", EVENT_bug, -1},
	{"BUG: KFENCE: use-after-free read in f+0x1/0x2", EVENT_bug, -1},
	{"Oops: 0002 [#1] PREEMPT SMP NOPTI", EVENT_bug, -1},
	{"general protection fault, probably for non-canonical address 0xdead: 0000 [#1]",
	 EVENT_bug, -1},
	{"list_del corruption. prev->next should be ffff, but was 0000", EVENT_bug, -1},
	{"UBSAN: array-index-out-of-bounds in mm/rmap.c:1", EVENT_bug, -1},
	{"Kernel panic - not syncing: softlockup: hung tasks", EVENT_bug, -1},
	{"Out of memory: Killed process 1234 (thpstorm) total-vm:1kB", EVENT_oom, -1},
	{"Memory cgroup out of memory: Killed process 1234 (thpstorm)", EVENT_oom, -1},
	/* Near misses: no harm. */
	{"thpstorm (123): drop_caches: 2", -1, -1},
	{"rcu: \tOffload RCU callbacks from CPUs: (none).", -1, -1},
	{"watchdog: Delayed init of the lockup detector failed: -19", -1, -1},
	{"NMI watchdog: Enabled. Permanently consumes one hw-PMU counter.", -1, -1},
	{"ACPI: BUG: ignored", -1, -1},
	{"systemd[1]: WARNING: CPU: 3 is what somebody wrote", -1, -1},
	{"Dynamic Preempt: none", -1, -1},
	{"INFO: task manager started", -1, -1},
	{"Modules linked in: softlockup_test", -1, -1},
	{" ? migration_entry_wait+0x20/0x60", -1, -1},
	{"", -1, -1},
};

static void the_corpus_is_known(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(corpus); i++) {
		int cpu, kind = kmsg_classify(corpus[i].text, &cpu);

		if (kind != corpus[i].kind || (kind >= 0 && cpu != corpus[i].cpu))
			fail_msg("'%s': kind %d on CPU %d", corpus[i].text, kind, cpu);
	}
}

static void the_thread_of_a_text_is_known(void **state)
{
	static const struct {
		const char *text;
		int tid;
	} named[] = {
		{"watchdog: BUG: soft lockup - CPU#3 stuck for 26s! [thpstorm:1234]", 1234},
		{"watchdog: BUG: soft lockup - CPU#12 stuck for 22s! [kworker/12:1:77]", 77},
		{"watchdog: BUG: soft lockup - CPU#12 stuck for 22s! [a]:7", 0},
		{"INFO: task a:b:9 blocked for more than 120 seconds.", 9},
		{"WARNING: CPU: 1 PID: 33 at mm/huge_memory.c:2345 f+0x1/0x2", 33},
		{"WARNING: suspicious RCU usage", 0},
		{"watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [1234]", 0},
		{"BUG: workqueue lockup - pool cpus=1 node=0 flags=0x0 nice=0 stuck for 34s!", 0},
		{"BUG: Bad page state in process thpstorm:12  pfn:12345", 0},
	};
	int cpu;

	for (size_t i = 0; i < ARRAY_SIZE(named); i++)
		assert_int_equal(kmsg_thread(named[i].text, kmsg_classify(named[i].text, &cpu)),
				 named[i].tid);
}

static void records_are_taken_apart(void **state)
{
	char record[] =
		"4,1234,5678901,-;text with \\x5c and \\x0asecond line\n SUBSYSTEM=x\n DEVICE=y\n";
	char kernel[] = "2,1,99,c,caller=T1;a\n", user[] = "12,7,1,-;b\n", bad[] = "no record";
	struct kmsg_record r;

	assert_int_equal(kmsg_parse(record, &r), 0);
	assert_int_equal(r.facility, 0);
	assert_int_equal(r.level, 4);
	assert_int_equal(r.sequence, 1234);
	assert_int_equal(r.usec, 5678901);
	assert_string_equal(r.text, "text with \\ and \nsecond line");
	assert_int_equal(kmsg_parse(kernel, &r), 0);
	assert_string_equal(r.text, "a");
	assert_int_equal(kmsg_parse(user, &r), 0);
	assert_int_equal(r.facility, 1);
	assert_int_equal(kmsg_parse(bad, &r), -EINVAL);
}

/* --- the detector, fed by hand --- */

static struct event seen[8];
static unsigned events;
static char lines[8][256];
static unsigned line_count;

static void take_event(struct watch *w, const struct event *e)
{
	seen[events++ % 8] = *e;
}

static void take_line(struct watch *w, const char *line)
{
	snprintf(lines[line_count++ % 8], sizeof(lines[0]), "%s", line);
}

static struct watch watch = {.emit = take_event, .kernel_line = take_line};
static struct detector detector = {.ops = &detector_kmsg, .watch = &watch};

static int fresh(void **state)
{
	events = line_count = 0;
	memset(&detector.summary, 0, sizeof(detector.summary));
	detector.state = calloc(1, detector_kmsg.state_size);
	return detector.state ? 0 : -1;
}

static int done(void **state)
{
	free(detector.state);
	return 0;
}

static void feed(const char *text)
{
	char record[512];

	snprintf(record, sizeof(record), "%s", text);
	kmsg_take(&detector, record);
}

static void a_lockup_is_one_event_with_its_trace_kept(void **state)
{
	feed("0,10,61000000,-;watchdog: BUG: soft lockup - CPU#1 stuck for 23s! [thpstorm:7]\n");
	feed("4,11,61000001,-;Call Trace:\n");
	feed("4,12,61000002,-; migration_entry_wait+0x1/0x2\n");
	assert_int_equal(events, 1);
	assert_int_equal(seen[0].kind, EVENT_soft_lockup);
	assert_int_equal(seen[0].cpu, 1);
	assert_true(seen[0].when == 61000000000ull);
	assert_non_null(strstr(seen[0].text, "stuck for 23s"));
	assert_int_equal(line_count, 3);
	assert_string_equal(lines[1], "[   61.000001] Call Trace:");
	/* Samples are looks, and nothing looked here. */
	assert_int_equal(detector.summary.samples, 0);
}

/* A quiet log was looked at, too. */
static void each_look_is_a_sample(void **state)
{
	struct error err;

	if (detector_kmsg.start(&detector, &err))
		skip();
	detector.active = true;
	for (unsigned i = 0; i < 3; i++)
		detector_kmsg.poll(&detector, 0);
	assert_int_equal(detector.summary.samples, 3);
	detector_kmsg.finish(&detector);
	assert_true(detector.summary.samples > 3);
	assert_non_null(strstr(detector.summary.text, " record"));
	detector.active = false;
}

static void lines_of_users_are_kept_and_not_believed(void **state)
{
	feed("12,10,1000000,-;watchdog: BUG: soft lockup - CPU#1 stuck for 23s! [x:7]\n");
	assert_int_equal(events, 0);
	assert_int_equal(line_count, 1);
}

static void gaps_in_the_numbers_are_losses(void **state)
{
	feed("6,10,1,-;a\n");
	feed("6,11,1,-;b\n");
	assert_int_equal(events, 0);
	feed("6,20,1,-;c\n");
	assert_int_equal(events, 1);
	assert_int_equal(seen[0].kind, EVENT_kernel_log_lost);
	assert_int_equal(seen[0].value, 8);
	assert_int_equal(detector.summary.lost, 8);
}

static void several_lines_in_one_record(void **state)
{
	feed("6,10,1500000,-;one\\x0atwo\n");
	assert_int_equal(line_count, 2);
	assert_string_equal(lines[0], "[    1.500000] one");
	assert_string_equal(lines[1], "[    1.500000] two");
}

/* What this process writes to the log comes back through the device. */
static void the_device_is_followed(void **state)
{
	struct error err;
	FILE *f;
	char mark[64];
	bool found = false;

	if (detector_kmsg.start(&detector, &err)) {
		print_message("SKIP: %s\n", err.text);
		skip();
	}
	f = fopen("/dev/kmsg", "w");
	if (!f) {
		print_message("SKIP: /dev/kmsg can't be written\n");
		skip();
	}
	snprintf(mark, sizeof(mark), "thpstorm unit test %p", (void *)&detector);
	fprintf(f, "<6>%s\n", mark);
	fclose(f);
	detector.active = true;
	detector_kmsg.poll(&detector, 0);
	for (unsigned i = 0; i < MIN(line_count, 8u); i++)
		found |= strstr(lines[i], mark) != NULL;
	assert_true(found);
	detector_kmsg.finish(&detector);
	detector.active = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_corpus_is_known),
		cmocka_unit_test(the_thread_of_a_text_is_known),
		cmocka_unit_test(records_are_taken_apart),
		cmocka_unit_test_setup_teardown(a_lockup_is_one_event_with_its_trace_kept, fresh,
						done),
		cmocka_unit_test_setup_teardown(each_look_is_a_sample, fresh, done),
		cmocka_unit_test_setup_teardown(lines_of_users_are_kept_and_not_believed, fresh,
						done),
		cmocka_unit_test_setup_teardown(gaps_in_the_numbers_are_losses, fresh, done),
		cmocka_unit_test_setup_teardown(several_lines_in_one_record, fresh, done),
		cmocka_unit_test_setup_teardown(the_device_is_followed, fresh, done),
	};

	return cmocka_run_group_tests_name("kmsg", tests, NULL, NULL);
}
