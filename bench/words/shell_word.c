/* SPDX-License-Identifier: GPL-2.0-only */
/* See shell_word.h. */
#include "words/shell_word.h"

#include <stdint.h>
#include <string.h>

bool shell_is_plain(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_-+=:,./%@";

	return *word && strspn(word, plain) == strlen(word);
}

/* Bytes of the character that @text begins with, and its number; 0: no valid UTF-8. */
static unsigned decode(const unsigned char *text, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned n = *text < 0x80 ? 1 : *text >> 5 == 6 ? 2 : *text >> 4 == 14 ? 3 : 4;

	if (n == 1) {
		*code = *text;
		return 1;
	}
	if (n == 4 && *text >> 3 != 30)
		return 0;
	*code = *text & (0x7f >> n);
	for (unsigned i = 1; i < n; i++) {
		if (text[i] >> 6 != 2)
			return 0;
		*code = *code << 6 | (text[i] & 0x3f);
	}
	return *code >= least[n] && *code <= 0x10ffff ? n : 0;
}

/* What a terminal shows as itself: no control, no mark that turns or hides what follows. */
static bool is_printable(uint32_t code)
{
	static const uint32_t hidden[][2] = {{0, 0x1f},		 {0x7f, 0x9f},	   {0xad, 0xad},
					     {0x200b, 0x200f},	 {0x2028, 0x202e}, {0x2060, 0x206f},
					     {0xd800, 0xf8ff},	 {0xfeff, 0xfeff}, {0xfff0, 0xffff},
					     {0xe0000, 0x10ffff}};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(*hidden); i++) {
		if (code >= hidden[i][0] && code <= hidden[i][1])
			return false;
	}
	return true;
}

static bool all_printable(const char *word, bool ascii)
{
	const unsigned char *c = (const unsigned char *)word;

	while (*c) {
		uint32_t code;
		unsigned n = decode(c, &code);

		if (!n || !is_printable(code) || (ascii && n > 1))
			return false;
		c += n;
	}
	return true;
}

static void write_escaped(FILE *out, const char *word)
{
	fputs("$'", out);
	for (const unsigned char *c = (const unsigned char *)word; *c; c++) {
		if (*c == '\'' || *c == '\\')
			fprintf(out, "\\%c", *c);
		else if (*c >= ' ' && *c <= '~')
			putc(*c, out);
		else
			fprintf(out, "\\x%02x", *c);
	}
	putc('\'', out);
}

void shell_write_word(FILE *out, const char *word, bool ascii)
{
	if (shell_is_plain(word)) {
		fputs(word, out);
		return;
	}
	if (!all_printable(word, ascii)) {
		write_escaped(out, word);
		return;
	}
	putc('\'', out);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\'", out);
		putc(*word, out);
	}
	putc('\'', out);
}

char *shell_word(const char *word, char *buf, size_t size)
{
	FILE *out = fmemopen(buf, size, "w");

	buf[0] = '\0';
	if (out) {
		shell_write_word(out, word, false);
		fclose(out);
	}
	buf[size - 1] = '\0';
	return buf;
}

void shell_write_name(FILE *out, const char *name)
{
	if (all_printable(name, false))
		fputs(name, out);
	else
		write_escaped(out, name);
}
