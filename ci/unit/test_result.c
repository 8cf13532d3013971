/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is written to a result directory comes back as it was, what is broken in one is named, a
 * disk that is full stops the run and leaves the rest readable, and the histogram text says what
 * the histogram holds.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "put_file.h"
#include "result/format.h"
#include "result/get.h"
#include "result/json_host.h"
#include "result/read.h"
#include "words/config.h"
#include "result/hgrm.h"
#include "result/result.h"
#include "result/json.h"
#include "sample_record.h"

static struct given given;
static struct run_record record;
static struct histogram histogram;
static char root[] = "/tmp/thpstorm-result-XXXXXX";
static char dir[64];
static char mounted[64]; /* by test_full_disk, "" none */

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	return remove(path);
}

static int group_setup(void **state)
{
	return mkdtemp(root) && !chdir(root) ? 0 : -1;
}

static int group_teardown(void **state)
{
	if (mounted[0])
		umount2(mounted, MNT_DETACH);
	return chdir("/") || nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static int setup(void **state)
{
	static unsigned number;

	sample_given(&given);
	sample_record(&record);
	given.plan.seed = 123456789012345;
	histogram_reset(&histogram);
	for (unsigned i = 1; i <= 1000; i++)
		histogram_record(&histogram, i * 1000);
	snprintf(dir, sizeof(dir), "r%u", number++);
	return 0;
}

static const char *file(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void put(const char *name, const char *text)
{
	put_file(file(name), text);
}

static char *get(const char *name)
{
	static char text[65536];
	FILE *f = fopen(file(name), "r");

	assert_non_null(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	return text;
}

static struct event sample_event(int kind, const char *text)
{
	struct event event = {.when = 5 * NSEC_PER_SEC,
			      .value = UINT64_MAX,
			      .kind = kind,
			      .cpu = 1,
			      .worker = -1};

	SET(event.text, "%s", text);
	return event;
}

static struct interval sample_interval(void)
{
	return (struct interval){.when = 7,
				 .elapsed = 1500 * NSEC_PER_MSEC,
				 .phase = PHASE_STORM,
				 .ops = 500,
				 .faults = 50,
				 .folio_splits = 5,
				 .thp_moved = VMSTAT_ABSENT,
				 .seconds_ns = NSEC_PER_SEC / 2,
				 .max = 12345678,
				 .oldest_worker = -1,
				 .findings = 2};
}

static void put_victim(void)
{
	put_file("victim", "precious");
}

static void expect_victim(void)
{
	char text[32] = "";
	FILE *f = fopen("victim", "r");

	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	fclose(f);
	assert_string_equal(text, "precious");
}

/* A whole run; returns the writer, not yet finished. */
static struct result *write_run(struct run_sink *sink, const struct run_sink *then)
{
	struct event a = sample_event(EVENT_stuck, "fstat \"tail\" 317\n\xe9"),
		     b = sample_event(EVENT_phase, "");
	struct interval iv = sample_interval();
	struct late_beats late = {.elapsed = 1500 * NSEC_PER_MSEC,
				  .seconds_ns = NSEC_PER_SEC / 2,
				  .count = 2,
				  .beat = {{3, 12 * NSEC_PER_MSEC}, {7, 28 * NSEC_PER_SEC + 500}}};
	struct error err = {""};
	struct result *r = result_create(dir, given.asked.config, &err);

	if (!r)
		fail_msg("%s", err.text);
	result_sink(r, sink, then);
	assert_int_equal(sink->begin(sink->ctx, &given, &record), 0);
	assert_int_equal(sink->event(sink->ctx, &a), 0);
	assert_int_equal(sink->event(sink->ctx, &b), 0);
	assert_int_equal(sink->interval(sink->ctx, &iv), 0);
	assert_int_equal(sink->late(sink->ctx, &late), 0);
	assert_int_equal(sink->kernel_line(sink->ctx, "[1.0] watchdog: BUG"), 0);
	assert_int_equal(sink->histogram(sink->ctx, &given.asked.group[1], -1, "storm_fault",
					 &histogram),
			 0);
	assert_int_equal(
		sink->histogram(sink->ctx, &given.asked.group[1], 3, "storm_fault", &histogram), 0);
	return r;
}

static void write_whole(void)
{
	struct run_sink sink;
	struct error err;
	struct result *r = write_run(&sink, NULL);

	assert_int_equal(result_finish(r, &given, &record, &err), 0);
	assert_string_equal(result_failure(r), "");
	result_free(r);
}

static void assert_refused(const char *want)
{
	struct error err = {""};
	json_t *result = result_read(dir, &err);

	assert_null(result);
	if (!strstr(err.text, want))
		fail_msg("\"%s\" is not in \"%s\"", want, err.text);
	assert_null(strchr(err.text, '\n'));
}

static json_t *read_back(void)
{
	struct error err = {""};
	json_t *result = result_read(dir, &err);

	if (!result)
		fail_msg("%s", err.text);
	return result;
}

static void test_round_trip(void **state)
{
	json_t *result, *want = result_record_json(&given, &record), *value, *events;
	json_t *host = result_host_json(&given, &record);
	const char *key;

	write_whole();
	result = read_back();
	json_object_foreach(want, key, value) {
		if (!json_equal(value, json_object_get(result, key)))
			fail_msg("%s came back otherwise", key);
	}
	assert_true(json_equal(host, json_object_get(result, "host")));
	assert_int_equal(json_integer_value(json_object_get(result, "format")), RESULT_FORMAT);
	assert_true(json_is_true(json_object_get(result, "complete")));
	assert_string_equal(json_string_value(json_object_get(result, "directory")), dir);
	events = json_object_get(result, "events");
	assert_int_equal(json_array_size(events), 2);
	assert_string_equal(json_string_value(json_object_get(json_array_get(events, 0), "kind")),
			    "stuck");
	assert_string_equal(json_string_value(json_object_get(json_array_get(events, 0), "text")),
			    "fstat \"tail\" 317\n?");
	assert_true(json_is_null(json_object_get(json_array_get(events, 0), "worker")));
	assert_int_equal(json_array_size(json_object_get(result, "notes")), 1);
	json_decref(result);
	json_decref(want);
	json_decref(host);
}

/* Known values under their names in the file. */
static void test_keys(void **state)
{
	json_t *o = result_record_json(&given, &record);
	const char *verdict, *role, *seed;
	json_int_t split, reached, p999, share, max;
	json_t *absent, *unknown;

	assert_int_equal(json_unpack(o, "{s:s, s:s, s:{s:{s:I, s:o}}, s:{s:{s:I}, s:{s:o}}}",
				     "verdict", &verdict, "seed", &seed, "vmstat", "delta",
				     "thp_split_page", &split, "thp_migration_split", &absent,
				     "exposures", "kernel_hot_tail_faults", "reached", &reached,
				     "thp_moved", "reached", &unknown),
			 0);
	assert_string_equal(verdict, "NOT EXERCISED");
	assert_string_equal(seed, "123456789012345");
	assert_int_equal(split, 1234);
	assert_true(json_is_null(absent));
	assert_true(json_is_null(unknown));
	assert_int_equal(reached, 4321);
	assert_int_equal(json_unpack(json_array_get(json_object_get(o, "groups"), 1),
				     "{s:s, s:{s:{s:I}}, s:{s:I}, s:{s:I}}", "role", &role,
				     "latency", "storm_fault", "p999_ns", &p999, "faults_per_touch",
				     "max", &share, "naps", "max_ns", &max),
			 0);
	assert_string_equal(role, "fault_kernel");
	assert_int_equal(p999, 246900);
	assert_int_equal(share, 4711);
	assert_int_equal(max, 3200000);
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(o, "plan"), "duration_ns")),
		30000000000);
	json_decref(o);
}

