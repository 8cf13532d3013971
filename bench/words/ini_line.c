/* SPDX-License-Identifier: GPL-2.0-only */
/* See ini_line.h. */
#include "words/ini_line.h"

#include <ctype.h>
#include <string.h>

#include "base/base.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf" /* of UTF-8 */

/* Bounded, whatever the file is. */
static void read_text(struct ini_line *l, int c)
{
	for (; c != EOF && c != '\n'; c = getc(l->in)) {
		if (!l->length && isspace(c))
			continue;
		if (c < ' ' && !isspace(c)) {
			l->foreign = c;
			break;
		}
		if (l->length < sizeof(l->text) - 1)
			l->text[l->length] = (char)c;
		l->length++;
	}
	if (l->length <= INI_LINE_MAX)
		while (l->length && isspace((unsigned char)l->text[l->length - 1]))
			l->length--;
	l->text[MIN(l->length, sizeof(l->text) - 1)] = '\0';
}

bool ini_line_next(struct ini_line *l)
{
	int c = getc(l->in);

	if (c == EOF)
		return false;
	l->number++;
	l->length = 0;
	l->foreign = -1;
	l->value = NULL;
	read_text(l, c);
	if (l->number == 1 && !strncmp(l->text, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)))
		memmove(l->text, l->text + strlen(BYTE_ORDER_MARK),
			strlen(l->text + strlen(BYTE_ORDER_MARK)) + 1);
	if (l->text[0] == ';' || l->text[0] == '#') {
		l->text[0] = '\0';
		l->length = 0;
	}
	return true;
}

/* What stands behind @equals, without the blanks and the comment around it. */
static const char *value_behind(char *equals)
{
	char *value = equals + 1 + strspn(equals + 1, " \t"), *end = value;

	while (*end && !(*end == ';' && isspace((unsigned char)end[-1])))
		end++;
	while (end > value && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return value;
}

bool ini_line_is_pair(const struct ini_line *l)
{
	const char *at = l->text;

	while (*at && *at != '=' && *at != ':' &&
	       !(*at == ';' && at > l->text && isspace((unsigned char)at[-1])))
		at++;
	return *at == '=' || *at == ':';
}

bool ini_line_hand_over(struct ini_line *l, char *str, size_t size)
{
	char *equals = strpbrk(l->text, "=:");
	size_t shown = strlen(l->text);

	/* Of a section's line its name, which is short, is at the beginning; what else is no pair is malformed. */
	if (shown < size - 1 || l->text[0] == '[' || !equals) {
		snprintf(str, size - 1, "%s", l->text);
		return true;
	}
	shown = (size_t)(equals - l->text) + 1;
	if (shown > size - 2)
		return false;
	snprintf(str, size, "%.*s", (int)shown, l->text);
	l->value = value_behind(equals);
	return true;
}
