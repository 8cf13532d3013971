/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The report of a record with known values: what must stand in it, and that no value a counter or a
 * kernel can hold makes a line too long or puts anything but ASCII into it.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "report/formats.h"
#include "report/report.h"
#include "result/json.h"
#include "result/json_host.h"
#include "sample_record.h"
#include "words/units.h"

static struct given given;
static struct run_record record;

static int setup(void **state)
{
	sample_given(&given);
	sample_record(&record);
	return 0;
}

/* As result_read() hands it over. */
static json_t *result_object(const char *dir)
{
	json_t *result = result_record_json(&given, &record);

	json_object_set_new(result, "host", result_host_json(&given, &record));
	json_object_set_new(result, "directory", json_string(dir));
	return result;
}

static char *render_object(const json_t *result, const char *format)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_int_equal(report_write(out, result, format), 0);
	fclose(out);
	return text;
}

static char *render(const char *format)
{
	json_t *result = result_object("results/20260102-030405-tail_fault");
	char *text = render_object(result, format);

	json_decref(result);
	return text;
}

static void assert_page(const char *text, size_t columns)
{
	for (const char *line = text; *line;) {
		size_t n = strcspn(line, "\n");

		/* A name stands alone on its line, unbroken. */
		if (n > columns && strncmp(line, "result      ", 12))
			fail_msg("%zu columns, allowed are %zu: %.*s", n, columns, (int)n, line);
		for (size_t i = 0; i < n; i++)
			if (line[i] < ' ' || line[i] > '~')
				fail_msg("byte %d in: %.*s", line[i], (int)n, line);
		line += n + (line[n] == '\n');
	}
}

/* Whether the text holds @want, where any run of blanks and newlines is as good as one blank. */
static bool holds(const char *text, const char *want)
{
	for (; *text; text++) {
		const char *t = text, *w = want;

		while (*w && *t) {
			if (*w == ' ' && (*t == ' ' || *t == '\n')) {
				t += strspn(t, " \n");
				w++;
			} else if (*w == *t) {
				t++;
				w++;
			} else {
				break;
			}
		}
		if (!*w)
			return true;
	}
	return false;
}

static void assert_holds(const char *text, const char *want)
{
	if (!holds(text, want))
		fail_msg("not in the report: \"%s\"\n%s", want, text);
}

static void assert_misses(const char *text, const char *want)
{
	if (holds(text, want))
		fail_msg("in the report: \"%s\"\n%s", want, text);
}

static void test_facts(void **state)
{
	char *text = render("table");

	assert_page(text, REPORT_TABLE_COLUMNS);
	assert_holds(text,
		     "thpstorm " THPSTORM_VERSION ": NOT EXERCISED (config tail_fault.conf)\n");
	assert_holds(
		text,
		"kernel_hot_tail_faults: 4321, declared 5000; on 6.12.6-amd64, preempt none, virtual machine (kvm)\n");
	assert_holds(text, "kernel 6.12.6-amd64 x86_64\n");
	assert_holds(text, "#1 SMP PREEMPT_DYNAMIC Debian 6.12.6-1 (2024-12-21)\n");
	assert_holds(text, "preemption none (known from debugfs sched/preempt)");
	assert_holds(text, "enabled madvise, defrag madvise, PMD size 2 MiB");
	assert_holds(text, "1 node, 2 CPUs; workers on CPUs 0-1, no spare CPU: a lockup would hang "
			   "this machine");
	assert_holds(text, "machine virtual (kvm)");
	assert_holds(text, "clock tsc");
	assert_holds(text, "seed 17446744073709551615");
	assert_holds(text, "storm of 30.0s");
	assert_holds(text, "verdict NOT EXERCISED, exit code 3\n");
	assert_holds(text, "\nrepeat: thpstorm run "
			   "results/20260102-030405-tail_fault/plan.conf\n");
	free(text);
}

static void test_latency(void **state)
{
	char *text = render("table");

	assert_holds(text, "samples p50 p90 p99 p99.9 p99.99 max\n");
	assert_holds(text, " quiet 100000 456ns 912ns 2.28us 9.12us 45.6us 456us\n");
	/* 9999 samples: nine above p99.9 are too few. */
	assert_holds(text, " quiet fault 9999 1.23us 2.47us 6.17us - - 1.23ms\n");
	assert_holds(text, " storm fault 20000 12.3us 24.7us 61.7us 247us - 12.3ms\n");
	assert_holds(text, "500000 touches, 20000 with a fault, 50000 faults");
	assert_holds(text, "faults per touch 2.50 mean, 4711 max");
	assert_holds(text, "4321 faults on a tail page of a huge page under split or move");
	assert_holds(text, "12 of the storm faults overlapped an mmap_lock writer");
	assert_holds(text, "w/ writer");
	assert_holds(text, "96.0 % of touches met nothing; naps 0ns asked, 123us mean, 3.20ms max");
	assert_holds(text, "idle 77");
	assert_holds(text, "idle 77 (nothing to aim at), errors 0\n");
	assert_holds(text, "faults not counted: perf_event_open: Permission denied");
	assert_holds(text, "The loop is closed");
	assert_holds(text, "different kinds of fault.");
	/* Faulters come first. */
	assert_true(strstr(text, "tails:") < strstr(text, "splitter:"));
	assert_true(strstr(text, "readers:") < strstr(text, "splitter:"));
	free(text);
}