static void test_files(void **state)
{
	struct error err = {""};
	struct run_plan back;
	char *text;

	write_whole();
	text = get("timeline.tsv");
	assert_int_equal(strncmp(text, "elapsed_s\tphase\tinterval_s\tops_per_s\t", 37), 0);
	assert_non_null(
		strstr(text, "\n1.500\tstorm\t0.500\t1000.0\t100.0\t10.0\tnan\t12345.678\t"));
	assert_string_equal(get("heartbeat.tsv"), "elapsed_s\tinterval_s\tcpu\tlate_us\n"
						  "1.500\t0.500\t3\t12000.000\n"
						  "1.500\t0.500\t7\t28000000.500\n");
	assert_string_equal(get("kernel.log"), "[1.0] watchdog: BUG\n");
	assert_non_null(
		strstr(get("hist/tails.storm_fault.hgrm"), "Total count    =         1000]"));
	assert_non_null(strstr(get("hist/tails.3.storm_fault.hgrm"), "Percentile"));
	assert_int_not_equal(access(file("result.json.tmp"), F_OK), 0);

	/* The plan repeats the run: with the seed that was drawn. */
	memset(&back, 0, sizeof(back));
	if (config_read(file("plan.conf"), &back, NULL, &err))
		fail_msg("%s", err.text);
	assert_int_equal(back.seed, given.plan.seed);
	assert_int_equal(back.groups, given.asked.groups);
}

