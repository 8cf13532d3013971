/* SPDX-License-Identifier: GPL-2.0-only */
/* What the progress detector knows of each worker. */
#ifndef THPSTORM_DETECT_PROGRESS_H
#define THPSTORM_DETECT_PROGRESS_H

#include "detect/detector.h"

extern const struct detector_ops detector_progress;

/*
 * The oldest that an operation of this worker was ever seen in flight, ns, in the storm or until
 * its end; outside only what was told as stuck counts.
 */
uint64_t progress_in_flight_max(const struct detector *d, unsigned worker);

/*
 * "tails (fault_fstat) on tail page 317 of slot 5, in flight for 7.1 s, ..." into @buf. False when
 * nothing of this worker is in flight.
 */
bool progress_describe(const struct watch *watch, unsigned worker, uint64_t now, char *buf,
		       size_t size);

/* From which age on (ns) an operation of this worker is a finding. */
uint64_t progress_limit(const struct watch *watch, unsigned worker);

/* Its age, ns; 0 when nothing of this worker is in flight. */
uint64_t progress_age(const struct watch *watch, unsigned worker, uint64_t now);

#endif
