/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests: the detector with another directory in place of /. */
#ifndef THPSTORM_DETECT_TAINT_H
#define THPSTORM_DETECT_TAINT_H

#include "detect/detector.h"

extern const struct detector_ops detector_taint;

/* Before start(). @root must outlive the detector. */
void taint_set_root(struct detector *d, const char *root);

#endif
