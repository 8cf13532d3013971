/* SPDX-License-Identifier: GPL-2.0-only */
/* See swapfile.h. */
#include "system/swapfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/swap.h>
#include <unistd.h>

#include "base/base.h"
#include "system/made.h"

#define SIGNATURE      "SWAPSPACE2"
#define VERSION_OFFSET 1024 /* after the boot bits */
#define PRIORITY_MAX   SWAP_FLAG_PRIO_MASK

/* The first page: version 1, the last page's number, no bad pages; the signature at its end. */
static int write_header(int fd, uint64_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *header = calloc(1, page);
	const uint32_t info[] = {1, (uint32_t)(bytes / page - 1), 0};
	ssize_t n;

	if (!header)
		return -ENOMEM;
	memcpy(header + VERSION_OFFSET, info, sizeof(info));
	memcpy(header + page - strlen(SIGNATURE), SIGNATURE, strlen(SIGNATURE));
	n = pwrite(fd, header, page, 0);
	free(header);
	return n == (ssize_t)page ? 0 : n < 0 ? -errno : -ENOSPC;
}

static int fill(int fd, uint64_t bytes)
{
	int ret = -posix_fallocate(fd, 0, (off_t)bytes);

	if (!ret)
		ret = write_header(fd, bytes);
	if (!ret && fsync(fd))
		ret = -errno;
	return ret;
}

int swapfile_make(const char *path, uint64_t bytes, struct error *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	int ret;

	if (fd < 0)
		return error_errno(err, errno, "cannot make the swap file %s", path);
	ret = fill(fd, bytes);
	close(fd);
	if (ret)
		error_errno(err, -ret, "cannot write the swap file %s", path);
	else if (swapon(path, SWAP_FLAG_PREFER | PRIORITY_MAX))
		ret = error_errno(err, errno,
				  "cannot swap to %s (THPSTORM_STATE names another directory)",
				  path);
	if (ret)
		unlink(path);
	return ret;
}

int swapfile_remove(const char *path, struct error *err)
{
	/* EINVAL: it is not swapped to, after a reboot for instance. */
	if (swapoff(path) && errno != EINVAL && errno != ENOENT)
		return error_errno(err, errno, "cannot swap %s off", path);
	if (unlink(path) && errno != ENOENT)
		return error_errno(err, errno, "cannot remove the swap file %s", path);
	return 0;
}

const struct made_kind made_swapfile = {
	.name = "swapfile",
	.survives_reboot = true,
	.remove = swapfile_remove,
};
