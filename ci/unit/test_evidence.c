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
#include <sys/wait.h>
#include <unistd.h>

#include "checker.h"
#include "measure/evidence.h"

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
	for (int mode = EVIDENCE_USER; mode <= EVIDENCE_KERNEL; mode++) {
		struct evidence ev, none = {.fd = -1};
		struct error err;

		open_or_skip(&ev, mode);
		assert_int_equal(evidence_self_test(&ev, mode, 100, &err), 0);
		evidence_close(&ev);
		/* A dead instrument is found out. */
		assert_int_equal(evidence_self_test(&none, mode, 100, &err), -EIO);
		assert_non_null(strstr(err.text, "100 page faults made, 0 seen"));
	}
}

static void user_mode_sees_no_kernel_faults(void **state)
{
	struct evidence ev;
	int zero = open("/dev/zero", O_RDONLY);
	char *p;
	uint64_t before;

	open_or_skip(&ev, EVIDENCE_USER);
	p = fresh_pages(64);
	before = evidence_count(&ev);
	for (unsigned i = 0; i < 64; i++)
		assert_int_equal(read(zero, p + i * page, 1), 1);
	assert_int_equal(evidence_count(&ev) - before, 0);
	munmap(p, 64 * page);
	close(zero);
	evidence_close(&ev);
}

static void kernel_mode_sees_no_user_faults(void **state)
{
	struct evidence ev;
	uint64_t before;
	char *p;

	open_or_skip(&ev, EVIDENCE_KERNEL);
	p = fresh_pages(64);
	before = evidence_count(&ev);
	for (unsigned i = 0; i < 64; i++)
		*(volatile char *)(p + i * page) = 1;
	assert_int_equal(evidence_count(&ev) - before, 0);
	munmap(p, 64 * page);
	evidence_close(&ev);
}

/* Several times what the buffer holds: mapped writable it would freeze. */
static void does_not_freeze_when_full(void **state)
{
	enum { FAULTS = 100000 };
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
	assert_int_equal(evidence_count(&ev) - before, FAULTS);
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
		for (int i = 0; i < 2000 && evidence_count(&theirs) - from < 500; i++)
			usleep(1000);
		_exit(evidence_count(&theirs) - from >= 500 ? 0 : 4);
	}
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

	evidence_close(&ev);
	evidence_close(&ev);
	assert_int_equal(ev.fd, -1);
	assert_int_equal(evidence_count(&ev), 0);
	/* A zeroed struct does not own descriptor 0. */
	assert_int_not_equal(fcntl(0, F_GETFD), -2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(self_test_knows_the_answer),
		cmocka_unit_test(user_mode_sees_no_kernel_faults),
		cmocka_unit_test(kernel_mode_sees_no_user_faults),
		cmocka_unit_test(does_not_freeze_when_full),
		cmocka_unit_test(another_process_sees_it),
		cmocka_unit_test(closed_counts_nothing),
	};

	return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
