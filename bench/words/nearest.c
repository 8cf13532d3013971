/* SPDX-License-Identifier: GPL-2.0-only */
/* See nearest.h. */
#include "words/nearest.h"

#include <stdio.h>
#include <string.h>

#include "base/base.h"

#define WORD_MAX     63
#define DISTANCE_MAX 2

/* Edit distance (Levenshtein); more than DISTANCE_MAX for words that are too long to be known. */
static unsigned distance(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b);
	unsigned row[WORD_MAX + 1];

	if (na > WORD_MAX || nb > WORD_MAX)
		return DISTANCE_MAX + 1;
	for (size_t j = 0; j <= nb; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			unsigned above = row[j];
			unsigned best = MIN(above, row[j - 1]) + 1;

			row[j] = MIN(best, diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[nb];
}

const char *nearest_word(const char *word, const char *const *words)
{
	unsigned best = DISTANCE_MAX + 1;
	const char *nearest = NULL;

	for (; *words; words++) {
		unsigned d = distance(word, *words);

		/* Changing every letter makes any word of any other. */
		if (d < best && d < strlen(word) && d < strlen(*words)) {
			best = d;
			nearest = *words;
		}
	}
	return nearest;
}

char *nearest_hint(const char *word, const char *const *words, char *buf, size_t size)
{
	const char *nearest = nearest_word(word, words);

	buf[0] = '\0';
	if (nearest)
		snprintf(buf, size, "; did you mean '%s'?", nearest);
	return buf;
}
