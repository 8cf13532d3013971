/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Moves PTE-mapped THPs from node to node by move_pages(2) with MPOL_MF_MOVE on the head page:
 * migration entries stand for all pages of the folio while it is copied (mm/migrate.c,
 * migrate_folio_unmap() to remove_migration_ptes()), which is the wide window of the 2021 bug.
 * Timed: the move_pages(2) call. Success is counted only when the call's status, the page's node
 * afterwards and /proc/kpageflags (still a huge page) agree. lru_cache_disable() makes the call
 * wait for all CPUs.
 */
#include <errno.h>
#include <numaif.h>

#include "workers/mover.h"

static void move_pages_step(struct worker *w)
{
	struct mover *m = w->state;

	w->result = move_pages(0, 1, &m->head, &m->to, &m->status, MPOL_MF_MOVE);
	if (w->result < 0)
		w->result = -errno;
}

static void move_pages_settle(struct worker *w)
{
	struct mover *m = w->state;

	/* A positive return is the number of pages not moved; status may say why. */
	if (w->result > 0 || (!w->result && m->status != m->to))
		w->result = -EAGAIN;
	mover_settle(w);
}

const struct worker_ops worker_move_pages = {
	.name = "move_pages",
	.help = "move PTE-mapped THPs from node to node by move_pages(2)",
	.call = "move_pages(2)",
	.part = PART_OWNER,
	.takes = TAKES_WHOLE,
	.effect = &effect_move,
	.needs = NEEDS(&need_two_nodes),
	.state_size = sizeof(struct mover),
	.splits_pmd = true,
	.setup = mover_setup,
	.aim = mover_aim,
	.step = move_pages_step,
	.settle = move_pages_settle,
};