static void test_create(void **state)
{
	struct error err = {""};
	struct result *a, *b;
	char path[128];

	write_whole();
	assert_null(result_create(dir, NULL, &err));
	assert_non_null(strstr(err.text, "holds a result already (result.json)"));
	assert_int_equal(unlink(file("result.json")), 0);
	assert_null(result_create(dir, NULL, &err));
	assert_non_null(strstr(err.text, "holds a result already (host.json)"));
	/* Of a run that left no more, or somebody's own. */
	assert_int_equal(unlink(file("host.json")), 0);
	assert_null(result_create(dir, NULL, &err));
	assert_non_null(strstr(err.text, "holds a plan.conf, which the result would replace"));

	a = result_create("", "configs/tail_fault.conf", &err);
	b = result_create(NULL, "configs/tail_fault.conf", &err);
	assert_non_null(a);
	assert_non_null(b);
	assert_int_equal(strncmp(result_path(a), "results/20", 10), 0);
	assert_string_equal(strchr(result_path(a), '-') + strlen("-HHMMSS"), "-tail_fault");
	assert_string_not_equal(result_path(a), result_path(b));
	result_free(a);
	result_free(b);

	snprintf(path, sizeof(path), "%s/new/below/", dir);
	a = result_create(path, NULL, &err);
	assert_non_null(a);
	result_free(a);
	snprintf(path, sizeof(path), "%s/kernel.log", dir);
	assert_null(result_create(path, NULL, &err));
	assert_non_null(strstr(err.text, "Not a directory"));
}

static void test_then(void **state)
{
	struct run_sink sink, inner, none = {0};
	struct error err;
	char inner_dir[64];
	struct result *r, *outer;

	/* One writer behind another: both hold everything; a sink without functions is skipped. */
	snprintf(inner_dir, sizeof(inner_dir), "%.40s-inner", dir);
	r = result_create(inner_dir, NULL, &err);
	assert_non_null(r);
	result_sink(r, &inner, &none);
	outer = write_run(&sink, &inner);
	assert_int_equal(result_finish(outer, &given, &record, &err), 0);
	result_free(outer);
	result_free(r);
	snprintf(dir, sizeof(dir), "%s", inner_dir);
	assert_string_equal(get("kernel.log"), "[1.0] watchdog: BUG\n");
	assert_non_null(strstr(get("events.jsonl"), "stuck"));
}

static void test_not_ended(void **state)
{
	struct run_sink sink;
	json_t *result, *last;
	FILE *f;

	result_free(write_run(&sink, NULL));
	/* The machine died in the middle of a line. */
	f = fopen(file("events.jsonl"), "a");
	fputs("{\"when_ns\":12,\"ki", f);
	fclose(f);
	f = fopen(file("timeline.tsv"), "a");
	fputs("9.9\tsto", f);
	fclose(f);
	result = read_back();
	assert_true(json_is_false(json_object_get(result, "complete")));
	assert_int_equal(json_array_size(json_object_get(result, "events")), 2);
	assert_string_equal(json_string_value(json_array_get(json_object_get(result, "notes"), 1)),
			    "events.jsonl:3: the last line is torn; it is left out");
	last = json_object_get(result, "last_interval");
	assert_string_equal(json_string_value(json_object_get(last, "elapsed_s")), "1.500");
	assert_string_equal(json_string_value(json_object_get(last, "findings")), "2");
	assert_non_null(json_object_get(result, "plan_text"));
	json_decref(result);
}

