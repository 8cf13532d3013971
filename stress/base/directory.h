/* SPDX-License-Identifier: GPL-2.0-only */
/* Directories that thpstorm makes and writes to, mostly as root. */
#ifndef THPSTORM_BASE_DIRECTORY_H
#define THPSTORM_BASE_DIRECTORY_H

#include <stdbool.h>

#include "base/error.h"

/* Makes it and what lies above it; one that is there is fine. @path comes back as it was. -errno. */
int directory_make(char *path);

/*
 * Opens @name below the descriptor @at (AT_FDCWD) for writing into it. Whoever else can change what
 * a directory holds can send what is written there anywhere. So it is refused, with a sentence that
 * calls it @shown: a symbolic link (-ELOOP), one that belongs neither to the effective user nor to
 * root nor to whom the file system gives what is made there, and one that others may write, but for
 * a sticky one (-EPERM). A descriptor or -errno.
 */
int directory_open_own(int at, const char *name, const char *shown, struct error *err);
/* The same of one that is open. 0 or -EPERM. */
int directory_check_own(int fd, const char *shown, struct error *err);

/* Makes @name, or takes the one that is there on the same conditions, and opens it. */
int directory_enter_own(int at, const char *name, const char *shown, struct error *err);
/* The same, and leaves it closed. 0 or -errno. */
int directory_make_own(const char *path, struct error *err);

/* Whether nothing is in it, or it is not there. */
bool directory_is_empty(const char *path);
/* Removes what is in it and, with @itself, the directory. Links are not followed. */
void directory_discard(const char *path, bool itself);

#endif
