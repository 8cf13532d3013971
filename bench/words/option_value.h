/* SPDX-License-Identifier: GPL-2.0-only */
/* The values of options: from text to the plan and back. */
#ifndef THPSTORM_BENCH_WORDS_OPTION_VALUE_H
#define THPSTORM_BENCH_WORDS_OPTION_VALUE_H

#include "words/option_table.h"

#define OPTION_TEXT_MAX PLAN_LIST_MAX /* the longest TYPE_TEXT, with its NUL */

/*
 * Reads @value into its field of @base: the run_plan, group_plan or sweep_plan, by the option's
 * scope. -EINVAL, @base unchanged, and "must be a duration from 100ms to 30d, like 30s, 500ms or 2m"
 * in @allowed.
 */
int option_parse(const struct option *o, const char *value, void *base, struct error *allowed);
/* What is allowed, in a few words: "100ms to 30d", "keep, off, on". Returns buf. */
char *option_range(const struct option *o, char *buf, size_t size);
/*
 * The option's present value as text, in the form that the parser reads. Returns buf.
 */
char *option_format(const struct option *o, const void *base, char *buf, size_t size);
/* A number of a TYPE_UINT to TYPE_SIZE, in the same form. Returns buf. */
char *option_format_number(const struct option *o, long long value, char *buf, size_t size);

#endif
