/* SPDX-License-Identifier: GPL-2.0-only */
/* How much memory this process takes besides what is measured or shared. */
#ifndef THPSTORM_RUN_FOOTPRINT_H
#define THPSTORM_RUN_FOOTPRINT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Sum of Pss (KiB) of the calling process' mappings from /proc/self/smaps, but for those inside
 * [@skip, @skip + @bytes) and the one that begins at @skip2. 0 when it can't be read. Takes
 * mmap_lock: not while measuring, and never on the storm from outside.
 */
uint64_t footprint_kib(const void *skip, size_t bytes, const void *skip2);

#endif
