/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Splits THPs the slow way: MADV_DONTNEED on one page splits the PMD mapping and queues the folio
 * (deferred_split_folio() in mm/huge_memory.c); when the range is through, dropping slab caches
 * runs the deferred-split shrinker, which takes the folios apart while the faulters are at them.
 * Timed: the madvise(2) call, that is the PMD split. The drain is not: it is counted by vmstat's
 * thp_split_page. It writes 2 to vm.drop_caches, of which the kernel logs a line each time.
 * No folio of shared memory is queued.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "measure/clock.h"
#include "workers/book.h"
#include "workers/splitter.h"

#define DROP_CACHES "/proc/sys/vm/drop_caches"

struct split_dontneed {
	int drop_caches;
	bool queued; /* folios of this round wait for the shrinker */
};

static int split_dontneed_setup(struct worker *w)
{
	struct split_dontneed *s = w->state;

	s->drop_caches = open(DROP_CACHES, O_WRONLY | O_CLOEXEC);
	if (s->drop_caches < 0)
		return error_errno(&w->error, errno, "cannot open " DROP_CACHES);
	return 0;
}

/* The whole range is being split: the hot slot is BUSY again until its folios are apart. */
static void split_dontneed_drain(struct worker *w)
{
	struct split_dontneed *s = w->state;

	if (!s->queued)
		return;
	chore_begin(&w->share->chore, CHORE_DRAIN, clock_now());
	arena_slot_begin(w->arena, w->owner, w->at.slot);
	if (pwrite(s->drop_caches, "2", 1, 0) != 1)
		book_error(w, -errno);
	else
		count_add(&w->counts->drains, 1);
	arena_slot_end(w->arena, w->at.slot, SLOT_SPLIT);
	s->queued = false;
	chore_end(&w->share->chore);
}

static void split_dontneed_step(struct worker *w)
{
	splitter_advise(w, MADV_DONTNEED);
}

static void split_dontneed_settle(struct worker *w)
{
	struct split_dontneed *s = w->state;

	s->queued |= !w->result;
	splitter_settle(w);
}

static void split_dontneed_teardown(struct worker *w)
{
	struct split_dontneed *s = w->state;

	if (s->drop_caches > 0)
		close(s->drop_caches);
}

static const struct need need_drop_caches = NEED_WRITABLE(DROP_CACHES);

const struct worker_ops worker_split_dontneed = {
	.name = "split_dontneed",
	.help = "split PMDs by MADV_DONTNEED on one page, then the folios by reclaim",
	.call = "madvise(2) MADV_DONTNEED",
	.part = PART_OWNER,
	.takes = TAKES_WHOLE,
	.effect = &effect_split,
	.needs = NEEDS(&need_drop_caches, &need_anonymous),
	.state_size = sizeof(struct split_dontneed),
	.splits_pmd = true,
	.setup = split_dontneed_setup,
	.aim = splitter_aim_dropping,
	.step = split_dontneed_step,
	.drain = split_dontneed_drain,
	.settle = split_dontneed_settle,
	.teardown = split_dontneed_teardown,
};
