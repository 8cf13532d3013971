/* SPDX-License-Identifier: GPL-2.0-only */
/* A process that storms: the workers of a site, and nothing that observes. */
#ifndef THPSTORM_RUN_STORM_H
#define THPSTORM_RUN_STORM_H

#include "contract/given.h"
#include "contract/share.h"

/* What the storm exits with when a signal on one of its own addresses ended it (site_share.death). */
#define STORM_EXIT_DIED 121

/* Runs in the child of the fork; returns its exit status: 0, or 1 with the failure of its site_share. */
int storm_main(const struct given *given, struct share *share, unsigned site);

#endif
