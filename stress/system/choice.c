/* SPDX-License-Identifier: GPL-2.0-only */
/* See choice.h. */
#include "system/choice.h"

#include <errno.h>
#include <string.h>

#define BLANKS " \t\n"

/* The next word of @text, its marks cut; NULL at the end. */
static const char *next_word(const char *text, size_t *length, bool *marked, const char **rest)
{
	const char *word = text + strspn(text, BLANKS);
	size_t n = strcspn(word, BLANKS);

	if (!n)
		return NULL;
	*rest = word + n;
	*marked = n >= 2 && ((word[0] == '[' && word[n - 1] == ']') ||
			     (word[0] == '(' && word[n - 1] == ')'));
	if (*marked) {
		word++;
		n -= 2;
	}
	*length = n;
	return word;
}

int choice_current(const char *text, char *buf, size_t size)
{
	const char *word;
	size_t n;
	bool marked;

	while ((word = next_word(text, &n, &marked, &text))) {
		if (!marked)
			continue;
		if (!n)
			return -EINVAL;
		if (n >= size)
			return -ENOSPC;
		memcpy(buf, word, n);
		buf[n] = '\0';
		return 0;
	}
	return -ENOENT;
}

bool choice_offers(const char *text, const char *wanted)
{
	const char *word;
	size_t n;
	bool marked;

	while ((word = next_word(text, &n, &marked, &text))) {
		if (n == strlen(wanted) && !memcmp(word, wanted, n))
			return true;
	}
	return false;
}
