/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A directory as one .tar.xz. tar(1) and xz(1) make it: they are on every machine that mails are
 * sent from, and a library for it would have to go into the static program of every virtual
 * machine.
 */
#ifndef THPSTORM_BENCH_BUNDLE_PACK_H
#define THPSTORM_BENCH_BUNDLE_PACK_H

#include "base/error.h"

/*
 * Packs @name, which is in @parent, into @file: owners, times, modes and order are always the same,
 * so the same files give the same bytes. @file appears whole or not at all. Signals that are
 * blocked here are not for tar. -errno with the sentence.
 */
int pack(const char *parent, const char *name, const char *file, struct error *err);

#endif
