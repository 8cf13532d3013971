/* SPDX-License-Identifier: GPL-2.0-only */
/* Facts about transparent huge pages on this kernel; sizes come from the kernel, never assumed. */
#ifndef THPSTORM_SYSTEM_THP_H
#define THPSTORM_SYSTEM_THP_H

#include <stddef.h>

#include "base/base.h"

#define THP_SYSFS "/sys/kernel/mm/transparent_hugepage"

/*
 * What prctl(2) lets a process have, whatever `enabled` says. PR_SET_THP_DISABLE is inherited by
 * fork and execve: language runtimes, containers' shims and MemoryTHP= of systemd set it.
 */
enum thp_process {
	THP_PROCESS_ANY,
	THP_PROCESS_ADVISED, /* where madvise(2) asks for them: the arena does (6.18+) */
	THP_PROCESS_NONE,
};

/* What one family of knobs says. */
struct thp_choices {
	char all[16]; /* of its file in THP_SYSFS: always, madvise, never, ...; "" when it has none */
	char pmd[16];	  /* of the PMD's own size: also inherit; "" when it has no knob */
	uint64_t sizes;	  /* bit N: has a knob for huge pages of 2^N bytes (6.8+) */
	uint64_t counted; /* of those, the ones whose splits are counted (stats/split) */
};

struct thp_facts {
	bool present;	     /* the kernel has THP for anonymous memory */
	uint64_t page_bytes; /* base page */
	uint64_t pmd_bytes;  /* hpage_pmd_size; 0 when not present */
	char defrag[24];
	struct thp_choices anon, shmem;
	bool collapse;		  /* MADV_COLLAPSE is known (6.1+) */
	bool underused_split;	  /* split_underused_thp/shrink_underused is on (6.12+) */
	enum thp_process process; /* of this one */
};

/* A family of knobs: consts that a kind of memory points to. */
struct thp_knob {
	const char *file;    /* in THP_SYSFS and in THP_SYSFS/hugepages-SIZEkB */
	const char *advised; /* its word for "where madvise(2) asks" */
	size_t at;	     /* of its choices in struct thp_facts */
};
extern const struct thp_knob thp_knob_anon, thp_knob_shmem;

static inline const struct thp_choices *thp_choices_of(const struct thp_facts *thp,
						       const struct thp_knob *knob)
{
	return (const struct thp_choices *)((const char *)thp + knob->at);
}

void thp_read(struct thp_facts *out);

/* The calling process', now. */
enum thp_process thp_process_read(void);
/* Lets the calling process, and those that it forks later, have huge pages. 0 or -errno. */
int thp_process_allow(void);

/* THP_SYSFS/hugepages-64kB/@file, of one of .sizes; "enabled" is its knob. Returns buf. */
char *thp_size_path(uint64_t bytes, const char *file, char *buf, size_t size);
/* "64K", "2M": as the option thp_size takes it. Returns buf. */
char *thp_size_format(uint64_t bytes, char *buf, size_t size);
/* "64K 128K 2M" of a choice's sizes; "none". Returns buf. */
char *thp_sizes_format(uint64_t sizes, char *buf, size_t size);

/*
 * Whether the page at @addr of the calling process is part of a huge page: 1 yes, 0 no (or not
 * resident), -errno when it can't be known (-EPERM without CAP_SYS_ADMIN). Reads
 * /proc/self/pagemap and /proc/kpageflags: takes mmap_lock for reading.
 */
int thp_page_is_huge(const void *addr);

#endif
