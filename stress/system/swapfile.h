/* SPDX-License-Identifier: GPL-2.0-only */
/* A swap file of the run's own, so that reclaim has a place for anonymous pages. */
#ifndef THPSTORM_SYSTEM_SWAPFILE_H
#define THPSTORM_SYSTEM_SWAPFILE_H

#include <stdint.h>

#include "base/error.h"

/*
 * Makes @path, a file of @bytes that must not be there, and swaps to it before all other swap there
 * is. The format is that of mkswap(8): include/linux/swap.h, union swap_header. 0 or -errno with
 * the sentence (-EINVAL: not on that file system; tmpfs and overlayfs are such); then nothing is
 * left.
 */
int swapfile_make(const char *path, uint64_t bytes, struct error *err);
/*
 * Brings its pages back and removes it, whether it is swapped to or not; one that is not there is
 * fine. 0 or -errno (-ENOMEM: its pages find no memory).
 */
int swapfile_remove(const char *path, struct error *err);

#endif
