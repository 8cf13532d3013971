/* SPDX-License-Identifier: GPL-2.0-only */
/* A result as one .tar.xz for a mail: what is needed to judge it, without names. */
#ifndef THPSTORM_BENCH_BUNDLE_BUNDLE_H
#define THPSTORM_BENCH_BUNDLE_BUNDLE_H

#include "base/error.h"
#include "bundle/gather.h"

/*
 * Packs the run or sweep in @dir into @file, which must not be there; it unpacks to a directory
 * with the last part of @dir's name, which is a result as @dir is. The same @dir gives the same
 * bytes. 0, or -errno with the sentence: then there is no @file. A signal that would end the
 * program ends this with -EINTR, all cleared up, and then the program.
 */
int bundle_write(struct bundle *b, const char *dir, const char *file, struct error *err);

#endif
