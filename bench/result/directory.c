/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds and makes the directory of a result. A directory that holds a result is refused: a second
 * run must not mix its files with those of the first.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/directory.h"
#include "result/directory.h"

#define NAMES_TRIED 1000

/* "configs/tail_fault.conf" -> "-tail_fault"; "" -> "" */
static void config_suffix(const char *config, char *buf, size_t size)
{
	const char *base = config ? strrchr(config, '/') : NULL;
	char *dot;

	base = base ? base + 1 : config;
	if (!base || !*base) {
		buf[0] = '\0';
		return;
	}
	snprintf(buf, size, "-%s", base);
	dot = strrchr(buf, '.');
	if (dot && !strcmp(dot, ".conf"))
		*dot = '\0';
	for (char *c = buf; *c; c++)
		if (*c < '!' || *c > '~')
			*c = '_';
}

static int make_named(const char *config, char *path, size_t size)
{
	char stamp[32], suffix[200], number[16] = "";
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &tm);
	config_suffix(config, suffix, sizeof(suffix));
	if (mkdir("results", 0755) && errno != EEXIST) {
		int failed = errno;

		snprintf(path, size, "results");
		return -failed;
	}
	for (int i = 2; i < NAMES_TRIED; i++) {
		snprintf(path, size, "results/%s%s%s", stamp, suffix, number);
		if (!mkdir(path, 0755))
			return 0;
		if (errno != EEXIST)
			return -errno;
		snprintf(number, sizeof(number), "-%d", i);
	}
	return -EEXIST;
}

static int make_given(const char *dir, char *path, size_t size)
{
	if ((size_t)snprintf(path, size, "%s", dir) >= size)
		return -ENAMETOOLONG;
	for (size_t n = strlen(path); n > 1 && path[n - 1] == '/'; n--)
		path[n - 1] = '\0';
	return directory_make(path);
}

/* What a run must not mix with, or write over: a result, a sweep, somebody's own file. */
static int refuse_full(int fd, const char *name, struct error *err)
{
	static const char *const signs[] = {"result.json", "host.json", "journal"};
	static const char *const theirs[] = {"plan.conf", "kernel.log", "events.jsonl"};
	struct stat st;

	for (unsigned i = 0; i < ARRAY_SIZE(signs); i++) {
		if (!faccessat(fd, signs[i], F_OK, AT_SYMLINK_NOFOLLOW))
			return error_set(
				err, EEXIST,
				"%s holds a %s already (%s): name another directory, or remove that one",
				name, i == 2 ? "sweep" : "result", signs[i]);
	}
	for (unsigned i = 0; i < ARRAY_SIZE(theirs); i++) {
		if (!fstatat(fd, theirs[i], &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode))
			return error_set(
				err, EEXIST,
				"%s holds a %s, which the result would replace: name another directory",
				name, theirs[i]);
	}
	return 0;
}

int result_directory_make(const char *dir, const char *config, char **path, struct error *err)
{
	char name[PATH_MAX];
	int fd, made;

	made = dir && *dir ? make_given(dir, name, sizeof(name))
			   : make_named(config, name, sizeof(name));
	if (made)
		return error_set(
			err, -made,
			"cannot make the result directory %s: %s; name another with -o DIR", name,
			strerror(-made));
	fd = directory_open_own(AT_FDCWD, name, name, err);
	if (fd < 0)
		return fd;
	if (refuse_full(fd, name, err)) {
		close(fd);
		return -EEXIST;
	}
	*path = strdup(name);
	if (*path)
		return fd;
	close(fd);
	return error_errno(err, ENOMEM, "cannot make the result directory %s", name);
}

int result_subdirectory_make(int dirfd, const char *dir, const char *name, struct error *err)
{
	char shown[PATH_MAX];

	snprintf(shown, sizeof(shown), "%s/%s", dir, name);
	return directory_enter_own(dirfd, name, shown, err);
}