/* No error is named where none is known. */
static void test_errors(void **state)
{
	char *text;

	record.group[1].storm.errors = 3;
	text = render("table");
	assert_holds(text, "errors 3\n");
	free(text);
	record.group[1].storm.last_errno = ENOMEM;
	text = render("table");
	assert_holds(text, "errors 3, the last: Cannot allocate memory\n");
	free(text);
}

static void test_work(void **state)
{
	char *text = render("table");

	assert_holds(text,
		     "calls claimed refused made huge made small\n splitter 1682 1600 82 1700 0\n");
	assert_holds(text, "folio splits (thp_split_page) 1234 41.1/s\n");
	assert_holds(text, "failed splits (thp_split_page_failed) 448 26.6 % of tries\n");
	assert_holds(text, "(thp_migration_split) not counted\n");
	assert_holds(
		text,
		"No roll-back was counted, so nothing shows that the window of the 2021 bug opened in this run; configs/tail_move.conf opens it (two nodes, by a boot with numa=fake=2 or by ci/vm/run).");
	assert_misses(text, "NO EFFECT");
	assert_holds(text, "exposure reached counted declared\n folio_splits 1234 1300 1000 ok\n");
	assert_holds(text, "kernel_hot_tail_faults 4321 - 5000 NOT REACHED\n");
	assert_holds(text, "thp_moved not counted - -\n");
	free(text);

	record.group[0].no_effect = true;
	record.group[0].proof_claimed = 4711;
	record.group[0].proof_counted = 1;
	record.exposed[EXPOSURE_rollbacks] = 7;
	text = render("table");
	assert_holds(text, "splitter: NO EFFECT: claimed 4711, the kernel counted 1\n");
	assert_misses(text, "No roll-back was counted");
	free(text);

	record.rollbacks_known = false;
	text = render("table");
	assert_holds(
		text,
		"roll-backs: not counted, because PMDs can be split for other reasons as well");
	free(text);

	/* Nothing to count; and a kernel that has no such counter. */
	record.after.value[VMSTAT_thp_split_pmd] = 0;
	text = render("table");
	assert_holds(text, "roll-backs (split_pmd less split_page) 0 0/s");
	free(text);
	record.before.value[VMSTAT_thp_split_pmd] = record.after.value[VMSTAT_thp_split_pmd] =
		VMSTAT_ABSENT;
	text = render("table");
	assert_holds(text, "roll-backs (split_pmd less split_page) not counted\n");
	free(text);
}

/* What was left out of a run is part of its verdict, in every format. */
static void test_left_out(void **state)
{
	static const char *const formats[] = {"table", "mail", "ktap", "junit"};
	char *text;

	record.group[2].skipped = true;
	SET(record.group[2].skip_reason, "fault_read is not to be had");
	SET(record.notes[1], "group [readers] was skipped: fault_read is not to be had");
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		text = render(formats[i]);
		assert_holds(text, "group [readers] was skipped: fault_read is not to be had");
		if (i < 2)
			assert_holds(text, "NOT EXERCISED, 1 of 3 groups skipped");
		/* Its first line, its verdict and the group's own part. */
		if (i == 0) {
			assert_true(!strncmp(text, "thpstorm ", 9));
			assert_true(strstr(text, "1 of 3 groups skipped") < strchr(text, '\n'));
			assert_holds(text, "NOT EXERCISED, 1 of 3 groups skipped, exit code 3");
			assert_non_null(strstr(text, "\n  skipped: fault_read is not to be had"));
		}
		free(text);
	}
	/* Nothing ran: the reason says why. */
	record.verdict = VERDICT_SKIP;
	text = render("table");
	assert_misses(text, "groups skipped");
	free(text);
}

/* What a kernel does not count is not 0. */
static void test_not_counted(void **state)
{
	char *text;

	record.lockups.seen = record.lockups.rescued = 1;
	record.lockups.first_rescued = record.storm_began + NSEC_PER_SEC;
	record.exposed[EXPOSURE_kernel_faults] = VMSTAT_ABSENT;
	for (int c = 0; c < VMSTAT_COUNT; c++)
		record.lockups.then.value[c] = record.lockups.end.value[c] = VMSTAT_ABSENT;
	text = render("table");
	assert_holds(text, "0 operations, uncounted folio splits, uncounted THPs moved");
	assert_holds(text, "kernel_faults not counted - -\n");
	free(text);
}

