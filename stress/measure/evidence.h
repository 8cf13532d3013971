/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Was that touch a fault? A perf software event (PERF_COUNT_SW_PAGE_FAULTS, sample_period 1, empty
 * sample) moves data_head of its ring buffer by one 8-byte record at each page fault of the thread,
 * so the thread reads its own fault count without a system call, and an observer in another
 * process reads it through a mapping of its own while the thread is stuck in the kernel.
 *
 * The buffer is mapped PROT_READ, which makes the kernel overwrite instead of waiting for a reader
 * (kernel/events/ring_buffer.c, perf_output_begin: rb->overwrite); mapped writable it would
 * freeze when full.
 *
 * Faults of get_user_pages raise no such event (mm/memory.c, mm_account_fault(): without registers it
 * counts for the thread alone): they are in ru_minflt and ru_majflt of getrusage(2), which is a
 * system call for each look, and which nobody else can read.
 */
#ifndef THPSTORM_MEASURE_EVIDENCE_H
#define THPSTORM_MEASURE_EVIDENCE_H

#include <linux/perf_event.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "base/base.h"
#include "base/error.h"

enum evidence_mode {
	EVIDENCE_USER,	 /* faults taken in user mode only */
	EVIDENCE_KERNEL, /* faults taken in kernel mode only; needs CAP_PERFMON or paranoid < 2 */
	EVIDENCE_RUSAGE, /* all faults of the thread, those of get_user_pages too; by getrusage(2) */
};

struct evidence {
	struct perf_event_mmap_page *page; /* NULL: not by perf */
	bool rusage;			   /* without either no evidence: every count reads 0 */
	size_t mapped;			   /* bytes */
	int fd;				   /* -1 when closed */
};

#define EVIDENCE_RECORD_BYTES 8
#define EVIDENCE_DATA_PAGES   64

/* Opens and maps the event for the calling thread. On error @ev is closed. Returns 0 or -errno. */
int evidence_open(struct evidence *ev, enum evidence_mode mode, struct error *err);
/* Maps an event that another process opened; @fd is taken over (also on error). */
int evidence_attach(struct evidence *ev, int fd, struct error *err);
/* Accepts a zeroed or half-open struct. */
void evidence_close(struct evidence *ev);
/*
 * Known answer: touches @n fresh pages and compares. Returns 0 when exactly the expected number of
 * faults was seen, -EIO otherwise. For EVIDENCE_KERNEL the pages are touched by read(2) from
 * /dev/zero, for EVIDENCE_RUSAGE by process_vm_writev(2). Maps and unmaps memory: not while measuring.
 */
int evidence_self_test(struct evidence *ev, enum evidence_mode mode, unsigned n, struct error *err);

/* Whether faults are counted. */
static inline bool evidence_counts(const struct evidence *ev)
{
	return ev->page || ev->rusage;
}

/* Of the calling thread. */
static inline uint64_t evidence_rusage(void)
{
	struct rusage u;

	return getrusage(RUSAGE_THREAD, &u) ? 0 : (uint64_t)(u.ru_minflt + u.ru_majflt);
}

/* Faults so far; only differences mean something. What is read later is not older than it. */
static inline uint64_t evidence_count(const struct evidence *ev)
{
	if (!ev->page)
		return unlikely(ev->rusage) ? evidence_rusage() : 0;
	return __atomic_load_n(&ev->page->data_head, __ATOMIC_ACQUIRE) / EVIDENCE_RECORD_BYTES;
}

#endif
