/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The stream: one thread calls the sink, in order; what does not fit the ring is counted; the first
 * failure stays; nothing is left behind. The sink waits for the test, so no time matters.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>

#include "run/stream.h"

static struct {
	char log[4096]; /* e: event, i: interval, h: histogram, k: a line */
	unsigned calls;
	pthread_t caller;
	bool others;  /* it was called from more than one thread */
	int answer;   /* of the next call; then 0 */
	bool waits;   /* in a call, until the test says */
	sem_t in, go; /* it is in the call; it may go on */
} seen;

static struct stream stream;

static int note(char what)
{
	if (seen.calls && !pthread_equal(seen.caller, pthread_self()))
		seen.others = true;
	seen.caller = pthread_self();
	if (load_relaxed(&seen.waits)) {
		sem_post(&seen.in);
		sem_wait(&seen.go);
	}
	seen.log[seen.calls++ % sizeof(seen.log)] = what;
	return __atomic_exchange_n(&seen.answer, 0, __ATOMIC_RELAXED);
}

static int on_event(void *ctx, const struct event *event)
{
	return note('e');
}

static int on_interval(void *ctx, const struct interval *interval)
{
	return note('i');
}

static int on_histogram(void *ctx, const struct group_plan *group, int worker, const char *what,
			const struct histogram *h)
{
	assert_int_equal(worker, 2);
	assert_string_equal(what, "storm_all");
	return note('h');
}

static int on_line(void *ctx, const char *line)
{
	return note('k');
}

static const struct run_sink sink = {.event = on_event,
				     .interval = on_interval,
				     .histogram = on_histogram,
				     .kernel_line = on_line};
static const struct stream_histogram figures = {.worker = 2, .what = "storm_all"};

static int start(void **state)
{
	struct error err;

	memset(&seen, 0, sizeof(seen));
	sem_init(&seen.in, 0, 0);
	sem_init(&seen.go, 0, 0);
	return stream_start(&stream, &sink, -1, &err);
}

static void one_thread_in_order(void **state)
{
	const struct interval interval = {.when = 1};
	const struct event event = {.kind = 0};

	stream_event(&stream, &event);
	stream_interval(&stream, &interval);
	assert_int_equal(stream_histogram(&stream, &figures), 0);
	/* All before it, and it, are through when it returns. */
	assert_string_equal(seen.log, "eih");
	stream_kernel_line(&stream, "line");
	for (int i = 0; i < 1000; i++) {
		stream_event(&stream, &event);
		assert_int_equal(stream_histogram(&stream, &figures), 0);
	}
	stream_stop(&stream);
	assert_int_equal(seen.calls, 2004);
	assert_false(seen.others);
	assert_false(pthread_equal(seen.caller, pthread_self()));
	assert_int_equal(stream.lost, 0);
}

static void what_does_not_fit_is_counted(void **state)
{
	const struct event event = {.kind = 0};

	seen.waits = true;
	stream_event(&stream, &event);
	sem_wait(&seen.in);
	/* The first is still in its slot. */
	for (int i = 0; i < STREAM_SLOTS - 1 + 10; i++)
		stream_event(&stream, &event);
	assert_int_equal(stream.lost, 10);
	store_relaxed(&seen.waits, false);
	sem_post(&seen.go);
	/* Figures find room: they wait for it. */
	assert_int_equal(stream_histogram(&stream, &figures), 0);
	assert_int_equal(stream.lost, 10);
	stream_stop(&stream);
	assert_int_equal(seen.calls, STREAM_SLOTS + 1);
}

static void the_first_failure_stays(void **state)
{
	const struct event event = {.kind = 0};

	store_relaxed(&seen.answer, -ENOSPC);
	assert_int_equal(stream_histogram(&stream, &figures), -ENOSPC);
	store_relaxed(&seen.answer, -EIO);
	stream_event(&stream, &event);
	assert_int_equal(stream_histogram(&stream, &figures), -ENOSPC);
	stream_stop(&stream);
	assert_int_equal(stream.failed, -ENOSPC);
}

static void what_is_left_is_handed_over(void **state)
{
	const struct interval interval = {.when = 1};

	/* Those do not wake the thread. */
	for (int i = 0; i < 100; i++)
		stream_interval(&stream, &interval);
	stream_stop(&stream);
	assert_int_equal(seen.calls, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(one_thread_in_order, start),
		cmocka_unit_test_setup(what_does_not_fit_is_counted, start),
		cmocka_unit_test_setup(the_first_failure_stays, start),
		cmocka_unit_test_setup(what_is_left_is_handed_over, start),
	};

	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
