/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes the result directory as the run goes. Each line is on its way to the disk when the sink's
 * function returns, and on it at most a second later, so a machine that dies leaves its last second
 * behind. The first error is kept as a sentence and ends the run; what was written stays readable.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "result/format.h"
#include "result/timeline.h"
#include "result/json_host.h"
#include "result/json_value.h"
#include "words/config_write.h"
#include "result/hgrm.h"
#include "result/result.h"
#include "result/directory.h"
#include "result/file.h"
#include "result/json.h"
#include "words/units.h"

struct result {
	char *path;
	int dirfd, histfd;
	bool begun;
	struct result_stream events, timeline, heartbeat, kernel_log;
	time_t synced;
	int failed; /* -errno of the first write error */
	struct error failure;
	struct run_sink then;
};

static int result_fail(struct result *r, const char *name, int err)
{
	if (err < 0 && !r->failed) {
		r->failed = err;
		error_errno(&r->failure, -err, "cannot write %s/%s", r->path, name);
	}
	return err;
}

static void sync_streams(struct result *r)
{
	struct result_stream *const all[] = {&r->events, &r->timeline, &r->heartbeat,
					     &r->kernel_log};

	for (unsigned i = 0; i < ARRAY_SIZE(all); i++)
		result_fail(r, all[i]->name, result_stream_sync(all[i]));
}

static int append(struct result *r, struct result_stream *s, const char *line, size_t len)
{
	struct timespec now;
	int err = result_fail(r, s->name, result_stream_append(s, line, len));

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (now.tv_sec != r->synced) {
		r->synced = now.tv_sec;
		sync_streams(r);
	}
	return err ? err : r->failed;
}

static int write_json(struct result *r, const char *name, json_t *object)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	int err = -ENOMEM;

	if (out) {
		bool whole = !json_dumpf(object, out, JSON_INDENT(2)) && putc('\n', out) == '\n';

		if (!fclose(out) && whole)
			err = result_file_write(r->dirfd, name, text, len, true);
	}
	json_decref(object);
	free(text);
	return result_fail(r, name, err);
}

static int write_plan(struct result *r, const struct run_plan *plan, uint64_t seed)
{
	struct run_plan effective = *plan;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	int err = -ENOMEM;

	/* With the seed that was really used the file repeats this run, not one like it. */
	effective.seed = seed;
	if (out) {
		config_write(out, &effective, true);
		if (!fclose(out))
			err = result_file_write(r->dirfd, "plan.conf", text, len, true);
	}
	free(text);
	return result_fail(r, "plan.conf", err);
}

static int begin_stream(struct result *r, struct result_stream *s, const char *name,
			const char *header)
{
	int err = result_fail(r, name, result_stream_open(s, r->dirfd, name));

	if (err || !*header)
		return err;
	err = append(r, s, header, strlen(header));
	return err ? err : append(r, s, "\n", 1);
}

static int begin_files(struct result *r, const struct given *given, const struct run_record *record)
{
	int err;

	if (r->begun)
		return r->failed;
	r->begun = true;
	err = write_plan(r, &given->asked, given->plan.seed);
	if (!err)
		err = write_json(r, "host.json", result_host_json(given, record));
	if (!err)
		err = begin_stream(r, &r->events, "events.jsonl", "");
	if (!err)
		err = begin_stream(r, &r->kernel_log, "kernel.log", "");
	if (!err)
		err = begin_stream(r, &r->timeline, "timeline.tsv", TIMELINE_HEADER);
	if (!err)
		err = begin_stream(r, &r->heartbeat, "heartbeat.tsv", HEARTBEAT_COLUMNS);
	return err;
}

static int sink_begin(void *ctx, const struct given *given, const struct run_record *record)
{
	struct result *r = ctx;
	int err = begin_files(r, given, record), then = 0;

	if (r->then.begin)
		then = r->then.begin(r->then.ctx, given, record);
	return err ? err : then;
}

static int sink_event(void *ctx, const struct event *event)
{
	struct result *r = ctx;
	json_t *object = result_event_json(event);
	char *text = json_dumps(object, JSON_COMPACT);
	int err = -ENOMEM, then = 0;

	json_decref(object);
	if (text) {
		size_t len = strlen(text);

		text[len] = '\n'; /* in place of the NUL: one write, a whole line */
		err = append(r, &r->events, text, len + 1);
	}
	free(text);
	if (r->then.event)
		then = r->then.event(r->then.ctx, event);
	return err ? err : then;
}

/* A rate, or NaN where the kernel has no such counter. */
static int sink_interval(void *ctx, const struct interval *iv)
{
	struct result *r = ctx;
	char line[64 * TIMELINE_COLUMN_COUNT];
	int err, then = 0;
	size_t n = 0;

#define X(name, format, value, what)                                                               \
	n += (size_t)snprintf(line + n, sizeof(line) - n, "\t" format, value);
	TIMELINE(X)
#undef X
	line[n++] = '\n';
	err = append(r, &r->timeline, line + 1, n - 1);
	if (r->then.interval)
		then = r->then.interval(r->then.ctx, iv);
	return err ? err : then;
}

