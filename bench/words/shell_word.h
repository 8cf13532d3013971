/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of files in lines that are read, and words of commands that are meant to be pasted into a
 * shell. A name that is printable UTF-8 stays as it is; any other is told as bash, zsh and ksh read
 * it: $'o\xff'.
 */
#ifndef THPSTORM_BENCH_WORDS_SHELL_WORD_H
#define THPSTORM_BENCH_WORDS_SHELL_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define SHELL_WORD_MAX 2048 /* for what goes into a sentence */

/* As one word of a command. @ascii: for a mail, without a byte that is not ASCII. */
void shell_write_word(FILE *out, const char *word, bool ascii);
/* The same into @buf, cut where it does not fit. Returns buf. */
char *shell_word(const char *word, char *buf, size_t size);
/* Whether it needs no quotes. */
bool shell_is_plain(const char *word);
/* As a name alone on its line. */
void shell_write_name(FILE *out, const char *name);

#endif
