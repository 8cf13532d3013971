/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's own report of what was found, from whichever log of the result has most of it. */
#ifndef THPSTORM_BENCH_REPORT_KERNEL_WORDS_H
#define THPSTORM_BENCH_REPORT_KERNEL_WORDS_H

#include <jansson.h>

#include "report/kernel_log.h"
#include "terminal/page.h"

struct kernel_words {
	struct kernel_report report; /* in a text of the result */
	const char *from;	     /* "the kernel log", "console.log", "lost/pstore/NAME" */
};

/*
 * Of the gravest finding, of the thread that met it. The kernel log of the run is what is quoted,
 * unless another log has a report that is nearer, or one as near with more lines: a machine that
 * died had no time to stream its last ones.
 */
struct kernel_words kernel_words_of(const json_t *result);
/* Under a heading that says from where; nothing where there is none. */
void kernel_words_print(const struct page *p, const struct kernel_words *words);
/* The line that announces it, without its time; "" where none does. Returns buf. */
char *kernel_words_head(const struct kernel_words *words, char *buf, size_t size);

#endif
