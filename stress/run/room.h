/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether the arena has room in memory: that of the nodes it is bound to, or else of all that this
 * process may use. Free memory and page cache count, less what is kept for the machine.
 */
#ifndef THPSTORM_RUN_ROOM_H
#define THPSTORM_RUN_ROOM_H

#include "base/error.h"
#include "contract/plan.h"
#include "contract/given.h"

/* Kept: so much, and of a small machine no more than this part of its memory. */
#define ROOM_KEPT      (256 * MIB)
#define ROOM_KEPT_PART 4

/*
 * 0, -EINVAL (with the arena that would do), or -ENOMEM where not even the smallest one has room: a
 * SKIP.
 */
int room_check(const struct given *given, struct error *why);

#endif
