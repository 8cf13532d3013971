/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is left of a machine that went down: the kernel's own record of it (pstore), the log of that
 * boot, where the system keeps one, and what somebody who listened to its console put beside them.
 */
#ifndef THPSTORM_BENCH_SWEEP_LOST_H
#define THPSTORM_BENCH_SWEEP_LOST_H

#include "base/error.h"

#define LOST_TEXT_MAX 200

/* Where to look; a NULL or 0 stands for what is named. */
struct lost_sources {
	const char *pstore;  /* /sys/fs/pstore */
	const char *archive; /* /var/lib/systemd/pstore, where systemd-pstore(8) moves its files */
	const char *journalctl; /* journalctl(1) */
	unsigned limit_ms;	/* for journalctl: BOOTS_LIMIT_MS */
	long long booted;	/* this machine, seconds since the epoch: by its clocks */
};

struct lost_machine {
	const char *boot; /* its id, with dashes */
	long long since;  /* the session of the sweep began, seconds since the epoch */
};

/* None of them: who looks is another machine than the one that went down. */
extern const struct lost_sources lost_elsewhere;

/*
 * Copies what there is to @dir/lost: pstore/NAME of that crash (dumps.h), kernel.log of that boot.
 * @text becomes one clause: the first line that announces harm in these, in
 * @dir/lost/console.log or in what had been streamed to @dir/kernel.log, with how many files came
 * from where; else what was looked for in vain. 0, or -errno when nothing could be written.
 */
int lost_collect(const char *dir, const struct lost_machine *m, const struct lost_sources *from,
		 char *text, size_t size, struct error *err);

#endif
