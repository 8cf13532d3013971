/* SPDX-License-Identifier: GPL-2.0-only */
/* Why a stream failed: ferror(3) only says that it did, and errno may be another call's by then. */
#ifndef THPSTORM_BASE_STREAM_ERRNO_H
#define THPSTORM_BASE_STREAM_ERRNO_H

#include <errno.h>
#include <stdio.h>

/*
 * Flushes @f, which nobody but the caller used since it set errno to 0. 0, or the errno of what
 * failed; EIO where none is known.
 */
static inline int stream_errno(FILE *f)
{
	int before = errno;

	if (!fflush(f) && !ferror(f))
		return 0;
	return before ? before : errno ? errno : EIO;
}

#endif
