/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults pages in another process by get_user_pages: process_vm_readv(2) of a victim that shares the
 * slots. process_vm_rw_single_vec() in mm/process_vm_access.c pins the page by
 * pin_user_pages_remote(), and faultin_page() in mm/gup.c takes the fault for it: with the victim's
 * mmap_lock and page tables, so that a writer of the storm's own mmap_lock is in nobody's way, and
 * in the retry loop of __get_user_pages() instead of an exception.
 *
 * What the victim sees must be what the storm splits or moves. A fork of private memory is not that:
 * its pages are the old ones as soon as a slot is made anew, and madvise(2) splits no anonymous huge
 * page that two processes map (madvise_cold_or_pageout_pte_range() passes it by). So it needs memory
 * that lasts (memory.h: .lasting). A victim that has mapped a slot keeps MADV_COLD from splitting it, too: it
 * is of use where it comes first while the slot is hot, so aim it there.
 *
 * Timed: the process_vm_readv(2) call; the faults are those of getrusage(2), since perf sees none of
 * get_user_pages. In the quiet phase it reads its own process. A failure is a return other than its
 * bytes, or a wrong pattern afterwards.
 */
#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>

#include "workers/book.h"

struct fault_gup {
	pid_t from; /* of this operation */
	uint64_t word;
};

static void fault_gup_ready(struct worker *w)
{
	struct fault_gup *s = w->state;

	s->from = w->at.slot == AIM_PRIVATE ? getpid() : w->victim[0];
}

/* 0 or -errno. */
ALWAYS_INLINE int read_word(pid_t of, void *at, uint64_t *word)
{
	const struct iovec to = {.iov_base = word, .iov_len = sizeof(*word)};
	const struct iovec from = {.iov_base = at, .iov_len = sizeof(*word)};
	ssize_t n = process_vm_readv(of, &to, 1, &from, 1, 0);

	return n == (ssize_t)sizeof(*word) ? 0 : n < 0 ? -errno : -EIO;
}

static void fault_gup_step(struct worker *w)
{
	struct fault_gup *s = w->state;

	w->result = read_word(s->from, w->at.addr, &s->word);
}

static int check_readv(const struct need *need, const struct needer *who, struct error *why)
{
	uint64_t here = 1, there = 0;
	int ret = read_word(getpid(), &here, &there);

	return ret ? error_errno(why, -ret, "%s needs process_vm_readv(2)", who->name) : 0;
}

static const struct need need_readv = {.check = check_readv};

const struct worker_ops worker_fault_gup = {
	.name = "fault_gup",
	.help = "fault pages in another process by process_vm_readv(2)",
	.call = "process_vm_readv(2)",
	.part = PART_FAULTER,
	.faults = FAULTS_RUSAGE,
	.needs = NEEDS(&need_readv, &need_lasting),
	.victims = 1,
	.state_size = sizeof(struct fault_gup),
	.ready = fault_gup_ready,
	.step = fault_gup_step,
	.settle = book_touch,
};
