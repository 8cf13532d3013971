/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's own counters of what was done: /proc/vmstat, and for huge pages smaller than a PMD,
 * which vmstat's thp_* counters leave out, those of their size
 * (/sys/kernel/mm/transparent_hugepage/hugepages-SIZEkB/stats; mm/huge_memory.c:
 * count_mthp_stat()). Reading sums per-CPU counters and waits for nobody, so the observer may do it
 * during a storm (never vmstat_refresh).
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
	X(compact_migrate_scanned)                                                                 \
	X(pgfault)                                                                                 \
	X(pgmajfault)                                                                              \
	X(pswpin)                                                                                  \
	X(pswpout)                                                                                 \
	X(numa_hint_faults)                                                                        \
	X(oom_kill)

/* Files of a size's stats. Absent unless a size was asked for. */
#define VMSTAT_SIZE_COUNTERS(X)                                                                    \
	X(split)                                                                                   \
	X(split_failed)                                                                            \
	X(split_deferred)                                                                          \
	X(anon_fault_alloc)                                                                        \
	X(anon_fault_fallback)

enum vmstat_counter {
#define X(name) VMSTAT_##name,
	VMSTAT_COUNTERS(X)
#undef X
#define X(name) VMSTAT_size_##name,
		VMSTAT_SIZE_COUNTERS(X)
#undef X
			VMSTAT_COUNT
};

#define VMSTAT_SIZE_FIRST VMSTAT_size_split
#define VMSTAT_SIZE_COUNT (VMSTAT_COUNT - VMSTAT_SIZE_FIRST)

#define VMSTAT_ABSENT UINT64_MAX /* this kernel has no such counter */

struct vmstat {
	uint64_t value[VMSTAT_COUNT];
};

extern const char *const vmstat_names[VMSTAT_COUNT];

struct vmstat_files {
	int vmstat;
	int of_size[VMSTAT_SIZE_COUNT]; /* -1: not asked for, or this kernel has no such file */
};

/*
 * Opens the files once. @size: bytes of the huge pages whose own counters are wanted too, 0 none.
 * 0 or -errno; close with vmstat_close().
 */
int vmstat_open(struct vmstat_files *files, uint64_t size);
void vmstat_close(struct vmstat_files *files);
/* Fills @out. 0, or -errno with every counter VMSTAT_ABSENT. No allocation. */
int vmstat_read(const struct vmstat_files *files, struct vmstat *out);
/* Pure parser of /proc/vmstat, for tests. */
void vmstat_parse(const char *text, struct vmstat *out);
/* @after - @before; VMSTAT_ABSENT where either is absent. */
uint64_t vmstat_delta(const struct vmstat *before, const struct vmstat *after,
		      enum vmstat_counter c);

#endif
