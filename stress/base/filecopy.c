/* SPDX-License-Identifier: GPL-2.0-only */
/* See filecopy.h. */
#include "base/filecopy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#include "base/base.h"
#include "base/file.h"

static int copy(int in, int out, size_t limit)
{
	size_t left = limit ? limit : SIZE_MAX;
	char buf[65536];

	while (left) {
		ssize_t n = read(in, buf, MIN(sizeof(buf), left)), done;

		if (n <= 0)
			return n < 0 ? -errno : 0;
		done = write(out, buf, (size_t)n);
		if (done != n)
			return done < 0 ? -errno : -ENOSPC;
		left -= (size_t)n;
	}
	return 0;
}

int file_copy(const char *from, const char *to, size_t limit, int sync)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out, ret;

	if (in < 0)
		return -errno;
	out = file_new(AT_FDCWD, to, O_WRONLY);
	ret = out < 0 ? out : copy(in, out, limit);
	close(in);
	if (out < 0)
		return ret;
	if (!ret && sync && fsync(out))
		ret = -errno;
	if (close(out) && !ret)
		ret = -errno;
	return ret;
}
