/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The status line: every 10 s without a terminal, redrawn and never too wide on one (a
 * pseudo-terminal of a known width), findings at once and with nothing that moves the cursor.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "commands/live.h"

#define T0 (1000 * NSEC_PER_SEC)

static struct interval second_of(int phase, unsigned second)
{
	return (struct interval){
		.when = T0 + second * NSEC_PER_SEC,
		.elapsed = phase == PHASE_STORM ? second * NSEC_PER_SEC : 0,
		.phase = phase,
		.ops = 1234567,
		.faults = 45600,
		.folio_splits = 41,
		.seconds_ns = NSEC_PER_SEC,
		.max = (100 - second) * NSEC_PER_USEC,
		.oldest = 12 * NSEC_PER_MSEC,
		.oldest_worker = 3,
		.stalls = 1,
	};
}

static unsigned lines(const char *text)
{
	unsigned n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void test_plain(void **state)
{
	struct live p;
	struct run_sink sink;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	live_init(&p, out, 90 * NSEC_PER_SEC);
	live_sink(&p, &sink);
	assert_false(p.status.tty);
	for (unsigned s = 1; s <= 25; s++) {
		struct interval iv = second_of(PHASE_STORM, s);

		/* A burst that a line over the last interval alone would miss. */
		if (s == 7)
			iv.ops *= 11;
		assert_int_equal(sink.interval(sink.ctx, &iv), 0);
		fflush(out);
		assert_int_equal(lines(text), s / 10);
	}
	assert_non_null(strstr(text, "storm 10s/1m30s  2.47M ops/s  45.6k faults/s  41.0 splits/s  "
				     "max 99.0us  oldest 12.0ms  stalls 1  findings 0  "));
	assert_non_null(strstr(text, "storm 20s/1m30s  1.23M ops/s"));
	live_end(&p);
	fclose(out);
	assert_int_equal(lines(text), 3);
	assert_non_null(strstr(text, "storm 25s/1m30s"));
	assert_null(strchr(text, '\r'));
	free(text);
}

/* A run shorter than 10 s says one line, at its end. */
static void test_short(void **state)
{
	struct interval iv = second_of(PHASE_QUIET, 1);
	struct live p;
	struct run_sink sink;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	live_init(&p, out, 2 * NSEC_PER_SEC);
	live_sink(&p, &sink);
	iv.max = NSEC_PER_SEC;
	sink.interval(sink.ctx, &iv);
	iv = second_of(PHASE_STORM, 2);
	iv.folio_splits = VMSTAT_ABSENT;
	iv.thp_moved = 7;
	sink.interval(sink.ctx, &iv);
	live_end(&p);
	fclose(out);
	/* The quiet second and its slow operation are no part of the storm's line. */
	assert_string_equal(text, "storm 2s/2s  1.23M ops/s  45.6k faults/s  7.00 moves/s  "
				  "max 98.0us  oldest 12.0ms  stalls 1  findings 0\n");
	free(text);
}

static void test_finding(void **state)
{
	struct event event = {.when = T0 + 12300 * NSEC_PER_MSEC,
			      .kind = EVENT_soft_lockup,
			      .cpu = 1,
			      .worker = -1,
			      .text = "BUG: soft lockup\x1b[2J\xe9"};
	struct interval iv = second_of(PHASE_STORM, 1);
	struct live p;
	struct run_sink sink;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	live_init(&p, out, 90 * NSEC_PER_SEC);
	live_sink(&p, &sink);
	sink.interval(sink.ctx, &iv);
	assert_int_equal(sink.event(sink.ctx, &event), 0);
	fflush(out);
	assert_string_equal(text,
			    "FINDING: soft_lockup on CPU 1 at 12.3s: BUG: soft lockup?[2J?\n");
	event.kind = EVENT_cpu_stall;
	sink.event(sink.ctx, &event);
	event.kind = -1;
	sink.event(sink.ctx, &event);
	fflush(out);
	assert_int_equal(lines(text), 1);
	event.kind = EVENT_tool_failed;
	event.cpu = -1;
	sink.event(sink.ctx, &event);
	fflush(out);
	assert_non_null(strstr(text, "\nBROKEN: tool_failed at 12.3s: "));
	fclose(out);
	free(text);
}

/* A terminal of that width; what is written to the stream is read from *fd. */
static FILE *terminal(unsigned columns, int *fd)
{
	struct winsize size = {.ws_row = 24, .ws_col = (unsigned short)columns};
	int slave;

	*fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (*fd < 0 || grantpt(*fd) || unlockpt(*fd))
		return NULL;
	slave = open(ptsname(*fd), O_RDWR | O_NOCTTY);
	if (slave < 0)
		return NULL;
	ioctl(slave, TIOCSWINSZ, &size);
	return fdopen(slave, "w");
}

static unsigned widest(const char *text)
{
	unsigned n = 0, most = 0;

	for (; *text; text++) {
		n = *text == '\r' || *text == '\n' ? 0 : n + 1;
		most = MAX(most, n);
	}
	return most;
}

static void check_terminal(unsigned columns, const char *first)
{
	struct interval iv = second_of(PHASE_STORM, 1);
	char text[4096] = "";
	struct live p;
	struct run_sink sink;
	ssize_t n;
	int fd;
	FILE *out = terminal(columns, &fd);

	if (!out)
		skip();
	live_init(&p, out, 90 * NSEC_PER_SEC);
	assert_true(p.status.tty);
	live_sink(&p, &sink);
	iv.ops = iv.faults = iv.folio_splits = iv.thp_moved = UINT64_MAX - 1;
	iv.max = iv.oldest = UINT64_MAX;
	iv.stalls = iv.findings = UINT32_MAX;
	sink.interval(sink.ctx, &iv);
	iv = second_of(PHASE_STORM, 2);
	iv.ops = 1;
	sink.interval(sink.ctx, &iv);
	n = read(fd, text, sizeof(text) - 1);
	assert_true(n > 0);
	assert_true(text[0] == '\r');
	assert_null(strchr(text, '\n'));
	assert_non_null(strrchr(text, '\r'));
	if (widest(text) >= columns || widest(text) > 100)
		fail_msg("%u columns wide on a terminal of %u", widest(text), columns);
	if (strncmp(text, first, strlen(first)))
		fail_msg("%u columns: %s", columns, text);
	/* The second line is shorter: blanks cover the end of the first. */
	assert_int_equal(strlen(strrchr(text, '\r')), widest(text) + 1);
	fclose(out);
	close(fd);
}

static void test_terminal(void **state)
{
	check_terminal(200, "\rstorm 1s/1m30s  18.4E ops/s  ");
	/* Where there is no room, what is wrong stays. */
	check_terminal(60, "\rstorm 1s/1m30s  stalls 4294967295  findings 4294967295");
	check_terminal(80, "\rstorm 1s/1m30s  oldest 1.8e10s  stalls 4294967295  findings ");
	check_terminal(12, "\rstorm 1s/1m");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_finding),
		cmocka_unit_test(test_terminal),
	};

	return cmocka_run_group_tests_name("live", tests, NULL, NULL);
}
