/* SPDX-License-Identifier: GPL-2.0-only */
/* See directory.h. */
#include "base/directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define OPEN_MAX_WALK 16

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

/*
 * The user's own group may write: where each user has one of his own that is nobody else. With an
 * access control list the group's bits are its mask, and may be anybody's (acl(5)).
 */
static bool others_may_write(int fd, const struct stat *st)
{
	if (st->st_mode & S_ISVTX)
		return false;
	if (st->st_mode & S_IWOTH)
		return true;
	return st->st_mode & S_IWGRP &&
	       (st->st_gid != getegid() || fgetxattr(fd, "system.posix_acl_access", NULL, 0) > 0);
}

/*
 * Whether @uid gets what this process makes there: a file system of another machine may know no
 * other owner (9p without a mapping, NFS that squashes root), and then that one is this process.
 */
static bool makes_for(int fd, uid_t uid)
{
	char name[32] = "";
	int made = openat(fd, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	struct stat st;
	bool same;

	if (made < 0) {
		snprintf(name, sizeof(name), ".thpstorm-%d", (int)getpid());
		made = openat(fd, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	}
	if (made < 0)
		return false;
	same = !fstat(made, &st) && st.st_uid == uid;
	close(made);
	if (name[0])
		unlinkat(fd, name, 0);
	return same;
}

int directory_check_own(int fd, const char *shown, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st))
		return error_errno(err, errno, "cannot look at %s", shown);
	if (st.st_uid && st.st_uid != geteuid() && !makes_for(fd, st.st_uid))
		return error_set(
			err, EPERM,
			"%s belongs to user %u, who can change what is written there: name another directory, or give it to user %u (chown)",
			shown, st.st_uid, geteuid());
	if (others_may_write(fd, &st))
		return error_set(
			err, EPERM,
			"others may write to %s (mode %04o) and change what is written there: name another directory, or take that right away (chmod go-w)",
			shown, st.st_mode & 07777);
	return 0;
}

int directory_open_own(int at, const char *name, const char *shown, struct error *err)
{
	int found = openat(at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC), fd, ret = 0;
	struct stat st;

	if (found < 0)
		return error_errno(err, errno, "cannot open the directory %s", shown);
	fd = openat(found, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		ret = errno;
		if (!fstat(found, &st) && S_ISLNK(st.st_mode))
			ret = error_set(
				err, ELOOP,
				"%s is a symbolic link: name the directory that it points to",
				shown);
		else
			ret = error_errno(err, ret, "cannot open the directory %s", shown);
	}
	close(found);
	if (!ret)
		ret = directory_check_own(fd, shown, err);
	if (!ret)
		return fd;
	if (fd >= 0)
		close(fd);
	return ret;
}

int directory_enter_own(int at, const char *name, const char *shown, struct error *err)
{
	if (mkdirat(at, name, 0755) && errno != EEXIST)
		return error_errno(err, errno, "cannot make %s", shown);
	return directory_open_own(at, name, shown, err);
}

int directory_make_own(const char *path, struct error *err)
{
	int fd = directory_enter_own(AT_FDCWD, path, path, err);

	if (fd >= 0)
		close(fd);
	return MIN(fd, 0);
}

bool directory_is_empty(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *e;
	unsigned n = 0;

	if (!dir)
		return errno == ENOENT;
	while (n <= 2 && (e = readdir(dir)))
		n++;
	closedir(dir);
	return n <= 2;
}

static int discard_below(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	if (walk->level)
		remove(path);
	return 0;
}

void directory_discard(const char *path, bool itself)
{
	nftw(path, discard_below, OPEN_MAX_WALK, FTW_DEPTH | FTW_PHYS);
	if (itself)
		rmdir(path);
}