static void test_watch(void **state)
{
	char *text = render("table");

	assert_holds(text, "kmsg not active: /dev/kmsg: Operation not permitted\n");
	assert_holds(text, "heartbeat 30000 samples, worst 3.40ms 12.3s into the storm on CPU 1");
	assert_holds(text, "events cpu_stall 3\n");
	record.detector[0].active = true;
	record.detector[0].note[0] = '\0';
	SET(record.detector[0].text, "0 records");
	record.detector[1].samples = 0;
	free(text);
	text = render("table");
	assert_holds(text, "kmsg active; 0 records\n");
	assert_holds(text, "heartbeat NO SAMPLE: it never looked");
	assert_misses(text, " 0 samples");
	assert_holds(text, "oldest operation ever seen 210ms, of tails");
	assert_holds(text, "tails: 2 operations still in flight at the end");
	assert_holds(text, "0.42 % of the busiest watched CPU, 3.1 MiB");
	assert_holds(text, "- no CPU could be kept free of workers\n");
	assert_holds(text, "- a CPU did not run its heartbeat in time: 3 times\n");
	assert_holds(text, "virtual machine (kvm)");
	assert_holds(text,
		     "load average 1.25 before the run: probably other programs use the CPUs; ");
	free(text);

	record.events[EVENT_soft_lockup] = 1;
	record.first_finding = (struct event){
		.kind = EVENT_soft_lockup, .when = record.storm_began + 2 * NSEC_PER_SEC, .cpu = 1};
	SET(record.first_finding.text, "watchdog: BUG: soft lockup - CPU#1 stuck for 22s!");
	memset(record.notes, 0, sizeof(record.notes));
	record.events[EVENT_cpu_stall] = 0;
	given.machine.host.hypervisor[0] = '\0';
	given.machine.host.load1 = 0.1;
	text = render("table");
	assert_holds(text, "events soft_lockup 1 (FINDING)\n");
	assert_holds(text, "\n\nevidence watchdog: BUG: soft lockup - CPU#1 stuck for 22s!\n");
	assert_misses(text, "rescue");
	free(text);
	record.lockups.seen = 1;
	text = render("table");
	assert_holds(text, "rescue lockups seen: 1, none was ended\n");
	free(text);
	record.lockups.rescued = 1;
	record.lockups.first_rescued = record.storm_began + 9 * NSEC_PER_SEC;
	record.lockups.operations = 4321;
	record.lockups.then = record.before;
	record.lockups.end = record.after;
	record.lockups.then.value[VMSTAT_thp_split_page] = 1034;
	text = render("table");
	assert_holds(text,
		     "ended by sending the starved thread to the spare CPU: 1, the first 9.00s "
		     "into the storm; after it the storm went on: 4321 operations, 200 folio "
		     "splits, 0 THPs moved");
	assert_holds(text, "warnings none\n");
	assert_holds(text, "machine bare metal");
	free(text);
}

static void fill(char *text, size_t size, char c)
{
	memset(text, c, size - 1);
	text[size - 1] = '\0';
}

static void extreme_record(void)
{
	uint64_t *words = (uint64_t *)record.group,
		 *end = (uint64_t *)(record.group + PLAN_GROUPS_MAX);

	/* Every counter of every group at its end; then the texts, which that overwrote. */
	while (words < end)
		*words++ = UINT64_MAX;
	for (unsigned i = 0; i < PLAN_GROUPS_MAX; i++) {
		struct group_record *g = &record.group[i];

		g->skipped = i == 2;
		g->evidence = i != 2;
		g->no_effect = true;
		fill(g->skip_reason, sizeof(g->skip_reason), 's');
		fill(g->evidence_note, sizeof(g->evidence_note), 'e');
		fill(given.asked.group[i].name, sizeof(given.asked.group[i].name), 'n');
	}
	for (int i = 0; i < VMSTAT_COUNT; i++) {
		record.before.value[i] = 0;
		record.after.value[i] = UINT64_MAX - 1;
	}
	for (int i = 0; i < EXPOSURE_COUNT; i++) {
		record.exposed[i] = record.counted[i] = UINT64_MAX - 1;
		given.asked.expose[i] = UINT64_MAX;
	}
	for (int i = 0; i < EVENT_KIND_COUNT; i++)
		record.events[i] = UINT32_MAX;
	memset(record.detector, 0xff, sizeof(record.detector));
	for (unsigned i = 0; i < DETECTOR_COUNT; i++) {
		struct detector_record *d = &record.detector[i];

		fill(d->name, sizeof(d->name), 'd');
		fill(d->note, sizeof(d->note), 'n');
		fill(d->text, sizeof(d->text), 't');
		d->active = i % 2;
	}
	record.detectors = DETECTOR_COUNT;
	fill(given.machine.host.release, sizeof(given.machine.host.release), 'r');
	fill(given.machine.host.version, sizeof(given.machine.host.version), '\xe9');
	fill(given.machine.host.cpu_model, sizeof(given.machine.host.cpu_model), '\t');
	fill(given.machine.host.preempt.source, sizeof(given.machine.host.preempt.source), 'p');
	fill(record.clock.why, sizeof(record.clock.why), '\x1b');
	fill(record.reason, sizeof(record.reason), 'R');
	fill(record.notes[1], sizeof(record.notes[1]), 'N');
	fill(record.first_finding.text, sizeof(record.first_finding.text), '\x01');
	record.first_finding.kind = EVENT_workqueue_lockup;
	given.machine.host.mem_total = record.memory_kib = given.geometry.slot_bytes =
		given.geometry.slots = UINT64_MAX;
	given.machine.host.load1 = 1e300;
	record.clock.read_ns = 1e300;
	record.observer_share = 1e300;
	record.clock_drift_ppm = __builtin_nan("");
	record.storm_ns = 1;
}

