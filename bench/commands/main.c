/* SPDX-License-Identifier: GPL-2.0-only */
/* The command line's first word, and what is asked of each command: help. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "commands/commands.h"
#include "words/nearest.h"

#define COMMAND(the_name, what)                                                                    \
	.name = #the_name, .help = (what), .run = command_##the_name, .usage = usage_##the_name

const struct command commands[] = {
	{COMMAND(run, "run a storm and report what came out"), .takes_keys = true},
	{COMMAND(sweep,
		 "run storms over the values of some options; resume after any interruption")},
	{COMMAND(merge, "join the parts of a sweep that ran on several machines")},
	{COMMAND(check, "print what can run on this machine; changes nothing")},
	{COMMAND(list, "list workers, detectors, options or configs")},
	{COMMAND(report, "print the report of a result directory")},
	{COMMAND(compare, "compare two sets of results: medians, tests, findings")},
	{COMMAND(plot, "draw a result by gnuplot: percentiles, time, stalls, sweeps")},
	{COMMAND(bundle, "pack a result into a .tar.xz for a mail, without names")},
	{COMMAND(restore, "put back the settings that a killed run left behind")},
};

const unsigned command_count = ARRAY_SIZE(commands);

static void print_exit_codes(FILE *out)
{
	fputs("Exit codes:", out);
	for (unsigned i = 0; i < exit_code_count; i++)
		fprintf(out, "%s %d %s%s", i ? "," : "", exit_codes[i].code,
			verdict_name(exit_codes[i].code),
			exit_codes[i].code == EXIT_USAGE ? " or wrong usage" : "");
	fputs("\nAn interrupted run ends by its signal, unless it is a FAIL\n", out);
}

static int help(FILE *out)
{
	fputs("thpstorm " THPSTORM_VERSION
	      ": stress test and benchmark for transparent huge pages\n\n",
	      out);
	for (unsigned i = 0; i < command_count; i++)
		fprintf(out, "  thpstorm %-8s  %s\n", commands[i].name, commands[i].help);
	fputs("\nBegin with: thpstorm check, then thpstorm run tail_fault\n"
	      "More: thpstorm help COMMAND, thpstorm --version\n",
	      out);
	print_exit_codes(out);
	return out == stdout ? 0 : EXIT_USAGE;
}

static int help_command(const struct command *c)
{
	c->usage(stdout);
	if (c->takes_keys) {
		putchar('\n');
		print_exit_codes(stdout);
		putchar('\n');
		list_options();
	}
	return 0;
}

static bool is_help(const char *word)
{
	return !strcmp(word, "help") || !strcmp(word, "--help") || !strcmp(word, "-h");
}

static bool is_version(const char *word)
{
	return !strcmp(word, "version") || !strcmp(word, "--version") || !strcmp(word, "-V");
}

/* Options of a command are looked for behind it. */
static void unknown_option(const char *word)
{
	static const char *const options[] = {"--help", "--version", NULL};
	char hint[64];

	fprintf(stderr,
		"thpstorm: unknown option '%.80s' before the command%s; see thpstorm --help\n",
		word, nearest_hint(word, options, hint, sizeof(hint)));
}

static const struct command *find(const char *name)
{
	const char *names[ARRAY_SIZE(commands) + 3] = {[ARRAY_SIZE(commands)] = "help", "version"};
	char hint[64];

	for (unsigned i = 0; i < command_count; i++) {
		names[i] = commands[i].name;
		if (!strcmp(name, names[i]))
			return &commands[i];
	}
	if (name[0] == '-')
		unknown_option(name);
	else
		fprintf(stderr, "thpstorm: unknown command '%.80s'%s; see thpstorm --help\n", name,
			nearest_hint(name, names, hint, sizeof(hint)));
	return NULL;
}

static int too_many(const char *what, const char *word)
{
	fprintf(stderr, "thpstorm: %s, not '%.80s' as well; see thpstorm --help\n", what, word);
	return EXIT_USAGE;
}

/* help [COMMAND], and version, which has no words of its own. */
static int answer(int argc, char **argv)
{
	const struct command *c;

	if (is_version(argv[1]))
		return argc > 2 ? too_many("version takes no arguments", argv[2])
				: puts("thpstorm " THPSTORM_VERSION) < 0;
	if (argc > 3)
		return too_many("help takes one command", argv[3]);
	if (argc < 3 || is_help(argv[2]) || is_version(argv[2]))
		return help(stdout);
	c = find(argv[2]);
	return c ? help_command(c) : EXIT_USAGE;
}

/* A variable of a script that is empty, mostly. Only the value of a key may be. */
static const char *word_before_empty(int argc, char **argv)
{
	for (int i = 2; i < argc; i++) {
		if (!argv[i][0] && (strncmp(argv[i - 1], "--", 2) || strchr(argv[i - 1], '=')))
			return argv[i - 1];
	}
	return NULL;
}

static int dispatch(int argc, char **argv)
{
	const char *before = word_before_empty(argc, argv);
	const struct command *c;

	if (argc < 2)
		return help(stderr);
	if (is_help(argv[1]) || is_version(argv[1]))
		return answer(argc, argv);
	c = find(argv[1]);
	if (!c)
		return EXIT_USAGE;
	if (before) {
		fprintf(stderr,
			"thpstorm: command line: the word after '%.80s' is empty (a shell variable that is not set?)\n",
			before);
		return EXIT_USAGE;
	}
	for (int i = 2; i < argc; i++) {
		if (argv[i][0] == '-' && is_help(argv[i]))
			return help_command(c);
	}
	return c->run(argc - 1, argv + 1);
}

/* One that is closed would be the next file that is opened, and the report its content. */
static void hold_standard_files(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	int code;

	hold_standard_files();
	code = command_flush(dispatch(argc, argv));
	if (code > ENDED_BY(0))
		interrupt_die(code - ENDED_BY(0));
	return code;
}
