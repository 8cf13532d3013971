/* SPDX-License-Identifier: GPL-2.0-only */
/* A file's bytes into another. */
#ifndef THPSTORM_BASE_FILECOPY_H
#define THPSTORM_BASE_FILECOPY_H

#include <stddef.h>

/*
 * Copies at most @limit bytes (0: all) of @from to @to, which is made or emptied, and waits for the
 * disk when @sync. 0 or -errno; @to may then hold a part.
 */
int file_copy(const char *from, const char *to, size_t limit, int sync);

#endif
