/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands. Each gets its own name as argv[0], prints, and returns the exit code; ENDED_BY(N)
 * when signal N interrupted it: main() then ends by that signal.
 */
#ifndef THPSTORM_BENCH_COMMANDS_COMMANDS_H
#define THPSTORM_BENCH_COMMANDS_COMMANDS_H

#include <stdio.h>

#include "base/error.h"
#include "result/exit_code.h"

#define COLUMNS 80

struct arguments; /* words/arguments.h */

struct command {
	const char *name, *help; /* help: one line */
	int (*run)(int argc, char **argv);
	/*
	 * `thpstorm help NAME`, and its section in thpstorm.8: the forms of the command line, an
	 * empty line, what its words mean.
	 */
	void (*usage)(FILE *out);
	bool takes_keys; /* `help` prints the whole option table after the usage */
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

void usage_run(FILE *out);
void usage_sweep(FILE *out);
void usage_merge(FILE *out);
void usage_list(FILE *out);
void usage_check(FILE *out);
void usage_report(FILE *out);
void usage_compare(FILE *out);
void usage_plot(FILE *out);
void usage_bundle(FILE *out);
void usage_restore(FILE *out);

/* Prints "thpstorm: SENTENCE" on stderr. Returns EXIT_USAGE. */
int command_fail(const struct error *err);
/* The same of each mistake in the config, where there are any. */
int command_fail_arguments(const struct arguments *a, const struct error *err);
/* Whether the reader of standard output, a pipe, is gone. */
bool command_is_unread(void);
/*
 * Flushes standard output. Returns @code, also when its reader is gone and wants no
 * more of it; when it can't be written otherwise, says so and returns EXIT_USAGE in place of 0.
 */
int command_flush(int code);
/* Every option with its default, range and meaning. */
void list_options(void);

#endif
