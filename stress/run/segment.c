/* SPDX-License-Identifier: GPL-2.0-only */
/* The shared segment and the futexes in it. See segment.h. */
#include "run/segment.h"

#include <errno.h>
#include <limits.h>
#include <numaif.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/futex.h"
#include "base/missing.h"
#include "contract/plan.h"
#include "measure/clock.h"
#include "system/node_mask.h"

_Static_assert(PLAN_GROUPS_MAX <= 256, "phase_word() has 8 bits for the group");

/* Best effort: a kernel without NUMA, or a node without memory, gives what it has. */
static void prefer_node(void *at, size_t bytes, short node)
{
	struct node_mask mask;

	if (node < 0 || node >= NODE_IDS_MAX)
		return;
	mask = node_mask_of(node);
	mbind(at, bytes, MPOL_PREFERRED, mask.word, NODE_MASK_MAXNODE, 0);
}

int share_create(struct share *s, unsigned sites, unsigned workers, const short *nodes,
		 struct error *err)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t head = round_up_u64(sizeof(struct share_head), page);
	int fd, e;

	memset(s, 0, sizeof(*s));
	s->workers = workers;
	s->sites = sites;
	s->site_stride = round_up_u64(sizeof(struct site_share), page);
	s->stride = round_up_u64(sizeof(struct worker_share), page);
	s->bytes = head + s->site_stride * sites + s->stride * workers;

	fd = memfd_create("thpstorm-share", MFD_CLOEXEC);
	if (fd < 0)
		return error_errno(err, errno, "memfd_create for the shared segment");
	if (ftruncate(fd, (off_t)s->bytes)) {
		e = errno;
		close(fd);
		return error_errno(err, e, "shared segment of %zu bytes", s->bytes);
	}
	s->mapped = mmap(NULL, s->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	e = errno;
	close(fd);
	if (s->mapped == MAP_FAILED) {
		s->mapped = NULL;
		return error_errno(err, e, "cannot map the shared segment of %zu bytes", s->bytes);
	}
	madvise(s->mapped, s->bytes, MADV_NOHUGEPAGE);
	s->head = (struct share_head *)s->mapped;
	for (unsigned i = 0; i < workers; i++)
		prefer_node(share_worker(s, i), s->stride, nodes[i]);
	memset(s->mapped, 0, s->bytes);
	if (mlock(s->mapped, s->bytes))
		s->unlocked = errno;
	for (unsigned i = 0; i < workers; i++) {
		share_worker(s, i)->cpu = -1;
		share_worker(s, i)->evidence_fd = -1;
	}
	share_reset_histograms(s);
	return 0;
}

void share_populate(struct share *s, struct site_share *site)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	/* Before Linux 5.14 a write to each page, which changes nothing that somebody else writes.
	 */
	if (madvise(s->mapped, s->bytes, MADV_POPULATE_WRITE)) {
		for (size_t at = 0; at < s->bytes; at += page)
			__atomic_fetch_add(&s->mapped[at], 0, __ATOMIC_RELAXED);
	}
	if (mlock(s->mapped, s->bytes))
		site->unlocked = errno;
}

void share_destroy(struct share *s)
{
	if (s->mapped)
		munmap(s->mapped, s->bytes);
	memset(s, 0, sizeof(*s));
}

void share_reset_histograms(struct share *s)
{
	for (unsigned i = 0; i < s->workers; i++) {
		struct worker_share *w = share_worker(s, i);

		histogram_reset(&w->plain);
		histogram_reset(&w->fault);
		histogram_reset(&w->behind);
		memset(&w->faults_per_touch, 0, sizeof(w->faults_per_touch));
		memset(&w->naps, 0, sizeof(w->naps));
	}
}

void share_set_phase(struct share *s, enum phase phase, unsigned group)
{
	uint32_t number = (load_relaxed(&s->head->phase) >> 16) + 1;

	__atomic_store_n(&s->head->phase, phase_word(phase, group, number), __ATOMIC_SEQ_CST);
	futex_wake(&s->head->phase, FUTEX_OF_PROCESSES, INT_MAX);
}

void share_park(struct share *s, struct worker_share *w, uint32_t word)
{
	if (w) {
		store_relaxed(&w->life, LIFE_PARKED);
		store_release(&w->parked_on, word + 1);
		__atomic_add_fetch(&s->head->parkings, 1, __ATOMIC_SEQ_CST);
		futex_wake(&s->head->parkings, FUTEX_OF_PROCESSES, 1);
	}
	while (__atomic_load_n(&s->head->phase, __ATOMIC_SEQ_CST) == word)
		futex_wait(&s->head->phase, word, FUTEX_OF_PROCESSES, NULL);
	if (w)
		store_relaxed(&w->life, LIFE_RUNNING);
}

void share_await_stop(struct share *s, struct worker_share *w)
{
	uint32_t word;

	while (phase_of(word = load_acquire(&s->head->phase)) != PHASE_STOP)
		share_park(s, w, word);
}

bool share_all_parked(struct share *s, uint64_t ns)
{
	struct timespec left = timespec_from_ns(ns);
	uint32_t parkings = __atomic_load_n(&s->head->parkings, __ATOMIC_SEQ_CST);
	uint32_t word = load_relaxed(&s->head->phase);
	unsigned i;

	for (i = 0; i < s->workers; i++) {
		if (load_acquire(&share_worker(s, i)->parked_on) != word + 1)
			break;
	}
	if (i == s->workers)
		return true;
	if (ns)
		futex_wait(&s->head->parkings, parkings, FUTEX_OF_PROCESSES, &left);
	return false;
}
