/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A file to which whole lines are only ever added. What both journals stand on: a line is on the
 * disk when append_line() returns 0, and whatever interrupts it (SIGKILL, power, a full disk), the
 * lines before it are as they were and at most one torn line without its newline follows them.
 */
#ifndef THPSTORM_BASE_APPEND_H
#define THPSTORM_BASE_APPEND_H

#include <sys/types.h>

struct append {
	int fd;
	off_t size; /* bytes of the whole lines; what is beyond is torn and will be overwritten */
};

/*
 * Adds @length bytes that end with a newline and waits until they are on the disk. 0 or -errno; a
 * torn part is cut off again, and a->size tells of whole lines only.
 */
int append_line(struct append *a, const char *line, size_t length);
/* Forgets what is beyond the first @size bytes. 0 or -errno. */
int append_cut(struct append *a, off_t size);

#endif
