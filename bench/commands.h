/* SPDX-License-Identifier: GPL-2.0-only */
/* The commands. Each gets its own name as argv[0], prints, and returns the exit code. */
#ifndef THPSTORM_BENCH_COMMANDS_H
#define THPSTORM_BENCH_COMMANDS_H

#include "base/error.h"

#define EXIT_USAGE 2 /* as VERDICT_BROKEN: the caller or the box is wrong, not the kernel */
#define COLUMNS	   80

struct command {
	const char *name, *help;
	int (*run)(int argc, char **argv);
};
extern const struct command commands[];
extern const unsigned command_count;

int command_run(int argc, char **argv);
int command_sweep(int argc, char **argv);
int command_merge(int argc, char **argv);
int command_list(int argc, char **argv);
int command_check(int argc, char **argv);
int command_report(int argc, char **argv);
int command_compare(int argc, char **argv);
int command_plot(int argc, char **argv);
int command_bundle(int argc, char **argv);
int command_restore(int argc, char **argv);

/* Prints "thpstorm: SENTENCE" on stderr. Returns EXIT_USAGE. */
int command_fail(const struct error *err);
/* Whether the one argument asks for help. */
bool command_wants_help(int argc, char **argv);
/* Every option with its default, range and meaning. */
void list_options(void);

#endif
