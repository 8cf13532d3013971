/* SPDX-License-Identifier: GPL-2.0-only */
/* What a misspelt word may have meant. */
#ifndef THPSTORM_BENCH_WORDS_NEAREST_H
#define THPSTORM_BENCH_WORDS_NEAREST_H

#include <stddef.h>

/* Nearest known word by edit distance (<= 2), NULL when none is near. @words ends with NULL. */
const char *nearest_word(const char *word, const char *const *words);
/* "; did you mean 'threads'?", or "" when none is near. Returns buf. */
char *nearest_hint(const char *word, const char *const *words, char *buf, size_t size);

#endif
