/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Splits THPs by MADV_FREE on one page (madvise_free_huge_pmd() in mm/huge_memory.c). The kernel
 * may take that page's content away from now on, so a zero there is no loss. Timed: the madvise(2)
 * call. It returns 0 whether or not anything was split; what was split is vmstat's thp_split_page.
 * A failure is a return other than 0. It takes private anonymous memory only.
 */
#include <sys/mman.h>

#include "base/missing.h"
#include "workers/splitter.h"

static void split_free_step(struct worker *w)
{
	splitter_advise(w, MADV_FREE);
}

static const struct need need_free = NEED_ADVICE(MADV_FREE);

const struct worker_ops worker_split_free = {
	.name = "split_free",
	.help = "split THPs by MADV_FREE on one page of each",
	.call = "madvise(2) MADV_FREE",
	.part = PART_OWNER,
	.takes = TAKES_WHOLE,
	.effect = &effect_split,
	.needs = NEEDS(&need_free, &need_anonymous),
	.aim = splitter_aim_dropping,
	.step = split_free_step,
	.settle = splitter_settle,
};
