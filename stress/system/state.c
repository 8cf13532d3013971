/* SPDX-License-Identifier: GPL-2.0-only */
/* See state.h. */
#include "system/state.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/environment.h"
#include "base/textfile.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

char *state_directory(char *buf, size_t size)
{
	const char *at;

	if ((at = environment_get("THPSTORM_STATE")))
		snprintf(buf, size, "%s", at);
	else if (!geteuid())
		snprintf(buf, size, STATE_OF_ROOT);
	else if ((at = environment_get("XDG_STATE_HOME")))
		snprintf(buf, size, "%s/thpstorm", at);
	else if ((at = environment_get("HOME")))
		snprintf(buf, size, "%s/.local/state/thpstorm", at);
	else
		snprintf(buf, size, "/tmp/thpstorm-%u", (unsigned)geteuid());
	return buf;
}

int state_boot_id(char *buf, size_t size, struct error *err)
{
	if (textfile_read(BOOT_ID, buf, size) < 0)
		return error_set(err, EIO, "cannot read " BOOT_ID);
	return 0;
}

int state_make(const char *dir, struct error *err)
{
	char path[PATH_MAX];
	int ret, fd;

	if (strlen(dir) >= sizeof(path))
		return error_errno(err, ENAMETOOLONG, "state directory %.100s...", dir);
	snprintf(path, sizeof(path), "%s", dir);
	ret = directory_make(path);
	if (ret)
		return error_errno(
			err, -ret,
			"cannot make the state directory %s (THPSTORM_STATE names another)", dir);
	/* What lies in it is obeyed, and written. Links are the administrator's. */
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return error_errno(err, errno, "cannot open the state directory %s", dir);
	ret = directory_check_own(fd, dir, err);
	close(fd);
	return ret;
}
