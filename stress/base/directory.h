/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef THPSTORM_BASE_DIRECTORY_H
#define THPSTORM_BASE_DIRECTORY_H

/* Makes @path, which is written to and put back, with what is missing above it. 0 or -errno. */
int directory_make(char *path);

#endif
