/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A result as one .tar.xz for a mail: what is needed to judge it, without names. tar(1) and xz(1)
 * pack it: they are on every machine that mails are sent from, and a library for it would have to
 * go into the static program of every virtual machine.
 */
#ifndef THPSTORM_BENCH_BUNDLE_BUNDLE_H
#define THPSTORM_BENCH_BUNDLE_BUNDLE_H

#include "bundle/anonymous.h"
#include "base/error.h"

struct bundle {
	struct anonymous names;
	bool keep_names;
	unsigned files, left_out; /* left out: histograms of single threads */
};

/*
 * Packs the run or sweep in @dir into @file, which must not be there. The same @dir gives the same
 * bytes. 0 or -errno with the sentence; then there is no @file.
 */
int bundle_write(struct bundle *b, const char *dir, const char *file, struct error *err);

#endif
