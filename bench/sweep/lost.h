/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is left of a machine that went down: the kernel's own record of it (pstore), the log of that
 * boot, where the system keeps one, and what somebody who listened to its console put beside them.
 */
#ifndef THPSTORM_BENCH_SWEEP_LOST_H
#define THPSTORM_BENCH_SWEEP_LOST_H

#include "base/error.h"

struct lost_sources {
	const char *pstore;	/* NULL: /sys/fs/pstore */
	const char *journalctl; /* NULL: journalctl(1) */
};

/* Neither: who looks is another machine than the one that went down. */
extern const struct lost_sources lost_elsewhere;

/*
 * Copies what there is to @dir/lost: pstore/NAME, kernel.log of the boot @boot (with dashes). @text
 * becomes one clause: the first line that announces harm in these, in
 * @dir/lost/console.log or in what had been streamed to @dir/kernel.log; else what was looked for
 * in vain. 0, or -errno when nothing could be written.
 */
int lost_collect(const char *dir, const char *boot, const struct lost_sources *from, char *text,
		 size_t size, struct error *err);

#endif
