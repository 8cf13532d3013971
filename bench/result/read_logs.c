/* SPDX-License-Identifier: GPL-2.0-only */
/* See read_logs.h. */
#include "result/read_logs.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "result/json_value.h"

#define PSTORE "lost/pstore"

/* A serial line ends its lines with a carriage return as well; a console may hold any byte. */
static char *read_lines(const char *path, struct error *err)
{
	FILE *in = file_open_regular(path, err), *out;
	char *text = NULL;
	size_t len = 0;
	int c;

	if (!in)
		return NULL;
	out = open_memstream(&text, &len);
	while (out && (c = getc(in)) != EOF) {
		if (c && c != '\r')
			putc(c, out);
	}
	fclose(in);
	if (out && !fclose(out))
		return text;
	free(text);
	error_errno(err, ENOMEM, "cannot read %s", path);
	return NULL;
}

static void add(json_t *logs, const char *dir, const char *name, json_t *notes)
{
	struct error err = {""};
	char path[PATH_MAX];
	json_t *log;
	char *text;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (access(path, F_OK))
		return;
	text = read_lines(path, &err);
	if (!text) {
		json_array_append_new(notes, result_text_json(err.text));
		return;
	}
	log = json_object();
	put_text(log, "name", name);
	put_text(log, "text", text);
	json_array_append_new(logs, log);
	free(text);
}

static int is_record(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static void add_pstore(json_t *logs, const char *dir, json_t *notes)
{
	struct dirent **entry;
	char path[PATH_MAX];
	int n;

	snprintf(path, sizeof(path), "%s/" PSTORE, dir);
	n = scandir(path, &entry, is_record, alphasort);
	for (int i = 0; i < n; i++) {
		char name[NAME_MAX + sizeof(PSTORE) + 1];

		snprintf(name, sizeof(name), PSTORE "/%s", entry[i]->d_name);
		add(logs, dir, name, notes);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
}

json_t *result_logs_json(const char *dir, json_t *notes)
{
	json_t *logs = json_array();

	add(logs, dir, "console.log", notes);
	add(logs, dir, "lost/console.log", notes);
	add_pstore(logs, dir, notes);
	add(logs, dir, "lost/kernel.log", notes);
	return logs;
}
