/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A memory cgroup for the storm: what it uses beyond the limit is reclaimed, by the kernel's own
 * choice of pages. Version 2, or the memory controller of version 1
 * (Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/memory.rst).
 */
#ifndef THPSTORM_SYSTEM_CGROUP_H
#define THPSTORM_SYSTEM_CGROUP_H

#include <stdbool.h>
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
 * Bytes that the caller may still use by the limits of its own cgroup and of those above it, as far as
 * this mount namespace shows them: limit less usage, page cache not counted as used. UINT64_MAX: no
 * limit is seen.
 */
uint64_t cgroup_room(void);
/* The same for the cgroup @path of a hierarchy that is mounted at @hierarchy. */
uint64_t cgroup_room_in(const char *hierarchy, const char *path, bool version_2);
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