static void test_refusals(void **state)
{
	struct error err = {""};
	char want[200], *text, *at;

	assert_refused("No such file or directory");
	assert_int_equal(mkdir(dir, 0755), 0);
	assert_refused("holds no result: neither result.json nor host.json");
	put("host.json", "{}");
	assert_refused("host.json: format is missing, must be an integer");
	assert_int_equal(rmdir(dir) && nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);

	write_whole();
	text = get("result.json");
	at = strstr(text, "\"groups\"");
	at[20] = '\0';
	put("result.json", text);
	snprintf(want, sizeof(want), "%s/result.json:", dir);
	assert_refused(want);
	assert_refused("not JSON: ");
	put("result.json", "{\"format\": 2}");
	assert_refused("result.json: format 2 is newer than what thpstorm");
	put("result.json", "[1, 2]");
	assert_refused("result.json:1: the file holds an array, must be an object");
	put("result.json", "{\n\"format\": 1,\n\"complete\" true}");
	assert_refused("result.json:3:");
	put("result.json", "{\"format\": 1, \"complete\": true, \"verdict\": 3}");
	assert_refused("result.json: verdict is an integer, must be a string");
	assert_null(result_read(file("plan.conf"), &err));
	assert_non_null(strstr(err.text, "is not a directory"));
}

static void test_wrong_types(void **state)
{
	json_t *object, *group;

	write_whole();
	object = json_load_file(file("result.json"), 0, NULL);
	group = json_array_get(json_object_get(object, "groups"), 1);
	json_object_set_new(json_object_get(group, "storm"), "ops", json_string("many"));
	json_dump_file(object, file("result.json"), 0);
	json_decref(object);
	assert_refused("result.json: groups[1].storm.ops is a string, must be an integer");
}

static void test_bad_event(void **state)
{
	write_whole();
	put("events.jsonl", "{\"kind\":\"phase\"}\nrubbish\n{\"kind\":\"phase\"}\n");
	assert_refused("events.jsonl:2:");
	put("events.jsonl", "[]\n");
	assert_refused("events.jsonl:1:1: not an event: no object");
}

/* What is beyond this process's limit (RLIMIT_FSIZE) can't be written; what is shorter can. */
static void test_full_file(void **state)
{
	struct event event = sample_event(EVENT_stuck, "x");
	struct interval iv = sample_interval();
	struct error err = {""};
	struct rlimit before, limit;
	struct run_sink sink;
	struct result *r;
	json_t *result, *notes;
	struct stat st;
	char want[200];

	signal(SIGXFSZ, SIG_IGN);
	r = result_create(dir, NULL, &err);
	assert_non_null(r);
	result_sink(r, &sink, NULL);
	assert_int_equal(sink.begin(sink.ctx, &given, &record), 0);
	for (unsigned i = 0; i < 50; i++)
		assert_int_equal(sink.event(sink.ctx, &event), 0);
	assert_int_equal(stat(file("events.jsonl"), &st), 0);
	getrlimit(RLIMIT_FSIZE, &before);
	limit = before;
	limit.rlim_cur = (rlim_t)st.st_size;
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_int_equal(sink.event(sink.ctx, &event), -EFBIG);
	snprintf(want, sizeof(want), "cannot write %s/events.jsonl: File too large", dir);
	assert_string_equal(result_failure(r), want);
	/* The others still take what they can; the run is told again. */
	assert_int_equal(sink.interval(sink.ctx, &iv), -EFBIG);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(result_finish(r, &given, &record, &err), 0);
	assert_string_equal(result_failure(r), want);
	result_free(r);
	result = read_back();
	notes = json_object_get(result, "notes");
	assert_string_equal(json_string_value(json_array_get(notes, 1)), want);
	assert_int_equal(json_array_size(json_object_get(result, "events")), 50);
	json_decref(result);
	assert_non_null(strstr(get("timeline.tsv"), "\n1.500\tstorm"));
}

/* What others had put where a result's files go: links are removed, and what they name is whole. */
static void test_planted_links(void **state)
{
	static const char *const names[] = {"events.jsonl", "timeline.tsv",  "heartbeat.tsv",
					    "kernel.log",   "plan.conf.tmp", "result.json.tmp"};
	struct run_sink sink;
	struct error err = {""};
	struct result *r;
	struct stat st;

	put_victim();
	assert_int_equal(mkdir(dir, 0755), 0);
	for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
		if (i % 3 == 0)
			assert_int_equal(symlink("../victim", file(names[i])), 0);
		else if (i % 3 == 1)
			assert_int_equal(link("victim", file(names[i])), 0);
		else
			assert_int_equal(mkfifo(file(names[i]), 0666), 0);
	}
	r = write_run(&sink, NULL);
	assert_int_equal(result_finish(r, &given, &record, &err), 0);
	result_free(r);
	json_decref(read_back());
	expect_victim();
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(lstat(file(names[i]), &st), 0);
		assert_true(S_ISREG(st.st_mode) && st.st_nlink == 1);
	}
}

