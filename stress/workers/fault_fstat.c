/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults pages from kernel mode: fstat(2) with its buffer in the page, so that the copy_to_user()
 * of cp_new_stat() in fs/stat.c takes the fault by exception inside the kernel. On a kernel without
 * ffc90cbb2970 ("mm, thp: use head page in __migration_entry_wait()") such a fault on a tail page
 * under migration entries spins without rescheduling.
 * Timed: the fstat(2) call. A failure is a return other than 0.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "workers/book.h"

struct fault_fstat {
	int fd;
};

static_assert(sizeof(struct stat) <= ARENA_BUFFER_MAX, "the buffer would reach the pattern");

static int fault_fstat_setup(struct worker *w)
{
	struct fault_fstat *s = w->state;

	s->fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return s->fd < 0 ? error_errno(&w->error, errno, "cannot open /dev/null") : 0;
}

/* The raw call: libc's fstat() is newfstatat(2) with an empty path on new versions, which copies
   that path from user memory first. */
static void fault_fstat_step(struct worker *w)
{
	const struct fault_fstat *s = w->state;

	w->result = syscall(SYS_fstat, s->fd, w->at.addr) ? -errno : 0;
}

static void fault_fstat_teardown(struct worker *w)
{
	struct fault_fstat *s = w->state;

	if (s->fd > 0)
		close(s->fd);
}

const struct worker_ops worker_fault_fstat = {
	.name = "fault_fstat",
	.help = "fault pages from kernel mode by fstat(2) into them",
	.call = "fstat(2)",
	.part = PART_FAULTER,
	.faults = FAULTS_PERF_KERNEL,
	.stores = sizeof(struct stat),
	.state_size = sizeof(struct fault_fstat),
	.setup = fault_fstat_setup,
	.step = fault_fstat_step,
	.settle = book_touch,
	.teardown = fault_fstat_teardown,
};
