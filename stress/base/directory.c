/* SPDX-License-Identifier: GPL-2.0-only */
/* See directory.h. */
#include "base/directory.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static int make_one(const char *path)
{
	return mkdir(path, 0755) && errno != EEXIST ? -errno : 0;
}

int directory_make(char *path)
{
	int ret = 0;

	for (char *slash = strchr(path + 1, '/'); slash && !ret; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		ret = make_one(path);
		*slash = '/';
	}
	return ret ? ret : make_one(path);
}
