/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads a result directory back, also one of a run that did not end. Each complaint names the file
 * and the place in it. What a dying machine leaves (a torn last line) is taken out and noted, what
 * somebody's editor did is an error.
 */
#include "result/read.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "result/format.h"
#include "result/json_value.h"
#include "result/read_logs.h"
#include "result/check.h"

struct reader {
	const char *dir;
	struct error *err;
	json_t *notes; /* array, borrowed from the result */
};

static void path_of(const struct reader *rd, const char *name, char *path)
{
	snprintf(path, PATH_MAX, "%s/%s", rd->dir, name);
}

static bool is_there(const struct reader *rd, const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	path_of(rd, name, path);
	return !stat(path, &st);
}

static void note(const struct reader *rd, const char *text)
{
	json_array_append_new(rd->notes, json_string(text));
}

/* The whole file, NUL-terminated; NULL with the sentence. */
static char *slurp(const struct reader *rd, const char *name, size_t *len)
{
	char path[PATH_MAX], *text = NULL;
	size_t room = 0;
	FILE *f;

	path_of(rd, name, path);
	f = file_open_regular(path, rd->err);
	if (!f)
		return NULL;
	for (*len = 0;;) {
		size_t n;

		if (room - *len < 2) {
			char *more = realloc(text, room = room ? 2 * room : 65536);

			if (!more)
				break;
			text = more;
		}
		errno = 0;
		n = fread(text + *len, 1, room - *len - 1, f);
		*len += n;
		if (n)
			continue;
		if (ferror(f))
			break;
		text[*len] = '\0';
		fclose(f);
		return text;
	}
	error_errno(rd->err, errno ? errno : EIO, "cannot read %s", path);
	fclose(f);
	free(text);
	return NULL;
}

/* An object of one of our formats. */
static json_t *read_object(const struct reader *rd, const char *name)
{
	char path[PATH_MAX];
	json_error_t where;
	json_t *object;
	size_t len;
	char *text;

	path_of(rd, name, path);
	text = slurp(rd, name, &len);
	if (!text)
		return NULL;
	object = json_loadb(text, len, JSON_REJECT_DUPLICATES, &where);
	free(text);
	if (!object) {
		error_set(rd->err, EINVAL, "%s:%d:%d: not JSON: %s", path, where.line, where.column,
			  where.text);
		return NULL;
	}
	if (!result_check_format(object, path, rd->err))
		return object;
	json_decref(object);
	return NULL;
}

static int read_events(const struct reader *rd, json_t *result)
{
	json_t *events = json_array();
	char path[PATH_MAX], *text, *line, *end;
	size_t len;

	path_of(rd, "events.jsonl", path);
	json_object_set_new(result, "events", events);
	if (!is_there(rd, "events.jsonl")) {
		note(rd, "events.jsonl is missing");
		return 0;
	}
	text = slurp(rd, "events.jsonl", &len);
	if (!text)
		return -EIO;
	end = text + len;
	line = text;
	for (unsigned number = 1; line < end; number++) {
		char *newline = memchr(line, '\n', (size_t)(end - line));
		size_t n = (size_t)((newline ? newline : end) - line);
		json_error_t where;
		json_t *event = json_loadb(line, n, 0, &where);

		if (json_is_object(event)) {
			json_array_append_new(events, event);
		} else if (!newline) {
			char sentence[80];

			json_decref(event);
			snprintf(sentence, sizeof(sentence),
				 "events.jsonl:%u: the last line is torn; it is left out", number);
			note(rd, sentence);
		} else {
			error_set(rd->err, EINVAL, "%s:%u:%d: not an event: %s", path, number,
				  event ? 1 : where.column, event ? "no object" : where.text);
			json_decref(event);
			free(text);
			return -EINVAL;
		}
		line += n + 1;
	}
	free(text);
	return 0;
}

