/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A memory cgroup for the storm: what it uses beyond the limit is reclaimed, by the kernel's own
 * choice of pages. Version 2, or the memory controller of version 1
 * (Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/memory.rst).
 */
#ifndef THPSTORM_SYSTEM_CGROUP_H
#define THPSTORM_SYSTEM_CGROUP_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define CGROUP_PATH_MAX 512

/*
 * Where the cgroup has its place: "thpstorm" at the top of the first hierarchy of /proc/mounts that
 * limits memory and can be written. 0, or -ENOTSUP and what is missing. What version 2 limits for
 * the caller's own cgroup does not hold in it.
 */
int cgroup_place(char *path, size_t size, struct error *why);
/* Makes it, with a limit of @bytes. 0 or -errno. */
int cgroup_make(const char *path, uint64_t bytes, struct error *err);
/* Moves the calling process into it, with the threads that it starts from then on. 0 or -errno. */
int cgroup_enter(const char *path, struct error *err);
/*
 * Pages that were swapped out of it so far: memory.stat's pswpout. 0, or -errno (-ENOENT: a kernel
 * that does not count them for a cgroup, or version 1).
 */
int cgroup_swapped_out(uint64_t *pages);
/*
 * Removes it; waits a second for processes that are ending. One that is not there is fine. 0 or
 * -errno (-EBUSY: a process is in it).
 */
int cgroup_remove(const char *path, struct error *err);

#endif
