/* SPDX-License-Identifier: GPL-2.0-only */
/* See machine.h. */
#include "sweep/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "system/machine_lock.h"
#include "system/state.h"

#define LOCK_NAME      "sweep"
#define ENDING_WAIT_MS 60000

static int refuse_second(int fd, const char *path, struct error *err)
{
	char text[PATH_MAX + 64] = "", *dir;
	int pid = 0;

	if (pread(fd, text, sizeof(text) - 1, 0) > 0)
		pid = atoi(text);
	dir = strchr(text, '\n');
	if (!dir)
		return error_set(err, EBUSY, "another sweep holds %s; wait for it", path);
	dir[1 + strcspn(dir + 1, "\n")] = '\0';
	return error_set(
		err, EBUSY,
		"another sweep runs on this machine (pid %d, %.300s); wait for it, or end it: `kill %d`",
		pid, dir + 1, pid);
}

/* No place for a lock, as in a container that is read-only: that of the machine must do. */
static bool can_not_be_there(int err)
{
	return err == -EROFS || err == -EACCES || err == -ENOTDIR;
}

int sweep_lock(struct sweep *s, struct error *err)
{
	char state[PATH_MAX - 16], path[PATH_MAX];
	int ret = state_make(state_directory(state, sizeof(state)), err);

	if (ret)
		return can_not_be_there(ret) ? 0 : ret;
	snprintf(path, sizeof(path), "%s/" LOCK_NAME, state);
	s->lockfd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->lockfd < 0) {
		ret = error_errno(err, errno, "cannot open %s", path);
		return can_not_be_there(ret) ? 0 : ret;
	}
	if (flock(s->lockfd, LOCK_EX | LOCK_NB)) {
		ret = errno == EWOULDBLOCK ? refuse_second(s->lockfd, path, err)
					   : error_errno(err, errno, "cannot lock %s", path);
		close(s->lockfd);
		s->lockfd = -1;
		return ret;
	}
	sweep_lock_name(s, "its directory is not known yet");
	return 0;
}

int sweep_take_machine(struct error *err)
{
	int ret = machine_lock_hold(ENDING_WAIT_MS, err);

	/* Nothing to lock: each cell tells of it. */
	return ret == -ENOLCK ? 0 : ret;
}

void sweep_lock_name(struct sweep *s, const char *dir)
{
	char text[PATH_MAX + 64], *full;
	int n;

	if (s->lockfd < 0)
		return;
	full = realpath(dir, NULL);
	n = snprintf(text, sizeof(text), "%d\n%s\n", (int)getpid(), full ? full : dir);

	free(full);
	/* For the message of a second sweep; the lock holds without it. */
	if (!ftruncate(s->lockfd, 0) && pwrite(s->lockfd, text, (size_t)n, 0) != n)
		ftruncate(s->lockfd, 0);
}