static void test_extremes(void **state)
{
	static const char *const formats[] = {"table", "mail"};
	char dir[600];

	extreme_record();
	fill(dir, sizeof(dir), '/');
	for (unsigned i = 0; i < ARRAY_SIZE(formats); i++) {
		json_t *result = result_object(dir);
		char *text = render_object(result, formats[i]);
		unsigned kept = 0;

		assert_page(text, i ? REPORT_MAIL_COLUMNS : REPORT_TABLE_COLUMNS);
		/* Wrapped, not cut: every letter of the reason is there. */
		for (const char *c = text; *c; c++)
			kept += *c == 'R';
		assert_true(kept >= sizeof(record.reason) - 1);
		assert_holds(text, i ? "workqueue_lockup, 1000s before the storm: "
				     : "workqueue_lockup 4294967295 (FINDING)");
		free(text);
		json_decref(result);
	}
}

/* A result from somewhere else may hold anything where this program writes a few letters. */
static void test_foreign_texts(void **state)
{
	json_t *result = result_object("d");
	char *text, version[2000];

	for (size_t n = 50; n < sizeof(version); n += 300) {
		fill(version, n, 'v');
		json_object_set_new(result, "version", json_string(version));
		for (unsigned f = 0; report_formats[f]; f++) {
			text = render_object(result, report_formats[f]);
			if (f < 2)
				assert_page(text, f ? REPORT_MAIL_COLUMNS : REPORT_TABLE_COLUMNS);
			free(text);
		}
	}
	json_decref(result);
}

static void test_formats(void **state)
{
	char *text = render("mail");
	json_t *result = result_object("d"), *back;
	FILE *null = fopen("/dev/null", "w");

	assert_page(text, REPORT_MAIL_COLUMNS);
	assert_holds(text, "storm fault 20000 12.3us");
	free(text);

	text = render_object(result, "json");
	back = json_loads(text, 0, NULL);
	assert_true(json_equal(back, result));
	assert_int_equal(strncmp(text, "{\n  \"clock_drift_ppm\"", 20), 0);
	free(text);
	json_decref(back);
	assert_int_equal(report_write(null, result, "html"), -EINVAL);
	json_decref(result);
	fclose(null);
}

static size_t place(const char *text, const char *what)
{
	size_t at = 0;

	while (text[at] && strncmp(text + at, what, strlen(what)))
		at++;
	assert_int_not_equal(text[at], '\0');
	return at;
}

static void add_event(json_t *result, int kind, uint64_t into_ns, const char *text)
{
	struct event event = {
		.when = record.storm_began + into_ns, .kind = kind, .cpu = 1, .worker = -1};

	SET(event.text, "%s", text);
	json_array_append_new(json_object_get(result, "events"), result_event_json(&event));
}

/* In a virtual machine it is repeated in one; a config that nobody else has is handed over. */
static void test_repeat(void **state)
{
	json_t *result = result_object("r"), *host = json_object_get(result, "host");
	char *text;

	json_object_set_new(host, "command", json_string(""));
	json_object_set_new(host, "runner", json_string("ci/vm/run --kernel x --"));
	json_object_set_new(result, "config", json_string("/files/1/my own.conf"));
	json_object_set_new(result, "plan_text", json_string("[null]\nthreads = 2\n"));
	text = render_object(result, "table");
	assert_non_null(strstr(text, "\nrepeat: ci/vm/run --kernel x -- run r/plan.conf\n"));
	free(text);
	text = render_object(result, "mail");
	assert_non_null(strstr(text, "\nrepeat: ci/vm/run --kernel x -- run my_own.conf\n"
				     "(before it, save the end of this mail as my_own.conf)\n"));
	assert_non_null(strstr(text, "\n\nmy_own.conf:\n\n[null]\nthreads = 2\n"));
	free(text);
	json_object_set_new(host, "command", json_string("thpstorm run tail_fault"));
	text = render_object(result, "mail");
	assert_non_null(strstr(text, "\nrepeat: thpstorm run tail_fault\n"));
	assert_misses(text, "my_own.conf:");
	free(text);
	json_decref(result);
}

