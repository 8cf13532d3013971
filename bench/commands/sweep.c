/* SPDX-License-Identifier: GPL-2.0-only */
/* thpstorm sweep: many runs over the values of some options. See sweep/sweep.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sweep/begin.h"
#include "sweep/go.h"
#include "sweep/machine.h"
#include "words/sweep_axes.h"
#include "words/arguments.h"
#include "base/interrupt.h"
#include "commands/commands.h"
#include "report/sweep.h"
#include "sweep/identity.h"
#include "sweep/sweep.h"
#include "sweep/show.h"
#include "system/debugfs.h"

struct asked {
	const char *resume, *accept, *shard;
};

void usage_sweep(FILE *out)
{
	fputs("thpstorm sweep CONFIG [-v KEY=A,B,C ...] [-x EXCLUSION] [-t TIME]\n"
	      "               [-o DIR] [-n] [-q] [--shard I/N] [--KEY=VALUE ...]\n"
	      "thpstorm sweep --resume DIR [--accept binary,kernel,machine,config] [-q]\n"
	      "\n"
	      "  CONFIG               a config file, or a name that thpstorm list\n"
	      "                       configs has; its section [sweep] holds axes too.\n"
	      "                       Without an axis it takes --sweep.repeats=N\n"
	      "  -v KEY=A,B,C         an axis: any key of [run], or GROUP.KEY. A '+' in\n"
	      "                       a value is the comma of a list (0-3+8);\n"
	      "                       GROUP.threads=1/2 is half as many as the group\n"
	      "                       has CPUs\n"
	      "  -x 'K=A L=B'         leaves out the cells that have these values\n"
	      "  -t TIME              length of each storm\n"
	      "  -o DIR               where the results go; else results/TIME-CONFIG\n"
	      "  -n                   print the cells, a line each, which of them are\n"
	      "                       SKIP here, and the time it takes; run nothing;\n"
	      "                       twice: the CPUs of each cell's threads too\n"
	      "  -q                   no progress on stderr\n"
	      "  --shard I/N          each Nth cell from the Ith on, the same for the\n"
	      "                       same seed\n"
	      "  --resume DIR         go on with a sweep after whatever ended it\n"
	      "  --accept WHAT        go on although the binary, the kernel, the kind\n"
	      "                       of machine or the config differ\n"
	      "  --KEY=VALUE          any key of a run, for all cells; --sweep.KEY=VALUE\n"
	      "                       one of [sweep] (thpstorm list options)\n"
	      "\n"
	      "Exit codes: the gravest of the cells' (1 FAIL, 2 BROKEN, 3 NOT\n"
	      "EXERCISED, 0 PASS; 77 when all are SKIPs); 2 wrong usage. An\n"
	      "interrupted sweep ends by its signal, unless a cell is a FAIL\n",
	      out);
}

static int read_shard(const char *text, struct shard *shard, struct error *err)
{
	char rest;

	if (!text || (sscanf(text, "%9u/%9u%c", &shard->part, &shard->of, &rest) == 2 &&
		      shard->part && shard->part <= shard->of))
		return 0;
	return error_set(err, EINVAL,
			 "command line: --shard %.40s: must be I/N, like 1/4, with I from 1 to N",
			 text);
}

/* What may stand beside --resume: the plan is the ledger's. */
static int refuse_beside_resume(int argc, char **argv, struct error *err)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--resume") || !strcmp(argv[i], "--accept"))
			i++;
		else if (strncmp(argv[i], "--resume=", 9) && strncmp(argv[i], "--accept=", 9) &&
			 strcmp(argv[i], "-q"))
			return error_set(
				err, EINVAL,
				"command line: '%.80s' beside --resume: the plan of a sweep that has begun can't be changed; begin a new one",
				argv[i]);
	}
	return 0;
}

static int begin(struct sweep *s, const struct arguments *a, const struct asked *asked,
		 struct error *err)
{
	int ret;

	s->plan = a->plan;
	ret = read_shard(asked->shard, &s->shard, err);
	if (ret)
		return ret;
	if (asked->accept)
		return error_set(err, EINVAL, "command line: --accept is for --resume");
	if (asked->shard && !a->plan.seed)
		return error_set(err, EINVAL,
				 "command line: --shard needs the same seed everywhere: --seed=N");
	ret = sweep_prepare(s, err);
	return ret ? ret : sweep_varies(&s->axes, a->config ? a->config : "command line", err);
}

static int sweep(struct sweep *s, const struct arguments *a, const struct asked *asked, int argc,
		 char **argv)
{
	struct error err = {""};
	int ret, code;

	ret = asked->resume ? refuse_beside_resume(argc, argv, &err) : begin(s, a, asked, &err);
	if (!ret)
		ret = identity_check_words(asked->accept, IDENTITY_OF_SWEEP, &err);
	if (!ret && a->print_plan)
		return sweep_print_cells(s, a->print_plan > 1, stdout, &err) ? command_fail(&err)
									     : 0;
	if (!ret)
		ret = sweep_lock(s, &err);
	if (!ret && !asked->resume)
		ret = sweep_take_machine(&err);
	if (!ret)
		ret = asked->resume ? sweep_resume(s, asked->resume, asked->accept, &err)
				    : sweep_create(s, a->dir, &err);
	/* Who works on that sweep already is told first. */
	if (!ret && asked->resume)
		ret = sweep_take_machine(&err);
	if (ret)
		return command_fail(&err);
	sweep_lock_name(s, s->dir);
	s->quiet = a->quiet;
	interrupts_catch();
	code = sweep_go(s, report_sweep_summary, &err);
	if (err.text[0])
		command_fail(&err);
	code = command_flush(code);
	interrupts_release();
	return code;
}

int command_sweep(int argc, char **argv)
{
	struct sweep *s = calloc(1, sizeof(*s));
	struct asked asked = {NULL};
	const struct argument_option own[] = {{"resume", &asked.resume},
					      {"accept", &asked.accept},
					      {"shard", &asked.shard},
					      {NULL, NULL}};
	struct arguments a = {.sweep = s ? &s->axes : NULL, .option = own};
	struct error err;
	int code;

	if (!s) {
		error_set(&err, ENOMEM, "no memory for a sweep");
		return command_fail(&err);
	}
	sweep_init(s);
	debugfs_reach();
	if (arguments_read(&a, argc, argv, "tonqvx", &err)) {
		code = command_fail_arguments(&a, &err);
	} else {
		code = sweep(s, &a, &asked, argc, argv);
	}
	sweep_free(s);
	free(s);
	return code;
}
