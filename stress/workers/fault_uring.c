/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults pages from kernel mode inside io_uring_enter(2): a read of /dev/zero into the page, done
 * inline by the submitting thread (clear_user() in drivers/char/mem.c takes the fault).
 * Timed: io_uring_enter(2), submit one and wait for it. A failure is a short or failed read.
 */
#include "workers/uring.h"

static void fault_uring_ready(struct worker *w)
{
	uring_prepare(w, 0);
}

const struct worker_ops worker_fault_uring = {
	.name = "fault_uring",
	.help = "fault pages from kernel mode by io_uring reads, inline",
	.call = "io_uring_enter(2)",
	.part = PART_FAULTER,
	.faults = FAULTS_PERF_KERNEL,
	.stores = URING_READ_BYTES,
	.needs = NEEDS(&need_io_uring),
	.state_size = sizeof(struct uring),
	.setup = uring_setup,
	.ready = fault_uring_ready,
	.step = uring_step,
	.settle = uring_settle,
	.teardown = uring_teardown,
};