static void expect_no_directory(const char *why)
{
	struct error err = {""};

	assert_null(result_create(dir, NULL, &err));
	if (!strstr(err.text, why) || !strstr(err.text, dir))
		fail_msg("neither '%s' nor '%s' is in '%s'", why, dir, err.text);
}

/* Where somebody else could change what is written. */
static void test_foreign_directory(void **state)
{
	struct error err = {""};
	struct result *r;

	assert_int_equal(mkdir(dir, 0700), 0);
	assert_int_equal(mkdir(file("real"), 0700), 0);
	assert_int_equal(symlink("real", file("hist")), 0);
	expect_no_directory("hist is a symbolic link: name the directory that it points to");
	unlink(file("hist"));
	assert_int_equal(chmod(dir, 0777), 0);
	expect_no_directory("others may write to ");
	assert_int_equal(chmod(dir, 01777), 0);
	r = result_create(dir, NULL, &err);
	assert_non_null(r);
	result_free(r);
	assert_int_equal(chmod(dir, 0700), 0);
	assert_int_equal(chmod(file("hist"), 0777), 0);
	expect_no_directory("others may write to ");
	chmod(file("hist"), 0700);
	if (geteuid())
		return;
	assert_int_equal(chown(dir, 12345, (gid_t)-1), 0);
	expect_no_directory(" belongs to user 12345, who can change what is written there: name "
			    "another directory, or give it to user 0 (chown)");
	assert_int_equal(chown(dir, 0, 12345), 0);
	assert_int_equal(chmod(dir, 0770), 0);
	expect_no_directory("others may write to ");
}

static void test_linked_directory(void **state)
{
	assert_int_equal(mkdir("elsewhere", 0700), 0);
	assert_int_equal(symlink("elsewhere", dir), 0);
	expect_no_directory(" is a symbolic link: name the directory that it points to");
}

/* What others kept of the machine's end. */
static void test_logs_of_others(void **state)
{
	static const struct {
		const char *name, *text;
	} logs[] = {
		{"console.log", "[    1.000000] a\n"},
		{"lost/console.log", "[    2.000000] b\n"},
		{"lost/pstore/dmesg-1", "<4>[    3.000000] c\n"},
		{"lost/pstore/dmesg-2", "<4>[    4.000000] d\n"},
		{"lost/kernel.log", "[    5.000000] host kernel: e\n"},
	};
	struct run_sink sink;
	struct error err = {""};
	struct result *r = result_create(dir, NULL, &err);
	json_t *result;

	result_sink(r, &sink, NULL);
	assert_int_equal(sink.begin(r, &given, &record), 0);
	result = read_back();
	assert_int_equal(json_array_size(json_object_get(result, "logs")), 0);
	assert_true(json_is_false(json_object_get(result, "machine_lost")));
	json_decref(result);

	assert_int_equal(mkdir(file("lost"), 0700), 0);
	assert_int_equal(mkdir(file("lost/pstore"), 0700), 0);
	for (unsigned i = 0; i < ARRAY_SIZE(logs); i++)
		put(logs[i].name, logs[i].text);
	put("console.log", "[    1.000000] a\r\n");
	put("vm.json", "{\"format\": 1, \"ended\": \"died\"}");
	result = read_back();
	for (unsigned i = 0; i < ARRAY_SIZE(logs); i++) {
		const json_t *log = json_array_get(json_object_get(result, "logs"), i);

		assert_string_equal(get_text(log, "name"), logs[i].name);
		assert_string_equal(get_text(log, "text"), logs[i].text);
	}
	assert_true(json_is_true(json_object_get(result, "machine_lost")));
	assert_string_equal(get_text(json_object_get(result, "vm"), "ended"), "died");
	json_decref(result);
	put("vm.json", "{");
	json_decref(read_back());
	result_free(r);
}

