/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Wrapping and alignment of the report: one word at a time, so that no path through it can print
 * past the columns.
 */
#include <stdlib.h>
#include <string.h>

#include "terminal/page.h"

char *page_ascii(char *to, size_t size, const char *from)
{
	size_t i;

	for (i = 0; from[i] && i + 1 < size; i++)
		to[i] = from[i] >= ' ' && from[i] <= '~' ? from[i] : '?';
	to[i] = '\0';
	return to;
}

static void put_ascii(const struct page *p, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		putc(text[i] >= ' ' && text[i] <= '~' ? text[i] : '?', p->out);
}

static void new_line(const struct page *p, unsigned indent)
{
	fprintf(p->out, "\n%*s", (int)indent, "");
}

/* Prints the words of @text; the cursor stands in column @at. */
static void put_words(const struct page *p, unsigned indent, unsigned at, const char *text)
{
	bool first = true;

	while (*(text += strspn(text, " \t\n"))) {
		size_t n = strcspn(text, " \t\n");
		unsigned gap = first ? 0 : 1;

		if (!first && at + gap + n > p->columns) {
			new_line(p, indent);
			at = indent;
			gap = 0;
		}
		if (gap)
			putc(' ', p->out);
		at += gap;
		while (at + n > p->columns) {
			size_t part = p->columns - at;

			put_ascii(p, text, part);
			text += part;
			n -= part;
			new_line(p, indent);
			at = indent;
		}
		put_ascii(p, text, n);
		text += n;
		at += n;
		first = false;
	}
	putc('\n', p->out);
}

void page_label(const struct page *p, unsigned indent, unsigned width, const char *label)
{
	size_t n = strlen(label);

	fprintf(p->out, "%*s", (int)indent, "");
	if (indent + n < width) {
		put_ascii(p, label, n);
		fprintf(p->out, "%*s", (int)(width - indent - n), "");
	} else if (n) {
		put_words(p, indent + 2, indent, label);
		fprintf(p->out, "%*s", (int)width, "");
	}
}

void page_vtext(const struct page *p, unsigned indent, const char *label, const char *fmt,
		va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0)
		return;
	/* Half of the page is left, whatever the label. */
	indent = MIN(indent, p->columns / 2);
	page_label(p, 0, indent, label);
	put_words(p, indent, indent, text);
	free(text);
}

void page_text(const struct page *p, unsigned indent, const char *label, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	page_vtext(p, indent, label, fmt, ap);
	va_end(ap);
}

void page_blank(const struct page *p)
{
	putc('\n', p->out);
}
