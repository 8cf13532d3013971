/* SPDX-License-Identifier: GPL-2.0-only */
/* See append.h. ci/sweep/kill_points.c stops the process at each of the calls below. */
#include "base/append.h"

#include <errno.h>
#include <unistd.h>

int append_line(struct append *a, const char *line, size_t length)
{
	ssize_t done = pwrite(a->fd, line, length, a->size);
	int e;

	if (done == (ssize_t)length && !fdatasync(a->fd)) {
		a->size += done;
		return 0;
	}
	e = done >= 0 && done < (ssize_t)length ? ENOSPC : errno;
	/* If this fails too, the next line overwrites it. */
	append_cut(a, a->size);
	return -e;
}

int append_cut(struct append *a, off_t size)
{
	if (ftruncate(a->fd, size))
		return -errno;
	a->size = size;
	return 0;
}
