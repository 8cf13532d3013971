/* SPDX-License-Identifier: GPL-2.0-only */
/* thpstorm report: a result directory as a person, a mailing list or a program reads it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "options.h"
#include "report/report.h"
#include "result.h"

static const char *const formats[] = {"table", "mail", "json", NULL};

static int take_format(const char *value, const char **format, struct error *err)
{
	char hint[64];

	for (unsigned i = 0; value && formats[i]; i++) {
		if (!strcmp(value, formats[i])) {
			*format = formats[i];
			return 0;
		}
	}
	return error_set(err, EINVAL, "command line: --format must be table, mail or json%s",
			 nearest_hint(value ? value : "", formats, hint, sizeof(hint)));
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
		ret = error_set(err, EINVAL,
				"command line: which result? thpstorm report DIR, the directory "
				"that a run named");
	return ret;
}

int command_report(int argc, char **argv)
{
	const char *dir = NULL, *format = formats[0];
	struct error err;
	json_t *result;
	int ret;

	if (command_wants_help(argc, argv)) {
		puts("thpstorm report DIR [--format table|mail|json]");
		return 0;
	}
	if (read_arguments(argc, argv, &dir, &format, &err))
		return command_fail(&err);
	result = result_read(dir, &err);
	if (!result)
		return command_fail(&err);
	ret = report_write(stdout, result, format);
	json_decref(result);
	return ret ? EXIT_USAGE : 0;
}
