/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all movers do around their one call: make THPs that are mapped by PTEs, send each to a node
 * that it is not on, look where it went, and make anew those that are no longer huge.
 */
#ifndef THPSTORM_WORKERS_MOVER_H
#define THPSTORM_WORKERS_MOVER_H

#include "system/node_mask.h"
#include "workers/worker.h"

struct mover {
	int nodes[NODE_IDS_MAX]; /* node numbers with memory */
	unsigned count;
	int from, to;	       /* of the operation */
	struct node_mask mask; /* mbind(2)'s: `to` */
	int status;	       /* what the call said, where it says something */
	void *head;	       /* move_pages(2)'s array of one */
	bool can_see_thp;      /* /proc/kpageflags is readable */
};

int mover_setup(struct worker *w);
bool mover_aim(struct worker *w);
/*
 * Books what became of the page: claimed only where its own node confirms it and it is still a huge
 * page; else refused, and lost_huge.
 */
void mover_settle(struct worker *w);

#endif
