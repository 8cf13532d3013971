/* SPDX-License-Identifier: GPL-2.0-only */
/* What is installed beside the program, configs/ and plots/: one rule where it is looked for. */
#ifndef THPSTORM_BENCH_WORDS_INSTALLED_H
#define THPSTORM_BENCH_WORDS_INSTALLED_H

#include <limits.h>
#include <stddef.h>

#include "base/error.h"

/*
 * The directory @name ("configs", "plots") of $THPSTORM_SHARE; where that is not set, in the first
 * of these that has it: share/thpstorm of the tree that the program is installed in, wherever that lies; the directory
 * above the program (build/thpstorm in the sources); the sources it was built from. -ENOENT with
 * the sentence. @path has PATH_MAX bytes.
 */
int installed_find(const char *name, char *path, struct error *err);

/*
 * The config that @word means: a file, or else, when it has no slash, one of the installed ones,
 * with or without ".conf". -ENOENT, and the nearest name, when there is neither.
 */
int installed_config(const char *word, char *path, struct error *err);

/* How many characters of a file's name are its config's word: those before ".conf"; 0: it is none. */
size_t installed_word(const char *name);

/*
 * The names of the installed configs, sorted, without ".conf", and their @directory (PATH_MAX).
 * Ends with NULL; installed_free() takes it. NULL with the sentence.
 */
char **installed_configs(char *directory, struct error *err);
void installed_free(char **names);

#endif
