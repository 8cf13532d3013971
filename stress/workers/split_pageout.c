/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Splits THPs by MADV_PAGEOUT on one page: the split of split_cold, then reclaim of that page,
 * which goes to swap where there is swap and stays where there is none. Timed: the madvise(2) call.
 * It returns 0 whether or not anything was split; what was split is vmstat's thp_split_page. A
 * failure is a return other than 0.
 */
#include <sys/mman.h>

#include "base/missing.h"
#include "workers/splitter.h"

static void split_pageout_step(struct worker *w)
{
	splitter_advise(w, MADV_PAGEOUT);
}

static const struct need need_pageout = NEED_ADVICE(MADV_PAGEOUT);

const struct worker_ops worker_split_pageout = {
	.name = "split_pageout",
	.help = "split THPs by MADV_PAGEOUT on one page of each",
	.call = "madvise(2) MADV_PAGEOUT",
	.part = PART_OWNER,
	.takes = TAKES_WHOLE,
	.effect = &effect_split,
	.needs = NEEDS(&need_pageout),
	.pages_out = true,
	.aim = splitter_aim,
	.step = split_pageout_step,
	.settle = splitter_settle,
};
