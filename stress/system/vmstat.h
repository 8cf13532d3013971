/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's own counters of what was done (/proc/vmstat). Reading sums per-CPU counters and
 * waits for nobody, so the observer may do it during a storm (never vmstat_refresh).
 */
#ifndef THPSTORM_SYSTEM_VMSTAT_H
#define THPSTORM_SYSTEM_VMSTAT_H

#include "base/base.h"

#define VMSTAT_COUNTERS(X)                                                                         \
	X(thp_fault_alloc)                                                                         \
	X(thp_fault_fallback)                                                                      \
	X(thp_split_page)                                                                          \
	X(thp_split_page_failed)                                                                   \
	X(thp_deferred_split_page)                                                                 \
	X(thp_split_pmd)                                                                           \
	X(thp_migration_success)                                                                   \
	X(thp_migration_fail)                                                                      \
	X(thp_migration_split)                                                                     \
	X(thp_collapse_alloc)                                                                      \
	X(pgmigrate_success)                                                                       \
	X(pgmigrate_fail)                                                                          \
	X(pgfault)                                                                                 \
	X(pgmajfault)                                                                              \
	X(pswpin)                                                                                  \
	X(pswpout)                                                                                 \
	X(numa_hint_faults)                                                                        \
	X(oom_kill)

enum vmstat_counter {
#define X(name) VMSTAT_##name,
	VMSTAT_COUNTERS(X)
#undef X
		VMSTAT_COUNT
};

#define VMSTAT_ABSENT UINT64_MAX /* this kernel has no such counter */

struct vmstat {
	uint64_t value[VMSTAT_COUNT];
};

extern const char *const vmstat_names[VMSTAT_COUNT];

/* Opens /proc/vmstat once; returns an fd to be used with vmstat_read(), or -errno. */
int vmstat_open(void);
/* Fills @out. Returns 0 or -errno. No allocation. */
int vmstat_read(int fd, struct vmstat *out);
/* Pure parser, for tests. */
void vmstat_parse(const char *text, struct vmstat *out);
/* @after - @before; VMSTAT_ABSENT where either is absent. */
uint64_t vmstat_delta(const struct vmstat *before, const struct vmstat *after,
		      enum vmstat_counter c);

#endif
