/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Has the kernel compact all of memory, again and again: a write to vm.compact_memory
 * (compact_nodes() in mm/compaction.c) moves movable pages to one end of each zone, so that
 * migration entries stand for pages of the storm on a machine with one node as well. Huge pages of a
 * PMD are not moved (isolate_migratepages_block() passes over them), small ones and, from 6.9 on,
 * smaller huge ones are. Timed: the write(2), which begins with a lru_add_drain_all() and so waits for
 * every CPU. That the kernel looked for pages to move is vmstat's compact_migrate_scanned; how many
 * it moved, pgmigrate_success. A failure is a short or failed write.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "workers/book.h"

#define COMPACT_MEMORY "/proc/sys/vm/compact_memory"

struct disturb_compact {
	int fd;
};

static int disturb_compact_setup(struct worker *w)
{
	struct disturb_compact *s = w->state;

	s->fd = open(COMPACT_MEMORY, O_WRONLY | O_CLOEXEC);
	return s->fd < 0 ? error_errno(&w->error, errno, "cannot open " COMPACT_MEMORY) : 0;
}

static bool disturb_compact_aim(struct worker *w)
{
	w->at = (struct aim_point){.slot = AIM_PRIVATE};
	return true;
}

static void disturb_compact_step(struct worker *w)
{
	const struct disturb_compact *s = w->state;
	ssize_t n = pwrite(s->fd, "1", 1, 0);

	w->result = n == 1 ? 0 : n < 0 ? -errno : -EIO;
}

static void disturb_compact_settle(struct worker *w)
{
	if (w->result)
		book_error(w, (int)w->result);
	else
		count_add(&w->counts->claimed, 1);
}

static void disturb_compact_teardown(struct worker *w)
{
	struct disturb_compact *s = w->state;

	if (s->fd > 0)
		close(s->fd);
}

static const struct need need_compact = NEED_WRITABLE(COMPACT_MEMORY);

static const struct effect effect_compact = {
	.name = "compacted",
	.help = "pages that compaction looked at (compact_migrate_scanned)",
	.pmd = VMSTAT_compact_migrate_scanned,
	.small = VMSTAT_compact_migrate_scanned,
};

const struct worker_ops worker_disturb_compact = {
	.name = "disturb_compact",
	.help = "have the kernel compact all of memory, which moves its pages",
	.call = "a write to vm.compact_memory",
	.part = PART_DISTURBER,
	.effect = &effect_compact,
	.needs = NEEDS(&need_compact),
	.state_size = sizeof(struct disturb_compact),
	.grants = 6,
	.setup = disturb_compact_setup,
	.aim = disturb_compact_aim,
	.step = disturb_compact_step,
	.settle = disturb_compact_settle,
	.teardown = disturb_compact_teardown,
};
