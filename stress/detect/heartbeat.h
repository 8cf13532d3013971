/* SPDX-License-Identifier: GPL-2.0-only */
/* What the heartbeats cost, and which CPU does not beat. */
#ifndef THPSTORM_DETECT_HEARTBEAT_H
#define THPSTORM_DETECT_HEARTBEAT_H

#include "detect/detector.h"

extern const struct detector_ops detector_heartbeat;

/* CPU time (ns) of the heartbeat thread on @cpu since it started; 0 where there is none. */
uint64_t heartbeat_cpu_ns(const struct detector *d, int cpu);

/* A CPU and how late its beat was. */
struct late_beat {
	int cpu;
	uint64_t late; /* ns */
};

/*
 * The @index'th watched CPU (from 0) and the latest of its beats that the detector's polls saw
 * since the last call for it, one that is overdue at @now among them. False: there are no more
 * CPUs. For the watch thread only.
 */
bool heartbeat_take(const struct detector *d, unsigned index, uint64_t now, struct late_beat *beat);

/*
 * How late the least late of all heartbeats is at @now, ns, by its own word or by being overdue:
 * before the detector's poll. UINT64_MAX: there are none.
 */
uint64_t heartbeat_least_late(const struct detector *d, uint64_t now);

/* How long the beat of @cpu is overdue at @now, ns; 0 when it is not, or there is none. */
uint64_t heartbeat_gap(const struct detector *d, int cpu, uint64_t now);

#endif
