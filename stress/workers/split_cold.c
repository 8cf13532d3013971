/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Splits THPs by MADV_COLD on one page (madvise_cold_or_pageout_pte_range() in mm/madvise.c ends in
 * split_folio()): migration entries stand for all pages of the folio while it is taken apart.
 * Timed: the madvise(2) call. The call returns 0 whether or not anything was split; what was split
 * is vmstat's thp_split_page. A failure is a return other than 0.
 */
#include <sys/mman.h>

#include "base/missing.h"
#include "workers/splitter.h"

static void split_cold_step(struct worker *w)
{
	splitter_advise(w, MADV_COLD);
}

static const struct need need_cold = NEED_ADVICE(MADV_COLD);

const struct worker_ops worker_split_cold = {
	.name = "split_cold",
	.help = "split THPs by MADV_COLD on one page of each",
	.call = "madvise(2) MADV_COLD",
	.part = PART_OWNER,
	.takes = TAKES_WHOLE,
	.effect = &effect_split,
	.needs = NEEDS(&need_cold),
	.aim = splitter_aim,
	.step = split_cold_step,
	.settle = splitter_settle,
};
