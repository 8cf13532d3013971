/* SPDX-License-Identifier: GPL-2.0-only */
/* Words after a number: "1 cell", "2 cells", "0 cells". */
#ifndef THPSTORM_BASE_PLURAL_H
#define THPSTORM_BASE_PLURAL_H

/* The ending of a noun that takes an s: printf("%u cell%s", n, plural(n)). */
static inline const char *plural(unsigned long long n)
{
	return n == 1 ? "" : "s";
}

/* Of any other word: plural_word(n, "is", "are"). */
static inline const char *plural_word(unsigned long long n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}

#endif