/* A setting that somebody else changed, and when that was seen. */
static void test_changed(void **state)
{
	json_t *result;
	char *text;

	record.events[EVENT_knob_changed] = 2;
	result = result_object("r");
	json_object_set_new(result, "events", json_array());
	add_event(result, EVENT_knob_changed, 1500 * NSEC_PER_MSEC,
		  "/sys/a was changed by somebody else (from 'b' to 'c')");
	add_event(result, EVENT_knob_changed, 2 * NSEC_PER_SEC,
		  "/sys/d was changed by somebody else (from '1' to '0')");
	text = render_object(result, "table");
	assert_holds(text, "- /sys/a was changed by somebody else (from 'b' to 'c'), seen 1.50s "
			   "into the storm\n");
	assert_holds(text, "- /sys/d was changed by somebody else (from '1' to '0'), seen 2.00s "
			   "into the storm\n");
	free(text);
	json_decref(result);
}

/* What is huge, and where; what is not. */
static void test_made(void **state)
{
	char *text = render("table");

	assert_holds(text, "arena 64 huge pages of 2 MiB\n");
	free(text);
	record.made_on_node[0] = 60;
	record.made_on_node[255] = 1;
	record.group[0].quiet.made_small = 3;
	text = render("table");
	assert_holds(text, "64 huge pages of 2 MiB; made: 60 on node 0, 1 on node 255, 3 came out "
			   "small\n");
	free(text);
	record.made_on_node[0] = record.made_on_node[255] = 0;
	record.group[0].quiet.made_small = 64;
	text = render("table");
	assert_holds(text, "64 huge pages of 2 MiB; made: 64 came out small\n");
	free(text);
}

/* A lockup as a mailing list wants to read of it: what, how soon, how often, the kernel's own
 * words.
 */
