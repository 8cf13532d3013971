/* SPDX-License-Identifier: GPL-2.0-only */
/* Opening, mapping and testing the fault events. See evidence.h. */
#include "measure/evidence.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int map_event(struct evidence *ev, struct error *err)
{
	ev->mapped = (size_t)(1 + EVIDENCE_DATA_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
	ev->page = mmap(NULL, ev->mapped, PROT_READ, MAP_SHARED, ev->fd, 0);
	if (ev->page == MAP_FAILED) {
		int e = errno;

		ev->page = NULL;
		evidence_close(ev);
		return error_errno(
			err, e,
			"cannot map %zu bytes of a perf buffer (kernel.perf_event_mlock_kb)",
			ev->mapped);
	}
	return 0;
}

static int refused(enum evidence_mode mode, int e, struct error *err)
{
	bool kernel = mode == EVIDENCE_KERNEL;
	const char *whose = kernel ? "kernel" : "user";

	if (e != EACCES && e != EPERM)
		return error_errno(err, e, "perf_event_open of %s-mode page faults", whose);
	return error_set(
		err, e,
		"perf_event_open of %s-mode page faults: %s; be root, or set kernel.perf_event_paranoid to %d",
		whose, strerror(e), kernel ? 1 : 2);
}

int evidence_open(struct evidence *ev, enum evidence_mode mode, struct error *err)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_PAGE_FAULTS,
		.sample_period = 1,
		.exclude_user = mode == EVIDENCE_KERNEL,
		.exclude_kernel = mode == EVIDENCE_USER,
		.exclude_hv = 1,
		/* Nobody is to be woken up: the reader polls data_head. */
		.watermark = 1,
		.wakeup_watermark = UINT32_MAX,
	};

	*ev = (struct evidence){.fd = -1, .rusage = mode == EVIDENCE_RUSAGE};
	if (ev->rusage)
		return 0;
	ev->fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (ev->fd < 0)
		return refused(mode, errno, err);
	return map_event(ev, err);
}

int evidence_attach(struct evidence *ev, int fd, struct error *err)
{
	*ev = (struct evidence){.fd = fd};
	return map_event(ev, err);
}

void evidence_close(struct evidence *ev)
{
	if (ev->page)
		munmap(ev->page, ev->mapped);
	if (ev->mapped && ev->fd >= 0)
		close(ev->fd);
	*ev = (struct evidence){.fd = -1};
}

/* By get_user_pages in the calling process' own mm. */
static int write_page(char *at)
{
	const struct iovec to = {.iov_base = at, .iov_len = 1};
	char byte = 1;
	const struct iovec from = {.iov_base = &byte, .iov_len = 1};
	ssize_t n = process_vm_writev(getpid(), &from, 1, &to, 1, 0);

	return n == 1 ? 0 : n < 0 ? -errno : -EIO;
}

static int touch_pages(char *at, unsigned n, size_t page, enum evidence_mode mode)
{
	int zero, err = 0;

	if (mode == EVIDENCE_USER) {
		for (unsigned i = 0; i < n; i++)
			*(volatile char *)(at + i * page) = 1;
		return 0;
	}
	if (mode == EVIDENCE_RUSAGE) {
		for (unsigned i = 0; i < n && !err; i++)
			err = write_page(at + i * page);
		return err;
	}
	zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	if (zero < 0)
		return -errno;
	for (unsigned i = 0; i < n && !err; i++)
		err = read(zero, at + i * page, 1) == 1 ? 0 : -EIO;
	close(zero);
	return err;
}

int evidence_self_test(struct evidence *ev, enum evidence_mode mode, unsigned n, struct error *err)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *at = mmap(NULL, n * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t before, seen;
	int ret;

	if (at == MAP_FAILED)
		return error_errno(err, errno, "cannot map %u pages", n);
	madvise(at, n * page, MADV_NOHUGEPAGE);
	before = evidence_count(ev);
	ret = touch_pages(at, n, page, mode);
	seen = evidence_count(ev) - before;
	munmap(at, n * page);
	if (ret)
		return error_errno(err, -ret, "cannot %s",
				   mode == EVIDENCE_RUSAGE ? "call process_vm_writev(2)"
							   : "read /dev/zero");
	if (seen != n)
		return error_set(err, EIO, "the evidence is wrong: %u page faults made, %llu seen",
				 n, (unsigned long long)seen);
	return 0;
}
