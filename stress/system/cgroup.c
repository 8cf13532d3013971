/* SPDX-License-Identifier: GPL-2.0-only */
/* See cgroup.h. */
#include "system/cgroup.h"

#include <errno.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "base/textfile.h"
#include "system/made.h"

#define NAME	  "thpstorm"
#define WAIT_USEC 10000
#define WAITS	  100
#define STAT_TEXT 8192 /* about 2 KiB on 6.18 */

/* Below a version 2 cgroup there are those controllers that it hands on. */
static bool hands_memory_on(const char *hierarchy)
{
	char path[CGROUP_PATH_MAX], controllers[256];

	snprintf(path, sizeof(path), "%.400s/cgroup.subtree_control", hierarchy);
	return textfile_read(path, controllers, sizeof(controllers)) >= 0 &&
	       strstr(controllers, "memory");
}

static bool limits_memory(const struct mntent *m)
{
	return (!strcmp(m->mnt_type, "cgroup2") && hands_memory_on(m->mnt_dir)) ||
	       (!strcmp(m->mnt_type, "cgroup") && hasmntopt(m, "memory"));
}

int cgroup_place(char *path, size_t size, struct error *why)
{
	FILE *mounts = setmntent("/proc/mounts", "r");
	const struct mntent *m = NULL;
	int ret = 0;

	while (mounts && (m = getmntent(mounts)) &&
	       !(limits_memory(m) && !access(m->mnt_dir, W_OK)))
		;
	if (!m)
		ret = error_set(
			why, ENOTSUP,
			"no cgroup hierarchy here limits memory and can be written (version 2: `echo +memory >/sys/fs/cgroup/cgroup.subtree_control`; root: sudo); --memory_max=0 does without");
	else if (snprintf(path, size, "%s/" NAME, m->mnt_dir) >= (int)size)
		ret = error_set(why, ENOTSUP, "the cgroup hierarchy has too long a name");
	if (mounts)
		endmntent(mounts);
	return ret;
}

static int write_file(const char *dir, const char *name, const char *value, struct error *err)
{
	char path[CGROUP_PATH_MAX];
	int ret;

	snprintf(path, sizeof(path), "%.400s/%s", dir, name);
	ret = textfile_write(path, value);
	return ret ? error_errno(err, -ret, "cannot write '%s' to %s", value, path) : 0;
}

int cgroup_make(const char *path, uint64_t bytes, struct error *err)
{
	char limit[32], of_version_2[CGROUP_PATH_MAX];

	if (mkdir(path, 0755))
		return error_errno(err, errno, "cannot make the cgroup %s", path);
	snprintf(limit, sizeof(limit), "%llu", (unsigned long long)bytes);
	snprintf(of_version_2, sizeof(of_version_2), "%.400s/memory.max", path);
	return write_file(path, access(of_version_2, F_OK) ? "memory.limit_in_bytes" : "memory.max",
			  limit, err);
}

int cgroup_enter(const char *path, struct error *err)
{
	return write_file(path, "cgroup.procs", "0", err);
}

int cgroup_swapped_out(uint64_t *pages)
{
	char dir[CGROUP_PATH_MAX], path[CGROUP_PATH_MAX], text[STAT_TEXT];
	int ret = cgroup_place(dir, sizeof(dir), NULL);
	long n;

	if (ret)
		return ret;
	snprintf(path, sizeof(path), "%.400s/memory.stat", dir);
	n = textfile_read(path, text, sizeof(text));
	return n < 0 ? (int)n : textfile_field_u64(text, "pswpout", pages);
}

static bool read_number(const char *dir, const char *name, uint64_t *value)
{
	char path[CGROUP_PATH_MAX];

	snprintf(path, sizeof(path), "%.400s/%s", dir, name);
	/* "max" is no number. */
	return !textfile_read_u64(path, value);
}

/* Page cache goes when the limit is reached. */
static uint64_t read_cached(const char *dir, const char *active, const char *inactive)
{
	char path[CGROUP_PATH_MAX], text[STAT_TEXT];
	uint64_t a = 0, b = 0;

	snprintf(path, sizeof(path), "%.400s/memory.stat", dir);
	if (textfile_read(path, text, sizeof(text)) < 0)
		return 0;
	textfile_field_u64(text, active, &a);
	textfile_field_u64(text, inactive, &b);
	return a + b;
}

static uint64_t room_of_one(const char *dir, bool version_2)
{
	uint64_t limit, used, cached;

	if (version_2) {
		if (!read_number(dir, "memory.max", &limit) ||
		    !read_number(dir, "memory.current", &used))
			return UINT64_MAX;
		cached = read_cached(dir, "active_file", "inactive_file");
	} else {
		/* Without a limit it is the largest page-aligned number: PAGE_COUNTER_MAX. */
		if (!read_number(dir, "memory.limit_in_bytes", &limit) || limit > INT64_MAX / 2 ||
		    !read_number(dir, "memory.usage_in_bytes", &used))
			return UINT64_MAX;
		cached = read_cached(dir, "total_active_file", "total_inactive_file");
	}
	used -= MIN(used, cached);
	return limit - MIN(limit, used);
}

uint64_t cgroup_room_in(const char *hierarchy, const char *path, bool version_2)
{
	char dir[CGROUP_PATH_MAX];
	size_t top = strlen(hierarchy);
	uint64_t room = UINT64_MAX;

	snprintf(dir, sizeof(dir), "%s%s", hierarchy, path);
	for (;;) {
		char *slash;

		room = MIN(room, room_of_one(dir, version_2));
		slash = strrchr(dir, '/');
		if (!slash || (size_t)(slash - dir) < top || strlen(dir) <= top)
			return room;
		*slash = '\0';
	}
}

/* Lines "0::/path" of version 2, "9:cpu,memory:/path" of version 1. */
static char *own_path(char *text, bool version_2)
{
	for (char *at, *line = strtok_r(text, "\n", &at); line; line = strtok_r(NULL, "\n", &at)) {
		char *controllers = strchr(line, ':'),
		     *path = controllers ? strchr(controllers + 1, ':') : NULL;

		if (!path)
			continue;
		*path++ = '\0';
		if (version_2 ? !controllers[1] : strstr(controllers, "memory") != NULL)
			return path;
	}
	return NULL;
}

uint64_t cgroup_room(void)
{
	FILE *mounts = setmntent("/proc/mounts", "r");
	uint64_t room = UINT64_MAX;
	const struct mntent *m;

	while (mounts && (m = getmntent(mounts))) {
		bool version_2 = !strcmp(m->mnt_type, "cgroup2");
		char text[STAT_TEXT], *path;

		if (!version_2 && !(!strcmp(m->mnt_type, "cgroup") && hasmntopt(m, "memory")))
			continue;
		if (textfile_read("/proc/self/cgroup", text, sizeof(text)) < 0)
			break;
		path = own_path(text, version_2);
		if (path)
			room = MIN(room, cgroup_room_in(m->mnt_dir, path, version_2));
	}
	if (mounts)
		endmntent(mounts);
	return room;
}

int cgroup_remove(const char *path, struct error *err)
{
	int waits = 0;

	while (rmdir(path)) {
		if (errno == ENOENT)
			return 0;
		if (errno != EBUSY || ++waits == WAITS)
			return error_errno(err, errno, "cannot remove the cgroup %s", path);
		usleep(WAIT_USEC);
	}
	return 0;
}

const struct made_kind made_cgroup = {
	.name = "cgroup",
	.survives_reboot = false,
	.remove = cgroup_remove,
};
