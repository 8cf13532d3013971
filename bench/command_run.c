/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * thpstorm run: config and command line become a plan, the plan a storm, its record a result
 * directory, and the report is made from that directory as anybody else would make it later.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"
#include "commands.h"
#include "config.h"
#include "progress.h"
#include "report.h"
#include "result.h"

static void help(void)
{
	puts("thpstorm run [CONFIG] [-t 30s] [-o DIR] [-n] [-q] [--KEY=VALUE ...]\n"
	     "\n"
	     "  CONFIG               a config file, like configs/tail_fault.conf\n"
	     "  -t TIME              length of the storm: the same as --duration=TIME\n"
	     "  -o DIR               where the result goes; else results/TIME-CONFIG\n"
	     "  -n                   print the effective plan as a config file, run nothing\n"
	     "  -q                   no progress on stderr\n"
	     "  --KEY=VALUE          any key of [run]\n"
	     "  --GROUP.KEY=VALUE    a key of a worker group of CONFIG\n"
	     "  --expose.KEY=VALUE   an exposure\n"
	     "\n"
	     "Exit codes: 0 PASS, 1 FAIL, 2 BROKEN or wrong usage, 3 NOT EXERCISED, 77 SKIP\n");
	list_options();
}

static int print_report(const char *dir, struct error *err)
{
	json_t *json = result_read(dir, err);
	int ret = -1;

	if (json && !report_write(stdout, json, "table"))
		ret = 0;
	else if (json)
		error_set(err, EIO, "cannot print the report; the result is in %s", dir);
	json_decref(json);
	return ret;
}

/* What remains when the storm is over: write the record, read it back, say what came out. */
static int finish(struct result *r, const struct run_plan *plan, const struct run_record *record)
{
	struct error err = {""};
	bool whole = !result_finish(r, plan, record, &err);

	if (result_failure(r)[0] || !whole)
		fprintf(stderr, "thpstorm: the result is not complete: %s\n",
			result_failure(r)[0] ? result_failure(r) : err.text);
	whole &= !result_failure(r)[0];
	if (record->verdict == VERDICT_SKIP) {
		printf("SKIP: %s\n", record->reason);
	} else if (print_report(result_path(r), &err)) {
		/* Whatever cannot be written or read, what came out is said. */
		command_fail(&err);
		printf("%s: %s\n", verdict_name(record->verdict), record->reason);
		whole = false;
	}
	if (whole || record->verdict == VERDICT_FAIL)
		return (int)record->verdict;
	return VERDICT_BROKEN;
}

/* What this machine can't do is said in one sentence, before a result directory is made. */
static int refuse_early(const struct run_plan *plan, struct run_record *record, struct error *err)
{
	bool skip = false;

	if (run_read_facts(plan, record, err))
		return -EINVAL;
	return run_check_plan(plan, record, &skip, err) && !skip ? -EINVAL : 0;
}

static int run(const struct run_plan *plan, const char *dir, bool quiet)
{
	struct run_record *record = calloc(1, sizeof(*record));
	struct run_sink sink, then;
	struct progress progress;
	struct result *result = NULL;
	struct error err;
	int code;

	if (!record) {
		error_set(&err, ENOMEM, "no memory for the record of a run");
		return command_fail(&err);
	}
	if (!refuse_early(plan, record, &err))
		result = result_create(dir, plan->config, &err);
	if (!result) {
		free(record);
		return command_fail(&err);
	}
	progress_init(&progress, stderr, plan->duration);
	progress_sink(&progress, &then);
	result_sink(result, &sink, quiet ? NULL : &then);
	run_storm(plan, &sink, record);
	if (!quiet)
		progress_end(&progress);
	code = finish(result, plan, record);
	result_free(result);
	free(record);
	return code;
}

int command_run(int argc, char **argv)
{
	struct arguments a = {.sweep = NULL};
	struct error err;

	if (arguments_read(&a, argc, argv, "tonq", &err))
		return command_fail(&err);
	if (a.help) {
		help();
		return 0;
	}
	if (config_validate(&a.plan, &err))
		return command_fail(&err);
	if (!a.print_plan)
		return run(&a.plan, a.dir, a.quiet);
	config_write(stdout, &a.plan, true);
	return 0;
}