static void test_mail_of_a_finding(void **state)
{
	static const char log[] =
		"[    1.000000] unrelated\n"
		"[   14.000000] watchdog: BUG: soft lockup - CPU#1 stuck for 12s! [thpstorm:82]\n"
		"[   14.000001] RIP: 0010:do_user_addr_fault+0x1cb/0x4e0\n"
		"[   14.000001] Call Trace:\n"
		"[   14.000002]  __x64_sys_newfstat+0x15/0x20\n"
		"[   14.100000] unrelated\n";
	json_t *result;
	char *text;

	record.verdict = VERDICT_FAIL;
	record.events[EVENT_stuck] = 3;
	record.events[EVENT_soft_lockup] = 1;
	record.first_finding = (struct event){.kind = EVENT_stuck,
					      .when = record.storm_began + NSEC_PER_SEC,
					      .cpu = 1,
					      .worker = 3,
					      .group = 1,
					      .tid = 82};
	record.gravest = (struct event){.kind = EVENT_soft_lockup,
					.when = record.storm_began + 13 * NSEC_PER_SEC,
					.cpu = 1,
					.worker = -1};
	SET(record.gravest.text, "watchdog: BUG: soft lockup - CPU#1 stuck for 12s! [thpstorm:82]");
	SET(given.machine.host.proc_version, "Linux version 6.12.6-amd64 (a@b) (gcc 12) #1 SMP");
	SET(given.machine.host.build_id, "e4f18d9dc1d0");
	SET(given.machine.host.cmdline, "quiet preempt=none");
	SET(given.machine.host.microcode, "0x2b000603");
	SET(given.machine.host.governor, "powersave");
	record.group[1].storm_fault.count = 9;
	given.machine.host.tainted = 1 << 12 | 1 << 9;
	given.machine.host.hz = 250;
	given.machine.host.mitigations.count = 2;
	SET(given.machine.host.mitigations.flaw[0].name, "meltdown");
	SET(given.machine.host.mitigations.flaw[0].text, "Mitigation: PTI");
	SET(given.machine.host.mitigations.flaw[1].name, "srbds");
	SET(given.machine.host.mitigations.flaw[1].text, "Not affected");
	result = result_object("r");
	json_object_set_new(json_object_get(result, "host"), "command",
			    json_string("thpstorm run configs/tail_fault.conf --duration=9s"));
	json_object_set_new(result, "kernel_log", json_string(log));
	json_object_set_new(result, "events", json_array());
	add_event(
		result, EVENT_stuck, NSEC_PER_SEC,
		"tails (fault_fstat) on tail page 3 of slot 0, in flight for 1.0 s, CPU 1, tid 82");
	add_event(result, EVENT_stuck, NSEC_PER_SEC, "tails (fault_fstat), tid 83");
	add_event(result, EVENT_soft_lockup, 13 * NSEC_PER_SEC, record.gravest.text);
	add_event(result, EVENT_lockup_thread, 14 * NSEC_PER_SEC,
		  "splitter: starved: runnable, but not running");
	text = render_object(result, "mail");

	assert_holds(text, ": tail_fault: FAIL: soft_lockup on CPU 1, 13.0s into the storm; before "
			   "that stuck in fstat(2) of [tails], 1.00s into the storm; on "
			   "6.12.6-amd64, preempt none, virtual machine (kvm)\n\nrepeat: ");
	assert_non_null(
		strstr(text, "\nrepeat: thpstorm run configs/tail_fault.conf --duration=9s\n"));
	assert_holds(text, "call fstat(2), faulting in kernel mode, in group tails (fault_fstat); "
			   "the kernel's trace is of newfstat\n");
	assert_holds(text, "hits 1 of 1 run, 95 % interval 2.5 to 100.0 %\n");
	assert_holds(text, "- stuck, 1.00s into the storm (the first of 3): tails (fault_fstat) on "
			   "tail page 3");
	assert_holds(text, "- soft_lockup, 13.0s into the storm: watchdog: BUG");
	assert_misses(text, "tid 83");
	assert_holds(text, "splitter: starved: runnable, but not running\n");
	assert_non_null(strstr(text,
			       "\n[   14.000000] watchdog: BUG: soft lockup - CPU#1 stuck for "
			       "12s! [thpstorm:82]\n[   14.000001] RIP: "));
	assert_non_null(strstr(text, "\n[   14.000002]  __x64_sys_newfstat+0x15/0x20\n"));
	assert_misses(text, "unrelated");
	assert_holds(
		text,
		"in the run thp enabled , defrag ; NUMA balancing off (before: on); khugepaged scans every 3600 s (before: 10 s); watchdog_thresh 5 s (before: 10 s)\n");
	assert_holds(text, "kernel Linux version 6.12.6-amd64 (a@b) (gcc 12) #1 SMP\n");
	assert_holds(text, "build id e4f18d9dc1d0\nboot line quiet preempt=none\n");
	assert_holds(text, "taint WO (4608) before the run\n");
	assert_holds(text, "preemption none (known from debugfs sched/preempt), PREEMPT_DYNAMIC; "
			   "HZ 250\n");
	assert_holds(text, "microcode 0x2b000603, governor powersave\n");
	assert_holds(text, "mitigations meltdown: PTI\n 1 of 2 known flaws: not affected\n");
	assert_holds(text, "governor powersave: the clock follows the load");
	assert_holds(text, "few samples: tails has 9 faults");
	/* In this order. */
	assert_int_equal(strncmp(text, "thpstorm ", strlen("thpstorm ")), 0);
	assert_true(place(text, "\nfindings\n") < place(text, "\nkernel  "));
	free(text);
	json_decref(result);
}

/* A run that died with its machine: what there is, and no made-up verdict. */
static void test_incomplete(void **state)
{
	json_t *result = json_pack(
		"{s:i, s:b, s:[s], s:[{s:s, s:s}], s:{s:s, s:s, s:s, s:s, s:s, s:s, s:s}}",
		"format", 1, "complete", 0, "notes", "the run did not end", "events", "kind",
		"stuck", "text", "tails 3: fstat for 12 s", "last_interval", "elapsed_s", "12.000",
		"phase", "storm", "ops_per_s", "0.0", "faults_per_s", "-nan", "max_us", "412.000",
		"oldest_us", "11900000.000", "stalls", "7");
	char *text;

	json_object_set_new(result, "host", result_host_json(&given, &record));
	for (unsigned mail = 0; mail < 2; mail++) {
		text = render_object(result, mail ? "mail" : "table");
		assert_page(text, mail ? REPORT_MAIL_COLUMNS : REPORT_TABLE_COLUMNS);
		assert_holds(text, mail ? ": tail_fault: DID NOT END: no result.json: "
					: ": DID NOT END (config tail_fault.conf)\nno "
					  "result.json: the machine or thpstorm died");
		assert_holds(text,
			     "last seen 12.0s into the storm: 0 operations/s, uncounted "
			     "faults/s; slowest operation that ended: 412us; oldest in flight: "
			     "11.9s; until then 7 late heartbeats, uncounted findings\n");
		assert_holds(text, "stuck, before the storm: tails 3: fstat for 12 s\n");
		assert_holds(text, mail ? "warnings" : "verdict none\n");
		assert_holds(text, "kernel 6.12.6-amd64");
		free(text);
	}
	/* Before the storm nothing is so and so long into it. */
	json_object_set_new(json_object_get(result, "last_interval"), "elapsed_s",
			    json_string("0.000"));
	json_object_set_new(json_object_get(result, "last_interval"), "phase",
			    json_string("quiet"));
	json_object_set_new(json_object_get(result, "last_interval"), "max_us",
			    json_string("0.000"));
	text = render_object(result, "table");
	assert_holds(text, "last seen in its phase quiet, before the storm; on");
	assert_holds(
		text,
		"last seen in its phase quiet, before the storm: 0 operations/s, uncounted faults/s; slowest operation that ended: none; oldest in flight: 11.9s");
	free(text);
	json_decref(result);

	result = json_object();
	text = render_object(result, "table");
	assert_page(text, REPORT_TABLE_COLUMNS);
	free(text);
	json_decref(result);
}

