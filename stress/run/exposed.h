/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a storm exposed its kernel to. The kernel counts for the whole machine; what counts as this
 * storm's is bounded by what its workers claim to have done and by the huge pages that they had.
 */
#ifndef THPSTORM_RUN_EXPOSED_H
#define THPSTORM_RUN_EXPOSED_H

#include "base/error.h"
#include "contract/given.h"
#include "contract/record.h"

/*
 * Whether what the plan's [expose] declares can be counted by this kernel, for this user and with
 * these groups. 0, or -ENOTSUP and why not.
 */
int exposure_check(const struct given *given, struct error *why);

/*
 * Fills exposed, counted and rollbacks_known of @r from its groups, its counters before and after
 * the storm and own_swapped_out. Pure.
 */
void exposure_collect(const struct given *given, struct run_record *r);

/* Whether what bounds it is what the workers claim; else the huge pages or the cgroup that they had. */
bool exposure_is_claimed(const struct run_plan *plan, enum exposure e);

/* Whether a counter of the machine exceeds @bound by more than its own inaccuracy explains. */
bool exposure_exceeds(uint64_t counted, uint64_t bound);

/*
 * A sentence for each counter of the machine that cannot be this storm's alone, one a call: @at is
 * 0 first and is advanced. NULL: no more; else @buf.
 */
char *exposure_weakness(const struct given *given, const struct run_record *r, int *at, char *buf,
			size_t size);

#endif
