/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A mask of NUMA nodes as mbind(2), set_mempolicy(2) and migrate_pages(2) take it. Node numbers need
 * not be small nor follow each other: memory of a GPU is nodes 252 to 255 of a POWER9.
 */
#ifndef THPSTORM_SYSTEM_NODE_MASK_H
#define THPSTORM_SYSTEM_NODE_MASK_H

#include <limits.h>
#include <sched.h>

#include "base/base.h"

/* The most that the kernel can be built with (CONFIG_NODES_SHIFT = 10), and as many as a cpu_set_t
   holds, which sets of node numbers are kept in. */
#define NODE_IDS_MAX 1024

#define NODE_MASK_WORD_BITS (sizeof(unsigned long) * CHAR_BIT)

struct node_mask {
	unsigned long word[NODE_IDS_MAX / (sizeof(unsigned long) * CHAR_BIT)];
};

/* The calls' maxnode: the kernel takes one off before it counts bits (mm/mempolicy.c: get_nodes()).
 */
#define NODE_MASK_MAXNODE (NODE_IDS_MAX + 1)

static inline void node_mask_add(struct node_mask *m, int node)
{
	m->word[(unsigned)node / NODE_MASK_WORD_BITS] |= 1ul
							 << (unsigned)node % NODE_MASK_WORD_BITS;
}

static inline struct node_mask node_mask_of(int node)
{
	struct node_mask m = {{0}};

	node_mask_add(&m, node);
	return m;
}

#endif
