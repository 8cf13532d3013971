/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the system's log knows of a boot that ended: its kernel log, and when the boots after it
 * began. journalctl(1) is asked, within a time limit: this happens while a machine boots.
 */
#ifndef THPSTORM_BENCH_SWEEP_BOOTS_H
#define THPSTORM_BENCH_SWEEP_BOOTS_H

#include "base/base.h"

#define BOOTS_LIMIT_MS 30000

/* @boot: its id, with dashes or without; @journalctl: the program, "": there is none. */
struct boots {
	const char *journalctl;
	unsigned limit_ms; /* 0: BOOTS_LIMIT_MS */
};

/* The kernel log of that boot into the file @to. 0, or -errno: -ENODATA there is none. */
int boots_log(const struct boots *b, const char *boot, const char *to);
/*
 * When the boot after it began, and the one after that; seconds since the epoch, 0: not known.
 */
void boots_after(const struct boots *b, const char *boot, long long next[2]);

#endif
