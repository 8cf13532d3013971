/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * thpstorm restore: puts back what a killed run left behind. Also what command_*.c files share.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "system/debugfs.h"
#include "system/journal.h"

int command_fail(const struct error *err)
{
	fprintf(stderr, "thpstorm: %s\n", err->text);
	return EXIT_USAGE;
}

static int put_back(struct journal *j, unsigned recovered)
{
	unsigned left = journal_count(j);
	struct error err;

	if (left && journal_restore(j, &err))
		return command_fail(&err);
	recovered += left;
	if (recovered)
		printf("put back %u setting%s\n", recovered, recovered == 1 ? "" : "s");
	else
		puts("nothing to restore");
	return 0;
}

void usage_restore(FILE *out)
{
	fputs("thpstorm restore\n"
	      "\n"
	      "Puts back the settings that a killed run left behind, and removes its\n"
	      "swap file and cgroup.\n"
	      "\n"
	      "Exit codes: 0 nothing is left; 2 something could not be put back\n",
	      out);
}

int command_restore(int argc, char **argv)
{
	unsigned recovered = 0;
	struct journal *j;
	struct error err;
	int code, e;

	if (argc > 1) {
		error_set(&err, EINVAL, "command line: restore takes no arguments");
		return command_fail(&err);
	}
	if (geteuid() && !getenv("THPSTORM_STATE")) {
		error_set(&err, EPERM,
			  "restore needs root: settings are changed and put back by root");
		return command_fail(&err);
	}
	debugfs_reach();
	j = journal_open(NULL, &recovered, &e, &err);
	if (!j)
		return command_fail(&err);
	code = put_back(j, recovered);
	journal_close(j);
	return code;
}
