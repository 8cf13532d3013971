/* SPDX-License-Identifier: GPL-2.0-only */
/* What the heartbeats cost. */
#ifndef THPSTORM_DETECT_HEARTBEAT_H
#define THPSTORM_DETECT_HEARTBEAT_H

#include "detect/detector.h"

extern const struct detector_ops detector_heartbeat;

/* CPU time (ns) of the heartbeat thread on @cpu since it started; 0 where there is none. */
uint64_t heartbeat_cpu_ns(const struct detector *d, int cpu);

#endif
