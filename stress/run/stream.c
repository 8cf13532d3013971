/* SPDX-License-Identifier: GPL-2.0-only */
/* See stream.h. */
#include "run/stream.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/futex.h"
#include "base/priority.h"
#include "measure/clock.h"

static void deliver(struct stream *s, const struct stream_message *m)
{
	const struct run_sink *k = s->sink;
	int ret = 0;

	if (m->kind == MESSAGE_EVENT && k->event)
		ret = k->event(k->ctx, &m->event);
	else if (m->kind == MESSAGE_INTERVAL && k->interval)
		ret = k->interval(k->ctx, &m->interval);
	else if (m->kind == MESSAGE_LATE && k->late)
		ret = k->late(k->ctx, &m->late);
	else if (m->kind == MESSAGE_KERNEL_LINE && k->kernel_line)
		ret = k->kernel_line(k->ctx, m->line);
	else if (m->kind == MESSAGE_HISTOGRAM && k->histogram)
		ret = k->histogram(k->ctx, m->histogram->group, m->histogram->worker,
				   m->histogram->what, m->histogram->h);
	if (ret < 0 && !load_relaxed(&s->failed))
		store_relaxed(&s->failed, ret);
}

static void *stream_main(void *arg)
{
	struct stream *s = arg;

	for (;;) {
		bool stop = load_acquire(&s->stop);

		while (s->tail != load_acquire(&s->head)) {
			deliver(s, &s->ring[s->tail % STREAM_SLOTS]);
			store_release(&s->tail, s->tail + 1);
		}
		if (load_acquire(&s->awaited))
			futex_wake(&s->tail, FUTEX_OF_THREADS, 1);
		if (stop)
			return NULL;
		while (sem_wait(&s->wake) && errno == EINTR)
			;
	}
}

int stream_start(struct stream *s, const struct run_sink *sink, int cpu, struct error *err)
{
	pthread_attr_t attr;
	cpu_set_t set;
	int e;

	memset(s, 0, sizeof(*s));
	s->sink = sink;
	s->ring = calloc(STREAM_SLOTS, sizeof(*s->ring));
	if (!s->ring)
		return error_set(err, ENOMEM, "no memory for the event ring");
	if (mlock(s->ring, STREAM_SLOTS * sizeof(*s->ring)))
		s->unlocked = errno;
	sem_init(&s->wake, 0, 0);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 256 * KIB);
	if (cpu >= 0) {
		CPU_ZERO(&set);
		CPU_SET(cpu, &set);
		pthread_attr_setaffinity_np(&attr, sizeof(set), &set);
	}
	e = pthread_create(&s->thread, &attr, stream_main, s);
	pthread_attr_destroy(&attr);
	s->started = !e;
	if (e) {
		free(s->ring);
		s->ring = NULL;
		return error_errno(err, e, "cannot start the writer thread");
	}
	return 0;
}

void stream_before_workers(struct stream *s)
{
	const struct sched_param param = {.sched_priority = PRIORITY_WRITER};

	if (s->started)
		pthread_setschedparam(s->thread, SCHED_FIFO, &param);
}

static struct stream_message *next(struct stream *s)
{
	if (!s->started || s->head - load_acquire(&s->tail) == STREAM_SLOTS) {
		s->lost++;
		return NULL;
	}
	return &s->ring[s->head % STREAM_SLOTS];
}

static void push(struct stream *s)
{
	store_release(&s->head, s->head + 1);
	sem_post(&s->wake);
}

void stream_event(struct stream *s, const struct event *event)
{
	struct stream_message *m = next(s);

	if (!m)
		return;
	m->kind = MESSAGE_EVENT;
	m->event = *event;
	push(s);
}

void stream_interval(struct stream *s, const struct interval *interval)
{
	struct stream_message *m = next(s);

	if (!m)
		return;
	m->kind = MESSAGE_INTERVAL;
	m->interval = *interval;
	store_release(&s->head, s->head + 1);
	if (interval->when - s->woken < STREAM_PATIENCE)
		return;
	s->woken = interval->when;
	sem_post(&s->wake);
}

void stream_late(struct stream *s, const struct late_beats *late)
{
	struct stream_message *m = next(s);

	if (!m)
		return;
	m->kind = MESSAGE_LATE;
	m->late = *late;
	store_release(&s->head, s->head + 1);
}

void stream_kernel_line(struct stream *s, const char *line)
{
	struct stream_message *m = next(s);

	if (!m)
		return;
	m->kind = MESSAGE_KERNEL_LINE;
	snprintf(m->line, sizeof(m->line), "%s", line);
	push(s);
}

/* The thread is posted after @awaited was set, so it looks at that once more when it is done. */
static void await_empty(struct stream *s)
{
	uint32_t tail;

	store_release(&s->awaited, true);
	sem_post(&s->wake);
	while ((tail = load_acquire(&s->tail)) != s->head)
		futex_wait(&s->tail, tail, FUTEX_OF_THREADS, NULL);
	store_release(&s->awaited, false);
}

int stream_histogram(struct stream *s, const struct stream_histogram *histogram)
{
	struct stream_message *m;

	if (s->started)
		await_empty(s);
	m = next(s);
	if (!m)
		return -ENOBUFS;
	m->kind = MESSAGE_HISTOGRAM;
	m->histogram = histogram;
	push(s);
	await_empty(s);
	return load_relaxed(&s->failed);
}

uint64_t stream_cpu_ns(const struct stream *s)
{
	struct timespec t;
	clockid_t clock;

	if (!s->started || pthread_getcpuclockid(s->thread, &clock) || clock_gettime(clock, &t))
		return 0;
	return timespec_to_ns(t);
}

void stream_stop(struct stream *s)
{
	if (s->started) {
		store_release(&s->stop, true);
		sem_post(&s->wake);
		pthread_join(s->thread, NULL);
		sem_destroy(&s->wake);
	}
	free(s->ring);
	s->ring = NULL;
	s->started = false;
}