static int sink_late(void *ctx, const struct late_beats *late)
{
	struct result *r = ctx;
	int err = 0, then = 0;

	for (unsigned i = 0; i < late->count && !err; i++) {
		char line[96];
		int n = snprintf(line, sizeof(line), "%.3f\t%.3f\t%d\t%.3f\n",
				 (double)late->elapsed / NSEC_PER_SEC,
				 (double)late->seconds_ns / NSEC_PER_SEC, late->beat[i].cpu,
				 (double)late->beat[i].late / NSEC_PER_USEC);

		err = append(r, &r->heartbeat, line, (size_t)n);
	}
	if (r->then.late)
		then = r->then.late(r->then.ctx, late);
	return err ? err : then;
}

static int write_histogram(struct result *r, const struct group_plan *group, int worker,
			   const char *what, const struct histogram *h)
{
	char name[160], title[160], member[16] = "", *text = NULL;
	size_t len = 0;
	int err = -ENOMEM;
	FILE *out;

	if (!h->total)
		return 0;
	if (worker >= 0)
		snprintf(member, sizeof(member), ".%d", worker);
	snprintf(name, sizeof(name), "hist/%s%s.%s.hgrm", group->name, member, what);
	for (char *c = name + strlen("hist/"); *c; c++)
		if (*c == '/' || *c < '!' || *c > '~')
			*c = '_';
	snprintf(title, sizeof(title), "thpstorm %s%s %s", group->name, member, what);
	out = open_memstream(&text, &len);
	if (out) {
		hgrm_write(out, h, title);
		if (!fclose(out))
			err = result_file_write(r->histfd, strrchr(name, '/') + 1, text, len,
						false);
	}
	free(text);
	return result_fail(r, name, err);
}

static int sink_histogram(void *ctx, const struct group_plan *group, int worker, const char *what,
			  const struct histogram *h)
{
	struct result *r = ctx;
	int err = write_histogram(r, group, worker, what, h), then = 0;

	if (r->then.histogram)
		then = r->then.histogram(r->then.ctx, group, worker, what, h);
	return err ? err : then;
}

static int sink_kernel_line(void *ctx, const char *line)
{
	struct result *r = ctx;
	int err = -ENOMEM, then = 0, n;
	char *text;

	n = asprintf(&text, "%s\n", line);
	if (n >= 0) {
		err = append(r, &r->kernel_log, text, (size_t)n);
		free(text);
	}
	if (r->then.kernel_line)
		then = r->then.kernel_line(r->then.ctx, line);
	return err ? err : then;
}

struct result *result_create(const char *dir, const char *config, struct error *err)
{
	struct result *r = calloc(1, sizeof(*r));

	if (!r) {
		error_errno(err, ENOMEM, "cannot make a result directory");
		return NULL;
	}
	r->events.fd = r->timeline.fd = r->heartbeat.fd = r->kernel_log.fd = -1;
	r->histfd = -1;
	r->dirfd = result_directory_make(dir, config, &r->path, err);
	if (r->dirfd >= 0)
		r->histfd = result_subdirectory_make(r->dirfd, r->path, "hist", err);
	if (r->histfd < 0) {
		result_free(r);
		return NULL;
	}
	return r;
}

const char *result_path(const struct result *r)
{
	return r->path;
}

void result_sink(struct result *r, struct run_sink *sink, const struct run_sink *then)
{
	if (then)
		r->then = *then;
	*sink = (struct run_sink){
		.ctx = r,
		.begin = sink_begin,
		.event = sink_event,
		.interval = sink_interval,
		.late = sink_late,
		.histogram = sink_histogram,
		.kernel_line = sink_kernel_line,
	};
}

int result_finish(struct result *r, const struct given *given, const struct run_record *record,
		  struct error *err)
{
	json_t *object;
	int ret;

	/* A run that was refused never began: its directory still says what was asked, and where.
	 */
	begin_files(r, given, record);
	sync_streams(r);
	if (syncfs(r->dirfd))
		result_fail(r, "hist", -errno);
	object = result_record_json(given, record);
	/* As the command says it: who reads the file must not take it for more. */
	if (r->failed) {
		json_array_append_new(json_object_get(object, "notes"),
				      result_text_json(r->failure.text));
		result_incomplete_json(object, record->verdict, record->reason, true,
				       r->failure.text);
	}
	ret = write_json(r, "result.json", object);
	if (ret)
		error_errno(err, -ret, "cannot write %s/result.json", r->path);
	return ret;
}

const char *result_failure(const struct result *r)
{
	return r->failure.text;
}

int result_error(const struct result *r)
{
	return r->failed;
}

void result_free(struct result *r)
{
	if (!r)
		return;
	result_stream_close(&r->events);
	result_stream_close(&r->timeline);
	result_stream_close(&r->heartbeat);
	result_stream_close(&r->kernel_log);
	if (r->histfd >= 0)
		close(r->histfd);
	if (r->dirfd >= 0)
		close(r->dirfd);
	free(r->path);
	free(r);
}
