/* SPDX-License-Identifier: GPL-2.0-only */
/* What the io_uring faulters share: one ring each, reads of /dev/zero into the page aimed at. */
#ifndef THPSTORM_WORKERS_URING_H
#define THPSTORM_WORKERS_URING_H

#include <liburing.h>

#include "workers/worker.h"

#define URING_READ_BYTES 128

struct uring {
	struct io_uring ring;
	int fd;
	bool ready;
};

extern const struct need need_io_uring; /* io_uring_setup(2) works */

int uring_setup(struct worker *w);
void uring_teardown(struct worker *w);
/* ready(): prepares the one request, with these IOSQE_ flags. */
void uring_prepare(struct worker *w, unsigned flags);
/* step(): io_uring_enter(2), submit one and wait for it. */
void uring_step(struct worker *w);
/* settle(): reaps the completion and looks at its result. */
void uring_settle(struct worker *w);

#endif
