/* SPDX-License-Identifier: GPL-2.0-only */
/* Small text files. See textfile.h. */
#include "base/textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

long textfile_read(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t have = 0;
	ssize_t n = 0;
	int err;

	buf[0] = '\0';
	if (fd < 0)
		return -errno;
	while (have < size - 1 && (n = read(fd, buf + have, size - 1 - have)) > 0)
		have += (size_t)n;
	err = errno;
	buf[have] = '\0';
	if (n > 0) {
		char more;

		n = read(fd, &more, 1);
		err = n > 0 ? EFBIG : errno;
		n = n > 0 ? -1 : n;
	}
	close(fd);
	if (n < 0)
		return -err;
	if (have && buf[have - 1] == '\n')
		buf[--have] = '\0';
	return (long)have;
}

int textfile_read_u64(const char *path, uint64_t *value)
{
	char buf[64], *end;
	long n = textfile_read(path, buf, sizeof(buf));

	if (n < 0)
		return n == -EFBIG ? -EINVAL : (int)n;
	if (buf[0] < '0' || buf[0] > '9')
		return -EINVAL;
	errno = 0;
	*value = strtoull(buf, &end, 10);
	return *end || errno ? -EINVAL : 0;
}

int textfile_write(const char *path, const char *text)
{
	size_t length = strlen(text);
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	ssize_t n;
	int err = 0;

	if (fd < 0)
		return -errno;
	n = write(fd, text, length);
	if (n < 0)
		err = -errno;
	else if ((size_t)n != length)
		err = -EIO;
	if (close(fd) && !err)
		err = -errno;
	return err;
}

int textfile_field_u64(const char *text, const char *key, uint64_t *value)
{
	size_t length = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		char *end;

		line += *line == '\n';
		if (strncmp(line, key, length) || !line[length] || !strchr(" \t:", line[length]))
			continue;
		line += length + strspn(line + length, " \t:");
		if (*line < '0' || *line > '9')
			return -EINVAL;
		errno = 0;
		*value = strtoull(line, &end, 10);
		return errno ? -EINVAL : 0;
	}
	return -ENOENT;
}