/* A pipe and a device without end are not read. */
static void test_reads_files_only(void **state)
{
	struct run_sink sink;
	struct error err = {""};
	struct result *r = write_run(&sink, NULL);

	assert_int_equal(result_finish(r, &given, &record, &err), 0);
	result_free(r);
	unlink(file("kernel.log"));
	assert_int_equal(mkfifo(file("kernel.log"), 0600), 0);
	assert_refused("kernel.log: not a regular file");
	unlink(file("kernel.log"));
	unlink(file("result.json"));
	assert_int_equal(symlink("/dev/zero", file("result.json")), 0);
	assert_refused("result.json: not a regular file");
}

/* A disk that fills up under the run: whole lines up to the end, and a sentence. */
static void test_full_disk(void **state)
{
	struct event event = sample_event(EVENT_stuck, "");
	struct error err = {""};
	struct run_sink sink;
	struct result *r;
	unsigned written = 0;
	json_t *result;
	char top[64];

	snprintf(top, sizeof(top), "%s", dir);
	assert_int_equal(mkdir(top, 0755), 0);
	if (geteuid() || mount("tmpfs", top, "tmpfs", 0, "size=64k"))
		skip();
	SET(mounted, "%s", top);
	snprintf(dir, sizeof(dir), "%.50s/run", top);
	memset(event.text, 'x', sizeof(event.text) - 1);
	r = result_create(dir, NULL, &err);
	assert_non_null(r);
	result_sink(r, &sink, NULL);
	assert_int_equal(sink.begin(sink.ctx, &given, &record), 0);
	while (written < 1000 && !sink.event(sink.ctx, &event))
		written++;
	assert_in_range(written, 10, 900);
	assert_non_null(strstr(result_failure(r), "events.jsonl: No space left on device"));
	assert_int_equal(sink.histogram(sink.ctx, &given.asked.group[0], -1, "storm_all",
					&histogram),
			 -ENOSPC);
	assert_int_equal(result_finish(r, &given, &record, &err), -ENOSPC);
	assert_non_null(strstr(err.text, "result.json: No space left on device"));
	result_free(r);
	/* Nothing half-written has a name, and every line that is there is whole. */
	assert_int_not_equal(access(file("result.json"), F_OK), 0);
	assert_int_not_equal(access(file("hist/splitter.storm_all.hgrm"), F_OK), 0);
	result = read_back();
	assert_int_equal(json_array_size(json_object_get(result, "events")), written);
	assert_int_equal(json_array_size(json_object_get(result, "notes")), 1);
	json_decref(result);
}

struct parsed {
	unsigned rows;
	double value, percentile; /* of the last row */
	uint64_t count;
	double mean, deviation, max;
	uint64_t total;
};

static struct parsed hgrm_parse(const struct histogram *h)
{
	char *text = NULL, *line, *rest = NULL;
	struct parsed r = {0};
	size_t len;
	FILE *out = open_memstream(&text, &len);

	hgrm_write(out, h, "sample");
	fclose(out);
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		double value, percentile, inverse;
		unsigned long long n;

		if (sscanf(line, "#[Mean    = %lf, StdDeviation   = %lf]", &r.mean, &r.deviation) ==
			    2 ||
		    line[0] == '#' || strstr(line, "TotalCount"))
			if (sscanf(line, "#[Max     = %lf, Total count    = %llu]", &r.max, &n) ==
			    2)
				r.total = n;
		if (sscanf(line, " %lf %lf %llu %lf", &value, &percentile, &n, &inverse) != 4)
			continue;
		if (percentile < 1)
			assert_true(fabs(inverse - 1 / (1 - percentile)) < 0.006 * inverse);
		else
			assert_true(isinf(inverse));
		assert_true(value >= r.value);
		assert_true(!r.rows || percentile > r.percentile);
		assert_true(n >= r.count);
		/* The row covers its percentile. */
		assert_true((double)n >= percentile * (double)h->total - 1e-6 * (double)h->total);
		r.value = value;
		r.percentile = percentile;
		r.count = n;
		r.rows++;
	}
	free(text);
	return r;
}