/* The last whole line of timeline.tsv as an object, its keys from the header line. */
static void read_last_interval(const struct reader *rd, json_t *result)
{
	char *text, *last, *header, *keys = NULL, *values = NULL, *key, *value;
	json_t *interval;
	size_t len;

	if (!is_there(rd, "timeline.tsv"))
		return;
	text = slurp(rd, "timeline.tsv", &len);
	if (!text)
		return;
	last = strrchr(text, '\n');
	if (last)
		*last = '\0';
	last = last ? strrchr(text, '\n') : NULL;
	if (last) {
		interval = json_object();
		header = strtok_r(text, "\n", &keys);
		keys = values = NULL;
		key = strtok_r(header, "\t", &keys);
		value = strtok_r(last + 1, "\t", &values);
		for (; key && value; key = strtok_r(NULL, "\t", &keys)) {
			json_object_set_new(interval, key, json_string(value));
			value = strtok_r(NULL, "\t", &values);
		}
		json_object_set_new(result, "last_interval", interval);
	}
	free(text);
}

/* What those left that outlive a machine: ci/vm/run, a sweep that went on in another boot. */
static void read_of_others(struct reader *rd, json_t *result, bool complete)
{
	json_t *vm = NULL;

	json_object_set_new(result, "logs", result_logs_json(rd->dir, rd->notes));
	if (complete)
		return;
	json_object_set_new(result, "machine_lost", json_boolean(is_there(rd, "lost")));
	if (!is_there(rd, "vm.json"))
		return;
	vm = read_object(rd, "vm.json");
	if (vm)
		json_object_set_new(result, "vm", vm);
	else
		note(rd, rd->err->text);
}

static int read_rest(struct reader *rd, json_t *result, bool complete)
{
	size_t len;
	char *text;

	rd->notes = json_object_get(result, "notes");
	json_object_set_new(result, "directory", json_string(rd->dir));
	if (is_there(rd, "host.json")) {
		json_t *host = read_object(rd, "host.json");

		if (!host)
			return -EINVAL;
		json_object_set_new(result, "host", host);
	} else {
		note(rd, "host.json is missing");
	}
	if (is_there(rd, "plan.conf")) {
		text = slurp(rd, "plan.conf", &len);
		if (!text)
			return -EIO;
		json_object_set_new(result, "plan_text", json_string(text));
		free(text);
	} else {
		note(rd, "plan.conf is missing: the run can't be repeated from here");
	}
	if (is_there(rd, "kernel.log")) {
		text = slurp(rd, "kernel.log", &len);
		if (!text)
			return -EIO;
		json_object_set_new(result, "kernel_log", result_text_json(text));
		free(text);
	}
	read_of_others(rd, result, complete);
	if (!complete)
		read_last_interval(rd, result);
	return read_events(rd, result);
}

static json_t *incomplete_result(void)
{
	return json_pack("{s:i, s:b, s:[s]}", "format", RESULT_FORMAT, "complete", 0, "notes",
			 "the run did not end: there is no result.json");
}

json_t *result_read_record(const char *dir, struct error *err)
{
	struct reader rd = {.dir = dir, .err = err};
	json_t *result = read_object(&rd, "result.json");

	if (!result || !result_check_types(result, dir, err))
		return result;
	json_decref(result);
	return NULL;
}

json_t *result_read(const char *dir, struct error *err)
{
	struct reader rd = {.dir = dir, .err = err};
	json_t *result;
	struct stat st;
	bool complete;

	if (stat(dir, &st)) {
		error_errno(err, errno, "cannot read the result %s", dir);
		return NULL;
	}
	if (!S_ISDIR(st.st_mode)) {
		error_set(err, ENOTDIR, "%s is not a directory: name the directory of a result",
			  dir);
		return NULL;
	}
	complete = is_there(&rd, "result.json");
	if (!complete && !is_there(&rd, "host.json")) {
		error_set(
			err, ENOENT,
			"%s holds no result: neither result.json nor host.json, nor a sweep's ledger",
			dir);
		return NULL;
	}
	result = complete ? result_read_record(dir, err) : incomplete_result();
	if (!result)
		return NULL;
	if (read_rest(&rd, result, complete)) {
		json_decref(result);
		return NULL;
	}
	return result;
}
