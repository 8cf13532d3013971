/* SPDX-License-Identifier: GPL-2.0-only */
/* See anonymous.h. */
#include "bundle/anonymous.h"

#include <ctype.h>
#include <string.h>

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '.';
}

static bool begins(const char *at, const char *end, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(end - at) >= n && !memcmp(at, word, n);
}

static const char *skip_name(const char *at, const char *end)
{
	while (at < end && is_name(*at))
		at++;
	return at;
}

/* Each returns where the text goes on, having written what stands instead; NULL: nothing of its
 * kind. */

static const char *host(struct anonymous *a, const char *at, const char *end, bool in_word,
			FILE *out)
{
	size_t n = a->host ? strlen(a->host) : 0;

	if (n < ANONYMOUS_NAME_MIN || in_word || !begins(at, end, a->host))
		return NULL;
	if (at + n < end && (isalnum((unsigned char)at[n]) || at[n] == '-' || at[n] == '_'))
		return NULL;
	fputs("HOST", out);
	a->hosts++;
	return at + n;
}

static const char *user(struct anonymous *a, const char *at, const char *end, bool in_word,
			FILE *out)
{
	const char *name;

	if (in_word)
		return NULL;
	if (begins(at, end, "/root/")) {
		fputs("/home/USER", out);
		a->users++;
		return at + strlen("/root");
	}
	if (!begins(at, end, "/home/"))
		return NULL;
	name = at + strlen("/home/");
	if (skip_name(name, end) == name || begins(name, end, "USER"))
		return NULL;
	fputs("/home/USER", out);
	a->users++;
	return skip_name(name, end);
}

static const char *builder(struct anonymous *a, const char *at, const char *end, FILE *out)
{
	const char *name = at + 1, *after = skip_name(name, end), *last;

	if (*at != '(' || after == name || after == end || *after != '@')
		return NULL;
	last = skip_name(after + 1, end);
	if (last == after + 1 || last == end || *last != ')')
		return NULL;
	fputs("(BUILDER)", out);
	a->builders++;
	return last + 1;
}

void anonymous_copy(struct anonymous *a, const char *text, size_t length, FILE *out)
{
	const char *end = text + length;

	for (const char *at = text; at < end;) {
		bool in_word = at > text && is_name(at[-1]);
		const char *next = host(a, at, end, in_word, out);

		if (!next)
			next = user(a, at, end, in_word, out);
		if (!next)
			next = builder(a, at, end, out);
		if (!next)
			putc(*at, out);
		at = next ? next : at + 1;
	}
}