static void test_hgrm(void **state)
{
	struct parsed r = hgrm_parse(&histogram);

	assert_true(r.percentile == 1);
	assert_int_equal(r.count, 1000);
	assert_int_equal(r.total, 1000);
	assert_true(r.rows > 20 && r.rows < 100);
	assert_true(fabs(r.max - 1000) < 0.001 && fabs(r.value - 1000) < 0.001);
	assert_true(fabs(r.mean - 500.5) < 0.001);
	/* Of 1..1000: sqrt((1000^2 - 1) / 12). */
	assert_true(fabs(r.deviation - 288.675) < 0.3);

	histogram_reset(&histogram);
	r = hgrm_parse(&histogram);
	assert_int_equal(r.rows, 0);
	assert_int_equal(r.total, 0);

	histogram_record(&histogram, 1234);
	r = hgrm_parse(&histogram);
	assert_int_equal(r.rows, 2);
	assert_true(fabs(r.value - 1.234) < 0.0005);

	histogram_record(&histogram, 2 * HISTOGRAM_MAX);
	r = hgrm_parse(&histogram);
	assert_int_equal(r.count, 2);
	assert_true(fabs(r.value - 2.0 * HISTOGRAM_MAX / 1000) < 1);
}

static int sync_fails;
int __real_syncfs(int fd);
int __wrap_syncfs(int fd);

int __wrap_syncfs(int fd)
{
	if (!sync_fails)
		return __real_syncfs(fd);
	errno = sync_fails;
	return -1;
}

/* What is written but not on the disk proves nothing to whoever reads the file, but harm. */
static void test_sync_fails(void **state)
{
	struct error err;
	struct result *r;
	json_t *result;

	for (int failed = 0; failed < 2; failed++) {
		setup(state);
		record.verdict = failed ? VERDICT_FAIL : VERDICT_PASS;
		SET(record.reason, failed ? "a lockup" : "no harm seen");
		r = result_create(dir, "", &err);
		assert_non_null(r);
		sync_fails = EIO;
		assert_int_equal(result_finish(r, &given, &record, &err), 0);
		sync_fails = 0;
		assert_int_equal(result_error(r), -EIO);
		result_free(r);
		result = result_read_record(dir, &err);
		assert_non_null(result);
		assert_string_equal(json_string_value(json_object_get(result, "verdict")),
				    failed ? "FAIL" : "BROKEN");
		assert_int_equal(json_integer_value(json_object_get(result, "exit_code")),
				 failed ? VERDICT_FAIL : VERDICT_BROKEN);
		assert_non_null(
			strstr(json_string_value(json_object_get(result, "reason")),
			       failed ? "a lockup; the result is not complete: cannot write "
				      : "Input/output error; of the storm: PASS: no harm"));
		json_decref(result);
	}
}

static uid_t dirs_of, files_of; /* 0: as they are */
int __real_fstat(int fd, struct stat *st);
int __wrap_fstat(int fd, struct stat *st);

int __wrap_fstat(int fd, struct stat *st)
{
	int ret = __real_fstat(fd, st);
	uid_t of = S_ISDIR(st->st_mode) ? dirs_of : files_of;

	if (!ret && of)
		st->st_uid = of;
	return ret;
}

/* A file system whose files all belong to one user of another machine: he is who writes here. */
static void test_served_directory(void **state)
{
	struct error err;
	struct result *r;

	dirs_of = geteuid() + 1000;
	r = result_create(dir, "", &err);
	assert_null(r);
	assert_non_null(strstr(err.text, "belongs to user"));
	files_of = dirs_of;
	r = result_create(dir, "", &err);
	dirs_of = files_of = 0;
	if (!r)
		fail_msg("%s", err.text);
	result_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_round_trip, setup),
		cmocka_unit_test_setup(test_keys, setup),
		cmocka_unit_test_setup(test_files, setup),
		cmocka_unit_test_setup(test_create, setup),
		cmocka_unit_test_setup(test_then, setup),
		cmocka_unit_test_setup(test_not_ended, setup),
		cmocka_unit_test_setup(test_refusals, setup),
		cmocka_unit_test_setup(test_wrong_types, setup),
		cmocka_unit_test_setup(test_bad_event, setup),
		cmocka_unit_test_setup(test_full_file, setup),
		cmocka_unit_test_setup(test_planted_links, setup),
		cmocka_unit_test_setup(test_foreign_directory, setup),
		cmocka_unit_test_setup(test_linked_directory, setup),
		cmocka_unit_test_setup(test_logs_of_others, setup),
		cmocka_unit_test_setup(test_reads_files_only, setup),
		cmocka_unit_test_setup(test_full_disk, setup),
		cmocka_unit_test(test_sync_fails),
		cmocka_unit_test_setup(test_served_directory, setup),
		cmocka_unit_test_setup(test_hgrm, setup),
	};

	return cmocka_run_group_tests_name("result", tests, group_setup, group_teardown);
}
