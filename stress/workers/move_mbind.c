/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Moves PTE-mapped THPs from node to node by mbind(2) with MPOL_MF_MOVE | MPOL_MF_STRICT; without
 * STRICT the call returns 0 even if nothing moved (mm/mempolicy.c, do_mbind()). mbind takes
 * mmap_lock for writing, up to 6.5 for the whole of the move, and a waiting writer makes
 * kernel-mode faults sleep: what overlaps it is counted apart.
 * Timed: the mbind(2) call. Success is counted only when the page's node afterwards and
 * /proc/kpageflags (still a huge page) agree.
 */
#include <errno.h>
#include <numaif.h>

#include "workers/mover.h"

static void move_mbind_ready(struct worker *w)
{
	struct mover *m = w->state;

	m->mask = node_mask_of(m->to);
}

static void move_mbind_step(struct worker *w)
{
	struct mover *m = w->state;

	w->result = mbind(w->at.addr, w->arena->slot_bytes, MPOL_BIND, m->mask.word,
			  NODE_MASK_MAXNODE, MPOL_MF_MOVE | MPOL_MF_STRICT)
			    ? -errno
			    : 0;
}

const struct worker_ops worker_move_mbind = {
	.name = "move_mbind",
	.help = "move PTE-mapped THPs from node to node by mbind(2), strict",
	.call = "mbind(2)",
	.part = PART_OWNER,
	.takes = TAKES_WHOLE,
	.effect = &effect_move,
	.needs = NEEDS(&need_two_nodes),
	.state_size = sizeof(struct mover),
	.splits_pmd = true,
	.writes_mm = true,
	.setup = mover_setup,
	.aim = mover_aim,
	.ready = move_mbind_ready,
	.step = move_mbind_step,
	.settle = mover_settle,
};