#define LOCKUP "watchdog: BUG: soft lockup - CPU#1 stuck for 12s! [thpstorm:82]"

static void add_log(json_t *result, const char *name, const char *text)
{
	json_array_append_new(json_object_get(result, "logs"),
			      json_pack("{s:s, s:s}", "name", name, "text", text));
}

/* A machine that died: its last words are in the console, not in what had been streamed. */
static void test_lost_machine(void **state)
{
	static const char idle[] = "[   13.000000] NMI backtrace for cpu 0\n"
				   "[   13.000001] CPU: 0 PID: 0 Comm: swapper/0\n"
				   "[   13.000002] RIP: 0010:default_idle+0xf/0x20\n";
	static const char cut[] = "[   14.000000] " LOCKUP "\n";
	static const char whole[] = "[   14.000000] " LOCKUP "\n"
				    "[   14.000001] Call Trace:\n"
				    "[   14.000002]  __x64_sys_newfstat+0x15/0x20\n";
	json_t *result = json_pack("{s:i, s:b, s:[], s:[], s:[]}", "format", 1, "complete", 0,
				   "notes", "events", "logs");
	char *text;

	json_object_set_new(result, "host", result_host_json(&given, &record));
	text = render_object(result, "mail");
	assert_holds(text, "no result.json: the machine or thpstorm died, or the run goes on; on");
	assert_holds(text, "findings none was streamed\n");
	free(text);

	json_object_set_new(result, "kernel_log", json_string(idle));
	add_log(result, "console.log", idle);
	text = render_object(result, "mail");
	assert_misses(text, "swapper");
	free(text);

	json_object_set_new(result, "vm", json_pack("{s:s}", "ended", "died"));
	add_log(result, "lost/console.log", whole);
	for (unsigned mail = 0; mail < 2; mail++) {
		text = render_object(result, mail ? "mail" : "table");
		assert_holds(
			text,
			"no result.json: the virtual machine ended before the command did; the "
			"kernel says in lost/console.log: " LOCKUP "; on 6.12.6");
		assert_holds(text, "From lost/console.log:");
		assert_holds(text, "[ 14.000002] __x64_sys_newfstat+0x15/0x20\n");
		free(text);
	}
	/* What was streamed is quoted where the console has no more of it. */
	json_object_set_new(result, "kernel_log", json_string(whole));
	add_event(result, EVENT_soft_lockup, 0, LOCKUP);
	text = render_object(result, "mail");
	assert_holds(text, "From the kernel log:");
	assert_holds(text, "- soft_lockup, before the storm: " LOCKUP);
	assert_holds(text, "first harm soft_lockup on CPU 1");
	free(text);
	json_object_set_new(result, "kernel_log", json_string(cut));
	text = render_object(result, "mail");
	assert_holds(text, "From lost/console.log:");
	assert_holds(text, "__x64_sys_newfstat");
	free(text);
	json_decref(result);
}

/* A run that was refused: its reason and no tables of zeros. */
static void test_skipped(void **state)
{
	char *text;

	memset(&record, 0, sizeof(record));
	sample_machine(&given.machine);
	record.verdict = VERDICT_SKIP;
	SET(record.reason, "move_pages needs 2 nodes with memory, this machine has 1.");
	text = render("table");
	assert_page(text, REPORT_TABLE_COLUMNS);
	assert_holds(text, ": SKIP (config tail_fault.conf)\nmove_pages needs 2 nodes");
	assert_holds(text, "The storm did not begin");
	assert_misses(text, "samples");
	assert_holds(text, "run no storm (asked for 30.0s), seed");
	assert_misses(text, "drift");
	assert_holds(text, "verdict SKIP, exit code 77\n");
	free(text);
}

