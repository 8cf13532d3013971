/* SPDX-License-Identifier: GPL-2.0-only */
/* See file.h. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int file_new(int dirfd, const char *name, int flags)
{
	int fd;

	if (unlinkat(dirfd, name, 0) && errno != ENOENT)
		return -errno;
	fd = openat(dirfd, name, flags | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	return fd < 0 ? -errno : fd;
}

FILE *file_open_regular(const char *path, struct error *err)
{
	/* One that is a pipe without a writer would wait for one. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	FILE *f;

	if (fd < 0) {
		error_errno(err, errno, "cannot read %s", path);
		return NULL;
	}
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		error_set(err, EINVAL, "cannot read %s: not a regular file", path);
		close(fd);
		return NULL;
	}
	f = fdopen(fd, "r");
	if (f)
		return f;
	error_errno(err, errno, "cannot read %s", path);
	close(fd);
	return NULL;
}
