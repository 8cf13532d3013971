/* SPDX-License-Identifier: GPL-2.0-only */
/* All that is wrong in a file, so that it is mended at one go. */
#ifndef THPSTORM_BENCH_WORDS_MISTAKES_H
#define THPSTORM_BENCH_WORDS_MISTAKES_H

#include "base/error.h"

#define MISTAKES_MAX 20

struct mistakes {
	unsigned count; /* also of those that are not kept */
	struct mistake {
		unsigned line;
		struct error error; /* "FILE:LINE: what is wrong, what is allowed" */
	} first[MISTAKES_MAX];	    /* by line */
};

/* Keeps the first ones of the file, in whatever order they are seen. */
void mistakes_add(struct mistakes *m, unsigned line, const struct error *error);

#endif
