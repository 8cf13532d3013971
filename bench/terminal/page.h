/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A page of text of limited width. Whatever the texts hold (long kernel strings, control
 * characters, another alphabet), no line passes the columns, nothing is cut, and only printable
 * ASCII comes out.
 */
#ifndef THPSTORM_BENCH_TERMINAL_PAGE_H
#define THPSTORM_BENCH_TERMINAL_PAGE_H

#include <stdarg.h>
#include <stdio.h>

#include "base/base.h"

struct page {
	FILE *out;
	unsigned columns;
};

/*
 * @label at the left, then the text from column @indent on, wrapped there. A label that does not
 * fit before the text gets a line of its own; an @indent beyond half of the columns is taken for
 * half. A word longer than the line is broken.
 */
void page_text(const struct page *p, unsigned indent, const char *label, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
void page_vtext(const struct page *p, unsigned indent, const char *label, const char *fmt,
		va_list ap);
/*
 * The first cell of a table row: @label from column @indent on, filled up to column @width. Too
 * long: a line of its own before the row.
 */
void page_label(const struct page *p, unsigned indent, unsigned width, const char *label);
void page_blank(const struct page *p);

/* Copies with every byte that is not printable ASCII replaced by '?'. Returns @to. */
char *page_ascii(char *to, size_t size, const char *from);

#endif
