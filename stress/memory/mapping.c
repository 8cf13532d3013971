/* SPDX-License-Identifier: GPL-2.0-only */
/* See mapping.h. */
#include "memory/mapping.h"

#include <errno.h>
#include <sys/mman.h>

int memory_map_anew(struct arena *a, unsigned first, unsigned count, int flags, int fd)
{
	char *at = arena_page(a, first, 0);
	size_t bytes = count * a->slot_bytes;
	void *got = mmap(at, bytes, PROT_READ | PROT_WRITE,
			 MAP_FIXED | MAP_NORESERVE | flags | (fd < 0 ? MAP_ANONYMOUS : 0), fd,
			 fd < 0 ? 0 : (off_t)(first * a->slot_bytes));

	return got == MAP_FAILED || madvise(at, bytes, MADV_HUGEPAGE) ? -errno : 0;
}

bool memory_filled_at_once(const struct arena *a, unsigned slot, uint64_t faults)
{
	return faults <= 1;
}
