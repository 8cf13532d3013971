/* SPDX-License-Identifier: GPL-2.0-only */
/* What the progress detector knows of each worker. */
#ifndef THPSTORM_DETECT_PROGRESS_H
#define THPSTORM_DETECT_PROGRESS_H

#include "detect/detector.h"

extern const struct detector_ops detector_progress;

/* The oldest that an operation of this worker was ever seen in flight, ns, in the storm. */
uint64_t progress_in_flight_max(const struct detector *d, unsigned worker);

#endif
