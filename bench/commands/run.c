/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * thpstorm run: config and command line become a plan, the plan a storm, its record a result
 * directory, and the report is made from that directory as anybody else would make it later.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "words/arguments.h"
#include "base/interrupt.h"
#include "commands/commands.h"
#include "words/config_apply.h"
#include "words/config_write.h"
#include "result/directory_run.h"
#include "plot/plot.h"
#include "commands/live.h"
#include "report/parts.h"
#include "report/report.h"
#include "result/read.h"
#include "system/debugfs.h"

void usage_run(FILE *out)
{
	fputs("thpstorm run [CONFIG] [-t TIME] [-o DIR] [-n] [-q] [--KEY=VALUE ...]\n"
	      "\n"
	      "  CONFIG               a config file, or a name that thpstorm list\n"
	      "                       configs has\n"
	      "  -t TIME              length of the storm: the same as --duration=TIME\n"
	      "  -o DIR               where the result goes; else results/TIME-CONFIG\n"
	      "  -n                   print the effective plan as a config file, run\n"
	      "                       nothing\n"
	      "  -q                   no progress on stderr, no plots\n"
	      "  --KEY=VALUE          any key of [run]\n"
	      "  --GROUP.KEY=VALUE    a key of a worker group of CONFIG\n"
	      "  --expose.KEY=VALUE   an exposure\n",
	      out);
}

static int write_report(const json_t *json, const char *dir, struct error *err)
{
	return report_write(stdout, json, "table")
		       ? error_set(err, EIO, "cannot print the report; the result is in %s", dir)
		       : 0;
}

/* The first two plots: an extra that changes no exit code, and may have nothing to show. */
static void draw(const char *dir)
{
	static const char *const kinds[] = {"cdf", "time"};
	unsigned drawn = 0;
	struct error err = {""};

	if (!plot_can()) {
		puts("plots       none: gnuplot is not installed (Debian: gnuplot-nox)");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		char name[32];
		struct plot_job job = {.dir = dir, .format = "svg", .name = name};

		snprintf(name, sizeof(name), "%s.svg", kinds[i]);
		if (!plot_draw(plot_find(kinds[i]), &job, &err))
			printf("%s%s/%s", drawn++ ? " " : "plots       ", dir, name);
	}
	if (drawn)
		putchar('\n');
	else
		printf("plots       none: %s\n", err.text);
}

/* Whatever can't be written or read, what came out is said. */
static int conclude(const struct run_outcome *out, json_t *kept, const char *dir, bool quiet)
{
	const struct page page = {.out = stdout, .columns = COLUMNS};
	int code = run_outcome_code(out);
	struct error err = {""};
	json_t *json;

	if (out->write_failed)
		fprintf(stderr, "thpstorm: the result is not complete: %s\n", out->failure);
	if (out->verdict == VERDICT_SKIP && !out->write_failed) {
		printf("SKIP: %s\n", out->reason);
		report_directory(&page, dir);
		return command_flush(code);
	}
	/* From the directory, as anybody else will make it; what that lacks is in memory. */
	json = out->write_failed ? NULL : result_read(dir, &err);
	if (!json) {
		if (!out->write_failed)
			command_fail(&err);
		run_outcome_incomplete(out, kept, out->write_failed ? out->failure : err.text);
		code = out->verdict == VERDICT_FAIL ? code : VERDICT_BROKEN;
	}
	if (write_report(json ? json : kept, dir, &err) && !command_is_unread())
		code = command_fail(&err);
	else if (json && !quiet)
		draw(dir);
	json_decref(json);
	return command_flush(code);
}

static int run(const struct run_plan *plan, const char *dir, bool quiet)
{
	struct run_outcome out;
	struct live live;
	struct run_sink then;
	struct error err = {""};
	json_t *kept = NULL;
	char *path;
	int code;

	live_init(&live, stderr, plan->duration);
	live_sink(&live, &then);
	if (directory_run(plan, dir, quiet ? NULL : &then, &out, &kept, &path, &err))
		return command_fail(&err);
	if (!quiet)
		live_end(&live);
	code = conclude(&out, kept, path, quiet);
	json_decref(kept);
	free(path);
	return code;
}

int command_run(int argc, char **argv)
{
	struct arguments a = {.sweep = NULL};
	struct error err;
	int code;

	if (arguments_read(&a, argc, argv, "tonq", &err))
		return command_fail_arguments(&a, &err);
	if (config_validate(&a.plan, &err))
		return command_fail(&err);
	if (a.print_plan) {
		config_write(stdout, &a.plan, true);
		return 0;
	}
	debugfs_reach();
	interrupts_catch();
	code = run(&a.plan, a.dir, a.quiet);
	/* Harm that was found is said to who interrupted, too. */
	if (interrupts_first() && code != VERDICT_FAIL)
		code = ENDED_BY(interrupts_first());
	interrupts_release();
	return code;
}
