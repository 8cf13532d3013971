/* SPDX-License-Identifier: GPL-2.0-only */
/* thpstorm merge: the parts of a sweep become one. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "commands/commands.h"
#include "report/sweep.h"
#include "sweep/identity.h"
#include "sweep/merge.h"

void usage_merge(FILE *out)
{
	fputs("thpstorm merge OUT DIR... [--accept binary,kernel,machine]\n"
	      "\n"
	      "Copies the cells of sweeps that were run in parts (thpstorm sweep\n"
	      "--shard) into OUT, as one sweep. Refuses parts of different plans,\n"
	      "programs, kernels or kinds of machine; --accept names which of the last\n"
	      "three may differ.\n"
	      "\n"
	      "Exit codes: 0 merged; 2 refused\n",
	      out);
}

int command_merge(int argc, char **argv)
{
	const char *accept = NULL;
	struct error err;
	int n = 1;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--accept") && i + 1 < argc)
			accept = argv[++i];
		else if (!strncmp(argv[i], "--accept=", 9))
			accept = argv[i] + 9;
		else if (argv[i][0] == '-') {
			error_set(&err, EINVAL, "command line: unknown option '%.40s'; see --help",
				  argv[i]);
			return command_fail(&err);
		} else {
			argv[n++] = argv[i];
		}
	}
	if (n < 3) {
		error_set(
			&err, EINVAL,
			"command line: merge takes where the whole goes, and its parts: thpstorm merge OUT DIR...");
		return command_fail(&err);
	}
	if (identity_check_words(accept, IDENTITY_OF_PARTS, &err))
		return command_fail(&err);
	return merge(argv[1], argv + 2, (unsigned)n - 2, accept, report_sweep_summary, &err)
		       ? command_fail(&err)
		       : 0;
}
