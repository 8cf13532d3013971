/* SPDX-License-Identifier: GPL-2.0-only */
/* See machine_lock.h. */
#include "system/machine_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"
#include "system/thp.h"

#define NAP_MS 200

/*
 * Who took the flock on that inode, by /proc/locks: "1: FLOCK ADVISORY WRITE 1234 00:04:4026531834
 * 0 EOF". 0: nobody of this PID namespace.
 */
static int holder(int fd)
{
	FILE *f = fopen("/proc/locks", "re");
	unsigned long long inode;
	unsigned major_of, minor_of;
	char line[256];
	struct stat st;
	int pid, found = 0;

	while (f && !found && !fstat(fd, &st) && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%*u: FLOCK %*s %*s %d %x:%x:%llu", &pid, &major_of, &minor_of,
			   &inode) == 4 &&
		    inode == st.st_ino && makedev(major_of, minor_of) == st.st_dev)
			found = pid;
	}
	if (f)
		fclose(f);
	return found;
}

/* The lock outlives the process that took it in those it forked. */
static bool has_ended(int pid)
{
	return pid > 0 && kill(pid, 0) && errno == ESRCH;
}

static int refuse(int pid, struct error *err)
{
	if (pid <= 0)
		return error_set(
			err, EBUSY,
			"another thpstorm runs on this machine, in another container; wait until it is done");
	if (has_ended(pid))
		return error_set(
			err, EBUSY,
			"another thpstorm (pid %d, ended) left a process running that holds the lock; wait for it, or end it",
			pid);
	return error_set(
		err, EBUSY,
		"another thpstorm (pid %d) runs on this machine; wait for it, or end it: `kill %d`",
		pid, pid);
}

int machine_lock_take_of(struct machine_lock *l, const char *const path[MACHINE_LOCKS],
			 struct error *err)
{
	unsigned taken = 0;

	for (unsigned i = 0; i < MACHINE_LOCKS; i++)
		l->fd[i] = -1;
	for (unsigned i = 0; i < MACHINE_LOCKS; i++) {
		int fd = open(path[i], O_RDONLY | O_CLOEXEC);

		if (fd < 0)
			continue;
		l->fd[i] = fd;
		if (!flock(fd, LOCK_EX | LOCK_NB)) {
			taken++;
		} else if (errno == EWOULDBLOCK) {
			int pid = holder(fd);

			machine_lock_release(l);
			l->left = has_ended(pid);
			return refuse(pid, err);
		}
	}
	if (taken)
		return 0;
	machine_lock_release(l);
	return error_set(err, ENOLCK, "neither %s nor %s can be locked: another run is not noticed",
			 path[0], path[1]);
}

static const char *const files[MACHINE_LOCKS] = {"/proc/self/ns/time", THP_SYSFS};
static struct machine_lock held;
static bool holds;

int machine_lock_take(struct machine_lock *l, struct error *err)
{
	if (!holds)
		return machine_lock_take_of(l, files, err);
	for (unsigned i = 0; i < MACHINE_LOCKS; i++)
		l->fd[i] = -1;
	return 0;
}

int machine_lock_hold(unsigned wait_ms, struct error *err)
{
	const struct timespec nap = {.tv_nsec = NAP_MS * NSEC_PER_MSEC};
	int ret;

	for (unsigned waited = 0;; waited += NAP_MS) {
		ret = machine_lock_take_of(&held, files, err);
		if (ret != -EBUSY || !held.left || waited >= wait_ms)
			break;
		nanosleep(&nap, NULL);
	}
	holds = !ret;
	return ret;
}

void machine_lock_release(struct machine_lock *l)
{
	for (unsigned i = 0; i < MACHINE_LOCKS; i++) {
		if (l->fd[i] >= 0)
			close(l->fd[i]);
		l->fd[i] = -1;
	}
}
