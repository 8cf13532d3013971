/* SPDX-License-Identifier: GPL-2.0-only */
/* The command line's first word. */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "options.h"

const struct command commands[] = {
	{"run", "run a storm and report what came out", command_run},
	{"sweep", "run a storm over the values of some options; resume it after anything",
	 command_sweep},
	{"merge", "join the parts of a sweep that ran on several machines", command_merge},
	{"check", "tell what can run on this machine; changes nothing", command_check},
	{"list", "list workers, detectors or options", command_list},
	{"report", "print the report of a result directory", command_report},
	{"compare", "hold results of two sides against each other: medians, tests, findings",
	 command_compare},
	{"plot", "draw a result by gnuplot: percentiles, time, stalls, sweeps", command_plot},
	{"bundle", "pack a result into a .tar.xz for a mail, without names", command_bundle},
	{"restore", "put back the settings that a killed run left behind", command_restore},
};

const unsigned command_count = ARRAY_SIZE(commands);

static int help(FILE *out)
{
	fputs("thpstorm " THPSTORM_VERSION
	      ": stress test and benchmark for transparent huge pages\n\n",
	      out);
	for (unsigned i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(out, "  thpstorm %-8s  %s\n", commands[i].name, commands[i].help);
	fputs("\nBegin with: thpstorm check, then thpstorm run configs/tail_fault.conf\n"
	      "More: thpstorm help COMMAND, thpstorm --version\n"
	      "Exit codes: 0 PASS, 1 FAIL, 2 BROKEN or wrong usage, 3 NOT EXERCISED, 77 SKIP\n",
	      out);
	return out == stdout ? 0 : EXIT_USAGE;
}

static int dispatch(int argc, char **argv)
{
	const char *names[ARRAY_SIZE(commands) + 2] = {[ARRAY_SIZE(commands)] = "help"};
	char *ask_help[] = {argv[1], "--help", NULL}, hint[64];
	bool asked = argc > 1 && !strcmp(argv[1], "help");

	if (argc < 2 || !strcmp(argv[1], "-h") || !strcmp(argv[1], "--help") || (asked && argc < 3))
		return help(argc < 2 ? stderr : stdout);
	if (!strcmp(argv[1], "-V") || !strcmp(argv[1], "--version"))
		return puts("thpstorm " THPSTORM_VERSION) < 0;
	for (unsigned i = 0; i < ARRAY_SIZE(commands); i++) {
		names[i] = commands[i].name;
		if (!strcmp(argv[1 + asked], names[i]))
			return asked ? commands[i].run(2, ask_help)
				     : commands[i].run(argc - 1, argv + 1);
	}
	fprintf(stderr, "thpstorm: there is no command '%.80s'%s; see thpstorm --help\n",
		argv[1 + asked], nearest_hint(argv[1 + asked], names, hint, sizeof(hint)));
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	int code = dispatch(argc, argv);

	if (!fflush(stdout) && !ferror(stdout))
		return code;
	perror("thpstorm: cannot write to standard output");
	return code ? code : EXIT_USAGE;
}
