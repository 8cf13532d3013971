/* SPDX-License-Identifier: GPL-2.0-only */
/* See tables.h. */
#include "plot/tables.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "result/format.h"
#include "result/timeline.h"

/* Takes in a row; false: it is not one. */
typedef bool (*row_reader)(char *line, void *ctx);

static bool is_header(const char *line, const char *columns)
{
	size_t n = strlen(columns);

	return !strncmp(line, columns, n) && (line[n] == '\n' || line[n] == '\t');
}

static int read_lines(FILE *in, const char *path, const char *columns, row_reader take, void *ctx,
		      struct error *err)
{
	char *line = NULL;
	size_t size = 0;
	unsigned number = 0;
	int ret = 0;

	while (!ret && getline(&line, &size, in) > 0 && strchr(line, '\n')) {
		if (!number++ ? is_header(line, columns) : take(line, ctx))
			continue;
		ret = error_set(err, EINVAL, "%s:%u: %s", path, number,
				number == 1 ? "not the columns of this version of thpstorm"
					    : "not a row of its columns");
	}
	if (!ret && !number)
		ret = error_set(err, EINVAL, "%s:1: it has no line of column names", path);
	free(line);
	return ret;
}

static int read_table(const char *dir, const char *name, const char *columns, row_reader take,
		      void *ctx, struct error *err)
{
	char path[PATH_MAX];
	FILE *in;
	int ret;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	in = file_open_regular(path, err);
	/* A result of an earlier version may lack it. */
	if (!in)
		return access(path, F_OK) && errno == ENOENT ? -ENOENT : -EIO;
	ret = read_lines(in, path, columns, take, ctx, err);
	fclose(in);
	return ret;
}

/* Cuts the line into its columns. False: there are fewer. */
static bool split(char *line, char *column[], unsigned columns)
{
	unsigned n = 0;

	for (char *at = line; at && n < columns; n++) {
		column[n] = strsep(&at, "\t\n");
		if (!*column[n])
			return false;
	}
	return n == columns;
}

static bool take_interval(char *line, void *ctx)
{
	struct timeline_facts *f = ctx;
	char *column[TIMELINE_COLUMN_COUNT], *phase, *end;
	double elapsed;

	if (!split(line, column, TIMELINE_COLUMN_COUNT))
		return false;
	phase = column[TIMELINE_phase];
	elapsed = strtod(column[TIMELINE_elapsed_s], &end);
	if (*end || phase[strspn(phase, "abcdefghijklmnopqrstuvwxyz-")])
		return false;
	if (strcmp(phase, "storm") && strcmp(phase, "stop"))
		return true;
	f->began_ns = strtoull(column[TIMELINE_when_ns], &end, 10) -
		      (uint64_t)(elapsed * (double)NSEC_PER_SEC);
	f->last_s = elapsed;
	f->rows++;
	return !*end;
}

int timeline_read(const char *dir, struct timeline_facts *facts, struct error *err)
{
	memset(facts, 0, sizeof(*facts));
	return read_table(dir, "timeline.tsv", TIMELINE_HEADER, take_interval, facts, err);
}

static bool take_late_beat(char *line, void *ctx)
{
	double elapsed, interval, late;
	unsigned *rows = ctx;
	int cpu;

	++*rows;
	return sscanf(line, "%lf\t%lf\t%d\t%lf", &elapsed, &interval, &cpu, &late) == 4 && cpu >= 0;
}

int heartbeat_read(const char *dir, unsigned *rows, struct error *err)
{
	*rows = 0;
	return read_table(dir, "heartbeat.tsv", HEARTBEAT_COLUMNS, take_late_beat, rows, err);
}
