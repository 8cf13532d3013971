/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lines of a config file, for libinih, whose own buffer holds 199 characters and splits what is
 * longer: of a longer line it gets the key alone, and the value goes past it.
 *
 * A comment is a line that begins with ';' or '#', or ends a line after a blank and ';'.
 */
#ifndef THPSTORM_BENCH_WORDS_INI_LINE_H
#define THPSTORM_BENCH_WORDS_INI_LINE_H

#include <stdbool.h>
#include <stdio.h>

#define INI_LINE_MAX 20000 /* characters: an axis at its longest has room */

struct ini_line {
	FILE *in;
	unsigned number;
	int foreign;   /* a byte of it that no text has; -1: none */
	size_t length; /* may be more than INI_LINE_MAX: then text has its beginning */
	char text[INI_LINE_MAX + 2];
	const char *value; /* in text: of a line that libinih does not get whole; NULL: it does */
};

/* The next line, without blanks at its ends and "" for a comment. False at the file's end or an error. */
bool ini_line_next(struct ini_line *l);
/* Whether it has a key and a value: an '=' or ':' before any comment. */
bool ini_line_is_pair(const struct ini_line *l);
/* The line into @str of @size bytes, as libinih takes it. False: not even the key fits. */
bool ini_line_hand_over(struct ini_line *l, char *str, size_t size);

#endif
