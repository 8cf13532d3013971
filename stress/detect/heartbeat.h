/* SPDX-License-Identifier: GPL-2.0-only */
/* What the heartbeats cost, and which CPU does not beat. */
#ifndef THPSTORM_DETECT_HEARTBEAT_H
#define THPSTORM_DETECT_HEARTBEAT_H

#include "detect/detector.h"

extern const struct detector_ops detector_heartbeat;

/* CPU time (ns) of the heartbeat thread on @cpu since it started; 0 where there is none. */
uint64_t heartbeat_cpu_ns(const struct detector *d, int cpu);

/* How long the beat of @cpu is overdue at @now, ns; 0 when it is not, or there is none. */
uint64_t heartbeat_gap(const struct detector *d, int cpu, uint64_t now);

#endif
