/* SPDX-License-Identifier: GPL-2.0-only */
/* thpstorm report: a result directory as a person, a mailing list or a program reads it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "words/nearest.h"
#include "report/report.h"
#include "result/read.h"

/* "table|mail|json": @between, and @last before the last one. Returns buf. */
static char *format_names(const char *between, const char *last, char *buf, size_t size)
{
	size_t n = 0;

	for (unsigned i = 0; report_formats[i] && n < size; i++)
		n += (size_t)snprintf(buf + n, size - n, "%s%s",
				      !i		      ? ""
				      : report_formats[i + 1] ? between
							      : last,
				      report_formats[i]);
	return buf;
}

static int take_format(const char *value, const char **format, struct error *err)
{
	char hint[64], names[128];

	for (unsigned i = 0; value && report_formats[i]; i++) {
		if (!strcmp(value, report_formats[i])) {
			*format = report_formats[i];
			return 0;
		}
	}
	return error_set(err, EINVAL, "command line: --format must be %s%s",
			 format_names(", ", " or ", names, sizeof(names)),
			 nearest_hint(value ? value : "", report_formats, hint, sizeof(hint)));
}

static int read_arguments(int argc, char **argv, const char **dir, const char **format,
			  struct error *err)
{
	int ret = 0;

	for (int i = 1; i < argc && !ret; i++) {
		if (!strncmp(argv[i], "--format=", strlen("--format=")))
			ret = take_format(argv[i] + strlen("--format="), format, err);
		else if (!strcmp(argv[i], "--format"))
			ret = take_format(argv[++i], format, err);
		else if (argv[i][0] == '-')
			ret = error_set(
				err, EINVAL,
				"command line: unknown option '%.80s'; report knows --format",
				argv[i]);
		else if (*dir)
			ret = error_set(err, EINVAL, "command line: report takes one directory");
		else
			*dir = argv[i];
	}
	if (!ret && !*dir)
		ret = error_set(
			err, EINVAL,
			"command line: which result? thpstorm report DIR, the directory that a run named");
	return ret;
}

static int report_run(const char *dir, const char *format, struct error *err)
{
	json_t *result = result_read(dir, err);
	int ret;

	if (!result)
		return command_fail(err);
	ret = report_write(stdout, result, format);
	json_decref(result);
	return ret && !command_is_unread() ? EXIT_USAGE : 0;
}

/* Cells that can't be read are named, and the rest is reported. */
static int name_damaged(const struct sweep_rows *rows)
{
	for (unsigned i = 0; i < rows->count; i++) {
		if (rows->row[i].damage)
			fprintf(stderr, "thpstorm: %s\n", rows->row[i].damage);
	}
	return rows->damaged ? EXIT_USAGE : 0;
}

static int report_sweep(const char *dir, const char *format, struct error *err)
{
	struct sweep *s = calloc(1, sizeof(*s));
	struct sweep_rows rows;
	int ret;

	if (!s) {
		error_set(err, ENOMEM, "no memory for a sweep");
		return command_fail(err);
	}
	if (sweep_rows_open(s, dir, &rows, err))
		ret = command_fail(err);
	else
		ret = report_write_sweep(stdout, s, &rows, format) && !command_is_unread()
			      ? EXIT_USAGE
			      : name_damaged(&rows);
	sweep_rows_free(&rows);
	sweep_free(s);
	free(s);
	return ret;
}

void usage_report(FILE *out)
{
	char names[128];

	fprintf(out, "thpstorm report DIR [--format %s]\n\n",
		format_names("|", "|", names, sizeof(names)));
	fputs("  DIR                  of a run or of a sweep, finished or not\n"
	      "  table                to be read on a terminal\n"
	      "  mail                 to be pasted into a mail: 72 columns, findings\n"
	      "                       first\n"
	      "  json                 everything (a sweep: the essence of each cell);\n"
	      "                       thpstorm.schema.json says what\n"
	      "  tsv                  a run: its latencies; a sweep: one line a cell\n"
	      "  ktap, junit          one test a run or cell, for the kernel's test\n"
	      "                       tools and CI\n"
	      "\n"
	      "Exit codes: 0 the report was printed; 2 something can't be read, or wrong\n"
	      "usage\n",
	      out);
}

int command_report(int argc, char **argv)
{
	const char *dir = NULL, *format = report_formats[0];
	struct error err;

	if (read_arguments(argc, argv, &dir, &format, &err))
		return command_fail(&err);
	return sweep_is_in(dir) ? report_sweep(dir, format, &err) : report_run(dir, format, &err);
}
