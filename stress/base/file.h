/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files that are opened by name, mostly as root, in directories that others may have prepared: with
 * links to what must not be emptied, and with pipes and devices on which a read never ends.
 */
#ifndef THPSTORM_BASE_FILE_H
#define THPSTORM_BASE_FILE_H

#include <stdio.h>
#include <string.h>

#include "base/error.h"

/*
 * Makes @name anew below @dirfd, whatever had that name: it is removed, neither followed nor
 * emptied. @flags: of open(2), besides those that this takes. A descriptor or -errno.
 */
int file_new(int dirfd, const char *name, int flags);
/* Opens a regular file for reading. NULL with the sentence (@err may be NULL). */
FILE *file_open_regular(const char *path, struct error *err);

/* What stands behind the last slash; "" when nothing does. */
static inline const char *file_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

#endif
