/* SPDX-License-Identifier: GPL-2.0-only */
/* What of a result belongs into a bundle, copied to another directory. */
#ifndef THPSTORM_BENCH_BUNDLE_GATHER_H
#define THPSTORM_BENCH_BUNDLE_GATHER_H

#include "base/error.h"
#include "bundle/anonymous.h"

struct bundle {
	struct anonymous names;
	bool keep_names;
	unsigned files;		 /* that are in it */
	unsigned single_threads; /* left out: histograms of one thread each */
	unsigned others;	 /* left out: files that no report is made from */
};

/*
 * Copies from @from to @to, which is made: files that thpstorm writes, without names unless they
 * are to be kept. Counts in @b. Ends between two files with -EINTR when a signal that ends the
 * program is pending. -errno with the sentence; @to then holds a part.
 */
int gather(struct bundle *b, const char *from, const char *to, struct error *err);

#endif
