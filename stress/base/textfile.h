/* SPDX-License-Identifier: GPL-2.0-only */
/* Small text files: sysfs, procfs, sysctl. */
#ifndef THPSTORM_BASE_TEXTFILE_H
#define THPSTORM_BASE_TEXTFILE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads the file whole into @buf (NUL-terminated, one trailing newline cut). Returns its length or
 * -errno; -EFBIG when it does not fit (the buffer then holds the beginning).
 */
long textfile_read(const char *path, char *buf, size_t size);
/* Reads one unsigned decimal number. -EINVAL when the file holds something else. */
int textfile_read_u64(const char *path, uint64_t *value);
/* Replaces the file's content by @text in one write(2), no newline added. 0 or -errno. */
int textfile_write(const char *path, const char *text);
/*
 * Finds the line that starts with @key followed by a blank, tab or colon in @text and reads the
 * decimal number after it. Returns 0, -ENOENT or -EINVAL. For vmstat, meminfo, status.
 */
int textfile_field_u64(const char *text, const char *key, uint64_t *value);

#endif