static void test_units(void **state)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} times[] = {
		{0, "0ns"},
		{999, "999ns"},
		{1000, "1.00us"},
		{1234, "1.23us"},
		{9995, "10.0us"},
		{12345, "12.3us"},
		{456000, "456us"},
		{999499, "999us"},
		{999500, "1.00ms"},
		{12300000, "12.3ms"},
		{3600000000000, "3600s"},
		{9999500000000, "1.0e4s"},
		{UINT64_MAX, "1.8e10s"},
	};
	char buf[UNITS_MAX];

	for (unsigned i = 0; i < ARRAY_SIZE(times); i++)
		assert_string_equal(units_ns(buf, times[i].ns), times[i].text);
	for (uint64_t ns = 1; ns < UINT64_MAX / 3; ns += ns / 16 + 1)
		assert_true(strlen(units_ns(buf, ns)) <= 7);
	assert_string_equal(units_count(buf, 999999999), "999999999");
	assert_string_equal(units_count(buf, 1000000000), "1.00G");
	assert_string_equal(units_count(buf, UINT64_MAX), "18.4E");
	assert_string_equal(units_rate(buf, 0.414), "0.41");
	assert_string_equal(units_rate(buf, 999.6), "1.00k");
	assert_string_equal(units_rate(buf, 1e30), ">999E");
	assert_string_equal(units_bytes(buf, 2 * MIB), "2 MiB");
	assert_string_equal(units_bytes(buf, 7700 * MIB), "7.5 GiB");
	assert_string_equal(units_span(buf, 125 * NSEC_PER_SEC), "2m05s");
	assert_string_equal(units_span(buf, 3780 * NSEC_PER_SEC), "1h03m");
}

/* What ended early says so, whatever reads it. */
static void test_interrupted_tests(void **state)
{
	record.verdict = VERDICT_PASS;
	record.interrupted_by = 15;
	record.storm_ns = 2500 * NSEC_PER_MSEC;
	for (unsigned i = 0; i < 2; i++) {
		char *text = render(i ? "junit" : "ktap");

		if (!strstr(text,
			    "interrupted SIGTERM ended the storm after 2.50s; it was to last 30.0s"))
			fail_msg("no interruption in:\n%s", text);
		free(text);
	}
}

/* Takes out of each object of @of what results of 0.1.0 do not have. */
static void make_old(json_t *result)
{
	json_t *group;
	size_t i;

	json_object_set_new(result, "version", json_string("0.1.0"));
	json_object_del(json_object_get(result, "first_finding"), "group");
	json_object_del(json_object_get(result, "gravest_finding"), "group");
	json_array_foreach(json_object_get(result, "groups"), i, group)
		json_object_del(json_object_get(group, "latency"), "storm_behind");
}

static void test_of_the_version_before(void **state)
{
	/* Of those that ran, the second one of the 12 + 4: the splitter was skipped. */
	struct event stuck = {.kind = EVENT_stuck, .worker = 13, .group = 2, .cpu = -1};
	json_t *result;
	char *text;

	record.verdict = VERDICT_FAIL;
	record.group[0].skipped = true;
	record.first_finding = record.gravest = stuck;
	record.events[EVENT_stuck] = 1;
	result = result_object("r");
	make_old(result);
	text = render_object(result, "table");
	if (!strstr(text, "stuck in ") || !strstr(text, " of [readers]"))
		fail_msg("no group in:\n%s", text);
	if (!strstr(text,
		    "12 of the storm faults overlapped an mmap_lock writer and are not in the"))
		fail_msg("not said what is left out in:\n%s", text);
	free(text);
	json_decref(result);
	text = render("table");
	assert_non_null(strstr(text, "overlapped an mmap_lock writer\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_units),
		cmocka_unit_test_setup(test_facts, setup),
		cmocka_unit_test_setup(test_latency, setup),
		cmocka_unit_test_setup(test_errors, setup),
		cmocka_unit_test_setup(test_work, setup),
		cmocka_unit_test_setup(test_watch, setup),
		cmocka_unit_test_setup(test_repeat, setup),
		cmocka_unit_test_setup(test_changed, setup),
		cmocka_unit_test_setup(test_made, setup),
		cmocka_unit_test_setup(test_left_out, setup),
		cmocka_unit_test_setup(test_not_counted, setup),
		cmocka_unit_test_setup(test_extremes, setup),
		cmocka_unit_test_setup(test_foreign_texts, setup),
		cmocka_unit_test_setup(test_formats, setup),
		cmocka_unit_test_setup(test_mail_of_a_finding, setup),
		cmocka_unit_test_setup(test_incomplete, setup),
		cmocka_unit_test_setup(test_lost_machine, setup),
		cmocka_unit_test_setup(test_skipped, setup),
		cmocka_unit_test_setup(test_interrupted_tests, setup),
		cmocka_unit_test_setup(test_of_the_version_before, setup),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
