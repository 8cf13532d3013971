/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers as people read them. Units exist here only; inside, time is ns and size is bytes. */
#ifndef THPSTORM_BENCH_WORDS_UNITS_H
#define THPSTORM_BENCH_WORDS_UNITS_H

#include <stddef.h>
#include <stdint.h>

#define UNITS_MAX 24 /* a buffer of this size holds any of them */

/* All return buf. */

/* 3 significant digits, at most 7 characters: 999ns 1.23us 45.6ms 12.3s 3600s 1.8e10s */
char *units_ns(char *buf, uint64_t ns);
/* Exact below 10^9, then 3 significant digits; at most 9 characters: 999999999 1.00G 18.4E */
char *units_count(char *buf, uint64_t n);
/* 3 significant digits, at most 7 characters: 0.41 41.3 1.23k 4.56M */
char *units_rate(char *buf, double per_second);
/* 2 MiB, 7.7 GiB, 512 B */
char *units_bytes(char *buf, uint64_t bytes);
/* Whole seconds: 18s 2m05s 1h03m */
char *units_span(char *buf, uint64_t ns);

/* enum phase as a word: setup proof quiet park warmup storm stop */
const char *units_phase(int phase);

#endif
