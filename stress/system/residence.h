/* SPDX-License-Identifier: GPL-2.0-only */
/* On which nodes pages lie. */
#ifndef THPSTORM_SYSTEM_RESIDENCE_H
#define THPSTORM_SYSTEM_RESIDENCE_H

#include <stddef.h>
#include <stdint.h>

#include "system/node_mask.h"

/*
 * Adds to @on_node, by node number, how many of the calling process' pages at @base,
 * @base + @stride, ... (@count of them) are present there; others are not counted. By move_pages(2)
 * without target nodes, which moves nothing and read-locks mmap_lock (mm/migrate.c:
 * do_pages_stat()). 0 or -errno (-ENOSYS: a kernel without NUMA).
 */
int residence_add(const void *base, size_t stride, unsigned count, uint32_t on_node[NODE_IDS_MAX]);

#endif
