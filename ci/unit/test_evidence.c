/* SPDX-License-Identifier: GPL-2.0-only */
/* The evidence against known numbers of faults: each mode, past the buffer's size, from outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checker.h"
#include "measure/evidence.h"

/* So often run/storm.c tries: a count may meet a fault of the test itself, of a stack page say. */
#define TRIES 3

static size_t page;

static void open_or_skip(struct evidence *ev, enum evidence_mode mode)
{
	struct error err;

	skip_under_checker("shadow memory faults as well");
	page = (size_t)sysconf(_SC_PAGESIZE);
	if (evidence_open(ev, mode, &err)) {
		print_message("SKIP: %s\n", err.text);
		skip();
	}
}

static char *fresh_pages(unsigned n)
{
	char *p = mmap(NULL, n * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(p != MAP_FAILED);
	madvise(p, n * page, MADV_NOHUGEPAGE);
	return p;
}

static void self_test_knows_the_answer(void **state)
{
	for (int mode = EVIDENCE_USER; mode <= EVIDENCE_RUSAGE; mode++) {
		struct evidence ev, none = {.fd = -1};
		struct error err;

		int tries = 1;

		open_or_skip(&ev, mode);
		while (evidence_self_test(&ev, mode, 100, &err) && tries < TRIES)
			tries++;
		if (tries == TRIES)
			assert_int_equal(evidence_self_test(&ev, mode, 100, &err), 0);
		evidence_close(&ev);
		/* A dead instrument is found out. */
		assert_int_equal(evidence_self_test(&none, mode, 100, &err), -EIO);
		assert_non_null(strstr(err.text, "100 page faults made, 0 seen"));
	}
}

static void fault_in_kernel_mode(char *p)
{
	int zero = open("/dev/zero", O_RDONLY);

	for (unsigned i = 0; i < 64; i++)
		assert_int_equal(read(zero, p + i * page, 1), 1);
	close(zero);
}

static void fault_in_user_mode(char *p)
{
	for (unsigned i = 0; i < 64; i++)
		*(volatile char *)(p + i * page) = 1;
}

/* How many of the faults that @fault makes on 64 fresh pages @ev sees, @wanted in one of the tries. */
static uint64_t seen_of(struct evidence *ev, void (*fault)(char *p), uint64_t wanted)
{
	uint64_t seen = ~wanted;

	for (int i = 0; seen != wanted && i < TRIES; i++) {
		char *p = fresh_pages(64);
		uint64_t before = evidence_count(ev);

		fault(p);
		seen = evidence_count(ev) - before;
		munmap(p, 64 * page);
	}
	return seen;
}

/* Evidence of @mode sees none of the faults of @fault. */
static void sees_none(enum evidence_mode mode, void (*fault)(char *p))
{
	struct evidence ev;

	open_or_skip(&ev, mode);
	assert_int_equal(seen_of(&ev, fault, 0), 0);
	evidence_close(&ev);
}

/* By get_user_pages: the kernel takes the fault for the thread, without registers. */
static void fault_by_gup(char *p)
{
	struct iovec to = {.iov_base = p, .iov_len = 64 * page};
	static char zeroes[64 * 4096];
	struct iovec from = {.iov_base = zeroes, .iov_len = 64 * page};

	if (page > 4096 || process_vm_writev(getpid(), &from, 1, &to, 1, 0) < 0)
		skip();
}

static void perf_sees_no_faults_of_get_user_pages(void **state)
{
	sees_none(EVIDENCE_USER, fault_by_gup);
	sees_none(EVIDENCE_KERNEL, fault_by_gup);
}

static void rusage_sees_faults_of_get_user_pages(void **state)
{
	struct evidence ev;

	open_or_skip(&ev, EVIDENCE_RUSAGE);
	assert_true(evidence_counts(&ev));
	assert_int_equal(seen_of(&ev, fault_by_gup, 64), 64);
	evidence_close(&ev);
	assert_false(evidence_counts(&ev));
}

static void user_mode_sees_no_kernel_faults(void **state)
{
	sees_none(EVIDENCE_USER, fault_in_kernel_mode);
}

static void kernel_mode_sees_no_user_faults(void **state)
{
	sees_none(EVIDENCE_KERNEL, fault_in_user_mode);
}

/* More than the buffer holds: mapped writable it would freeze. */
static void does_not_freeze_when_full(void **state)
{
	enum { FAULTS = EVIDENCE_DATA_PAGES * 4096 / EVIDENCE_RECORD_BYTES * 5 / 4 };
	struct evidence ev;
	uint64_t before;
	char *p;

	open_or_skip(&ev, EVIDENCE_USER);
	p = fresh_pages(1);
	before = evidence_count(&ev);
	for (int i = 0; i < FAULTS; i++) {
		*(volatile char *)p = 1;
		madvise(p, page, MADV_DONTNEED);
	}
	/* Reclaim may make a few more on this page and on the test's own. */
	assert_in_range(evidence_count(&ev) - before, FAULTS, FAULTS + FAULTS / 100);
	munmap(p, page);
	evidence_close(&ev);
}

/* The observer maps the same event in another process and sees it move. */
static void another_process_sees_it(void **state)
{
	struct evidence ev, theirs;
	struct error err;
	uint64_t before;
	int ready[2], status;
	pid_t child;
	char byte, *p;

	open_or_skip(&ev, EVIDENCE_USER);
	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (!child) {
		uint64_t from;

		if (evidence_attach(&theirs, dup(ev.fd), &err))
			_exit(2);
		from = evidence_count(&theirs);
		if (write(ready[1], "r", 1) != 1)
			_exit(3);
		for (int i = 0; i < 30000 && evidence_count(&theirs) - from < 500; i++)
			usleep(1000);
		_exit(evidence_count(&theirs) - from >= 500 ? 0 : 4);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	p = fresh_pages(500);
	before = evidence_count(&ev);
	for (unsigned i = 0; i < 500; i++)
		*(volatile char *)(p + i * page) = 1;
	assert_true(evidence_count(&ev) - before >= 500);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	munmap(p, 500 * page);
	evidence_close(&ev);
}

static void closed_counts_nothing(void **state)
{
	struct evidence ev = {0};

	if (fcntl(0, F_GETFD) < 0)
		assert_int_equal(open("/dev/null", O_RDONLY), 0);
	evidence_close(&ev);
	evidence_close(&ev);
	assert_int_equal(ev.fd, -1);
	assert_int_equal(evidence_count(&ev), 0);
	/* A zeroed struct does not own descriptor 0. */
	assert_int_not_equal(fcntl(0, F_GETFD), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(self_test_knows_the_answer),
		cmocka_unit_test(user_mode_sees_no_kernel_faults),
		cmocka_unit_test(perf_sees_no_faults_of_get_user_pages),
		cmocka_unit_test(rusage_sees_faults_of_get_user_pages),
		cmocka_unit_test(kernel_mode_sees_no_user_faults),
		cmocka_unit_test(does_not_freeze_when_full),
		cmocka_unit_test(another_process_sees_it),
		cmocka_unit_test(closed_counts_nothing),
	};

	return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
