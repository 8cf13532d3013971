/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records of crashes that the kernel left in pstore, or that systemd-pstore(8) has moved from there
 * to its archive: those of one crash, and no other's.
 */
#ifndef THPSTORM_BENCH_SWEEP_DUMPS_H
#define THPSTORM_BENCH_SWEEP_DUMPS_H

#include "base/base.h"

/* When the crash was; seconds since the epoch of the wall clock, 0: not known. */
struct dumps_of {
	long long since;  /* the sweep's session began: the same boot, before the crash */
	long long before; /* the boot after it began */
	long long moved;  /* the boot after that one began: by then its records had been moved */
	long long booted; /* this boot began */
};

struct dumps_place {
	const char *path; /* it and what is below it */
	bool archive;	  /* files have the time of their move, not of the crash */
};

struct dumps_found {
	unsigned taken; /* copied now, or for the same cell before */
	unsigned other; /* of another crash by their time, or another cell has them */
};

/*
 * Copies what is of this crash to @cell/lost/pstore/. The owner's own stay where they are; what the
 * directory of another cell beside @cell has is not taken again.
 */
struct dumps_found dumps_take(const struct dumps_place *place, const struct dumps_of *of,
			      const char *cell);
/*
 * The time that a record's name has ("dmesg-efi-171234567801001", "dmesg-erst-..."), 0: none.
 */
long long dumps_time_of(const char *name);

#endif
