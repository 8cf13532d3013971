/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exposures: what must have happened for a PASS to mean something. A config declares minimums in
 * its [expose] section under these names.
 */
#ifndef THPSTORM_CONTRACT_EXPOSURE_H
#define THPSTORM_CONTRACT_EXPOSURE_H

/* X(name, what it counts, for help and report) */
#define EXPOSURES(X)                                                                               \
	X(folio_splits, "huge pages really split (thp_split_page, or of their size)")              \
	X(rollbacks, "splits rolled back with entries in place (thp_split_pmd - thp_split_page)")  \
	X(pmd_splits, "huge page mappings split (vmstat thp_split_pmd)")                           \
	X(thp_moved, "huge pages moved whole (vmstat thp_migration_success)")                      \
	X(pages_migrated, "base pages moved, of huge pages or not (vmstat pgmigrate_success)")     \
	X(kernel_hot_tail_faults, "kernel-mode faults on a tail of a THP under split or move")     \
	X(user_hot_tail_faults, "user-mode faults on a tail of a THP under split or move")         \
	X(kernel_faults, "kernel-mode faults by evidence")                                         \
	X(user_faults, "user-mode faults by evidence")                                             \
	X(swapped_out, "pages written to swap (vmstat pswpout)")                                   \
	X(operations, "finished operations of all workers")

enum exposure {
#define X(name, what) EXPOSURE_##name,
	EXPOSURES(X)
#undef X
		EXPOSURE_COUNT
};

extern const char *const exposure_names[EXPOSURE_COUNT];
extern const char *const exposure_help[EXPOSURE_COUNT];

#endif
