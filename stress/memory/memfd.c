/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A file of shmem without a name, memfd_create(2): one for the whole arena, so that a process that is
 * forked later shares the slots for good, whatever becomes of them. A slot becomes a huge page again by
 * a hole punched over it, which takes the old pages out of every process, and mmap(MAP_FIXED), which
 * takes away the page table of small ones. One fault fills a slot that is one huge page.
 *
 * It follows shmem_enabled, and splits as shared anonymous memory does: see shmem.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory/mapping.h"
#include "memory/memory.h"

/* The state is the descriptor + 1. */
static int fd_of(const struct arena *a)
{
	return (int)(intptr_t)a->memory_state - 1;
}

static int memfd_open(struct arena *a, struct error *err)
{
	int fd = memfd_create("thpstorm-arena", MFD_CLOEXEC);

	if (fd < 0)
		return error_errno(err, errno, "memfd_create for the arena");
	a->memory_state = (void *)(intptr_t)(fd + 1);
	if (ftruncate(fd, (off_t)(a->slots * a->slot_bytes)))
		return error_errno(err, errno, "cannot make a memfd of %zu bytes",
				   a->slots * a->slot_bytes);
	return 0;
}

static int memfd_make(struct arena *a, unsigned first, unsigned count)
{
	off_t from = (off_t)(first * a->slot_bytes);
	off_t bytes = (off_t)(count * a->slot_bytes);

	if (fallocate(fd_of(a), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, from, bytes))
		return -errno;
	return memory_map_anew(a, first, count, MAP_SHARED, fd_of(a));
}

static void memfd_close(struct arena *a)
{
	if (a->memory_state)
		close(fd_of(a));
	a->memory_state = NULL;
}

const struct memory_ops memory_memfd = {
	.name = "memfd",
	.help = "one memfd, which processes share",
	.lasting = true,
	.shared = true,
	.thp = &thp_knob_shmem,
	.needs = NEEDS(&need_thp, &need_thp_knob),
	.open = memfd_open,
	.make = memfd_make,
	.is_huge = memory_filled_at_once,
	.close = memfd_close,
};
