/* SPDX-License-Identifier: GPL-2.0-only */
/* thpstorm.8 from the tables that the program itself works with. */
#ifndef THPSTORM_BENCH_MANPAGE_H
#define THPSTORM_BENCH_MANPAGE_H

#include <stdio.h>

/* In man(7)'s language. Errors show in ferror(@out). */
void manpage_write(FILE *out);

#endif
