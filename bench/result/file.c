/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whole lines and whole files. Plain write(2): what stdio keeps in its buffer when the disk is full
 * would come out later, somewhere in the middle of something else.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "result/file.h"

static int write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			return -EIO;
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

int result_stream_open(struct result_stream *s, int dirfd, const char *name)
{
	s->name = name;
	s->dirty = false;
	s->fd = file_new(dirfd, name, O_WRONLY | O_APPEND);
	return MIN(s->fd, 0);
}

int result_stream_append(struct result_stream *s, const char *line, size_t len)
{
	off_t end;
	int err;

	if (s->fd < 0)
		return -EBADF;
	end = lseek(s->fd, 0, SEEK_END);
	err = write_all(s->fd, line, len);
	if (err && end >= 0 && ftruncate(s->fd, end))
		return err;
	s->dirty = true;
	return err;
}

int result_stream_sync(struct result_stream *s)
{
	if (s->fd < 0 || !s->dirty)
		return 0;
	s->dirty = false;
	/* EINVAL: no file that can be synced, a pipe for instance. */
	return fdatasync(s->fd) && errno != EINVAL ? -errno : 0;
}

void result_stream_close(struct result_stream *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

int result_file_write(int dirfd, const char *name, const char *text, size_t len, bool sync)
{
	char temporary[300];
	int fd, err;

	if ((size_t)snprintf(temporary, sizeof(temporary), "%s.tmp", name) >= sizeof(temporary))
		return -ENAMETOOLONG;
	fd = file_new(dirfd, temporary, O_WRONLY);
	if (fd < 0)
		return fd;
	err = write_all(fd, text, len);
	if (!err && sync && fsync(fd))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	if (!err && renameat(dirfd, temporary, dirfd, name))
		err = -errno;
	if (err)
		unlinkat(dirfd, temporary, 0);
	else if (sync)
		fsync(dirfd);
	return err;
}
