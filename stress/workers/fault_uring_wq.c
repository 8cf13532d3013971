/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults pages from kernel threads that never return to user space: the read of fault_uring forced
 * to io_uring's worker threads by IOSQE_ASYNC (io-wq, io_uring/io-wq.c).
 * Timed: io_uring_enter(2), submit one and wait for it, with two switches of thread in it. The
 * faults happen in the worker threads, where perf evidence can't follow: they are not counted. A
 * failure is a short or failed read.
 */
#include "workers/uring.h"

static void fault_uring_wq_ready(struct worker *w)
{
	uring_prepare(w, IOSQE_ASYNC);
}

const struct worker_ops worker_fault_uring_wq = {
	.name = "fault_uring_wq",
	.help = "fault pages from io_uring's worker threads (IOSQE_ASYNC)",
	.call = "io_uring's worker thread",
	.part = PART_FAULTER,
	.faults = FAULTS_ELSEWHERE,
	.stores = URING_READ_BYTES,
	.needs = NEEDS(&need_io_uring),
	.state_size = sizeof(struct uring),
	.setup = uring_setup,
	.ready = fault_uring_wq_ready,
	.step = uring_step,
	.settle = uring_settle,
	.teardown = uring_teardown,
};
