/* SPDX-License-Identifier: GPL-2.0-only */
/* See uring.h. */
#include "workers/uring.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "workers/book.h"

static int check_io_uring(const struct need *need, const struct needer *who, struct error *why)
{
	struct io_uring ring;

	if (!io_uring_queue_init(1, &ring, 0)) {
		io_uring_queue_exit(&ring);
		return 0;
	}
	return error_set(
		why, ENOTSUP,
		"%s needs io_uring; io_uring_setup(2) is refused here (set kernel.io_uring_disabled=0, or it is a kernel without it)",
		who->name);
}

const struct need need_io_uring = {.check = check_io_uring};

int uring_setup(struct worker *w)
{
	struct uring *u = w->state;
	int err;

	/* O_NONBLOCK: kernels before 5.13 read a character device inline only when it is set. */
	u->fd = open("/dev/zero", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (u->fd < 0)
		return error_errno(&w->error, errno, "cannot open /dev/zero");
	err = io_uring_queue_init(2, &u->ring, 0);
	if (err)
		return error_errno(&w->error, -err, "cannot set up an io_uring");
	u->ready = true;
	return 0;
}

void uring_teardown(struct worker *w)
{
	struct uring *u = w->state;

	if (u->ready)
		io_uring_queue_exit(&u->ring);
	if (u->fd > 0)
		close(u->fd);
}

void uring_prepare(struct worker *w, unsigned flags)
{
	struct uring *u = w->state;
	struct io_uring_sqe *sqe = io_uring_get_sqe(&u->ring);

	io_uring_prep_read(sqe, u->fd, w->at.addr, URING_READ_BYTES, 0);
	io_uring_sqe_set_flags(sqe, flags);
}

void uring_step(struct worker *w)
{
	struct uring *u = w->state;

	w->result = io_uring_submit_and_wait(&u->ring, 1);
}

void uring_settle(struct worker *w)
{
	struct uring *u = w->state;
	struct io_uring_cqe *cqe;

	while (w->result == -EINTR || w->result == -EAGAIN)
		w->result = io_uring_submit_and_wait(&u->ring, 1);
	if (w->result >= 0)
		w->result = io_uring_wait_cqe(&u->ring, &cqe);
	if (!w->result) {
		if (cqe->res != URING_READ_BYTES)
			w->result = cqe->res < 0 ? cqe->res : -EIO;
		io_uring_cqe_seen(&u->ring, cqe);
	}
	book_touch(w);
}
