/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests: the detector's way from one record to events, without /dev/kmsg. */
#ifndef THPSTORM_DETECT_KMSG_H
#define THPSTORM_DETECT_KMSG_H

#include "detect/detector.h"

extern const struct detector_ops detector_kmsg;

/* Takes one record (changed in place) as if it had been read. */
void kmsg_take(struct detector *d, char *record);

#endif
