/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One storm at a time on a machine, whoever runs it and in whichever container: knobs, counters of
 * the kernel and CPUs are the machine's.
 *
 * The lock is an flock(2) on files of the kernel that any user can open for reading and that are
 * the same inode in nearly every container: the time namespace, which containers do not unshare
 * (/proc and /sys are other file systems in another PID or network namespace), and for kernels
 * without time namespaces transparent_hugepage in sysfs.
 */
#ifndef THPSTORM_SYSTEM_MACHINE_LOCK_H
#define THPSTORM_SYSTEM_MACHINE_LOCK_H

#include "base/error.h"

#define MACHINE_LOCKS 2

struct machine_lock {
	int fd[MACHINE_LOCKS]; /* -1: not there */
	bool left;	       /* refused: whoever took it has ended, and left a process running */
};

/*
 * 0; -EBUSY and the sentence when another run holds it (with its pid, where that can be seen from
 * here); -ENOLCK and the sentence when there is nothing to lock: another run is not noticed then.
 * The lock lives as long as any process forked meanwhile.
 */
int machine_lock_take(struct machine_lock *l, struct error *err);
/*
 * For all runs of this process and of those that it forks, up to its end: machine_lock_take() then
 * succeeds at once there, and releasing changes nothing. Waits up to @wait_ms for what a process
 * that has ended left running. As machine_lock_take().
 */
int machine_lock_hold(unsigned wait_ms, struct error *err);
/* Accepts one that could not be taken. */
void machine_lock_release(struct machine_lock *l);

/* The same on other files, for tests. */
int machine_lock_take_of(struct machine_lock *l, const char *const path[MACHINE_LOCKS],
			 struct error *err);

#endif
