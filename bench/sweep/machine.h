/* SPDX-License-Identifier: GPL-2.0-only */
/* One sweep at a time on a machine. */
#ifndef THPSTORM_BENCH_SWEEP_MACHINE_H
#define THPSTORM_BENCH_SWEEP_MACHINE_H

#include "sweep/sweep.h"

/*
 * One sweep on a machine. -EBUSY with the pid and directory of the first. The lock ends with the
 * process. Where its file can't be, the machine's own lock is all there is (sweep_take_machine()).
 */
int sweep_lock(struct sweep *s, struct error *err);
/*
 * The machine is the sweep's from its first cell to its last: no other run comes in between. -EBUSY
 * when one goes on. What a sweep that was killed left is waited for.
 */
int sweep_take_machine(struct error *err);
/* Tells a second one where this one writes. */
void sweep_lock_name(struct sweep *s, const char *dir);

#endif
