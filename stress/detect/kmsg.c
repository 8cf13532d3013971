/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel log from the moment the run began: every record goes to the result verbatim, and what
 * announces harm becomes an event. Records are followed by sequence number, so those that were
 * overwritten before they were read are counted. Records that user space wrote to /dev/kmsg are
 * kept and never classified.
 */
#include "detect/kmsg.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/plural.h"
#include "detect/kmsg_parse.h"
#include "system/may.h"

#define RECORDS_PER_POLL 64

struct kmsg {
	int fd;
	bool any;
	uint64_t records;
	uint64_t next; /* sequence number that should come */
	char record[KMSG_RECORD_MAX + 1];
};

static int kmsg_start(struct detector *d, struct error *err)
{
	struct kmsg *k = d->state;

	k->fd = may_open_kmsg();
	/* Anything can stand at that path in a container: only the device is the log. */
	if (k->fd == -ENOTTY)
		return error_set(err, ENODEV, "/dev/kmsg is not the kernel log here");
	if (k->fd < 0)
		return error_set(err, -k->fd, "cannot open /dev/kmsg: %s; %s", strerror(-k->fd),
				 may_kmsg_remedy(k->fd));
	return 0;
}

static void lose(struct detector *d, uint64_t when, uint64_t records)
{
	d->summary.lost += records;
	detector_emit(d, EVENT_kernel_log_lost, when, -1, -1, records,
		      "%llu kernel log records were overwritten before they were read",
		      (unsigned long long)records);
}

/* As dmesg prints it; a record of several lines gives several. */
static void pass_on(struct detector *d, const struct kmsg_record *r)
{
	char line[1024];

	if (!d->watch->kernel_line)
		return;
	for (const char *at = r->text; at; at = strchr(at, '\n')) {
		at += at != r->text;
		snprintf(line, sizeof(line), "[%5llu.%06llu] %.*s",
			 (unsigned long long)(r->usec / 1000000),
			 (unsigned long long)(r->usec % 1000000), (int)strcspn(at, "\n"), at);
		d->watch->kernel_line(d->watch, line);
	}
}

void kmsg_take(struct detector *d, char *record)
{
	struct kmsg *k = d->state;
	struct kmsg_record r;
	struct event e = {.worker = -1};
	uint64_t when;

	if (kmsg_parse(record, &r))
		return;
	when = r.usec * NSEC_PER_USEC;
	k->records++;
	if (k->any && r.sequence > k->next)
		lose(d, when, r.sequence - k->next);
	k->any = true;
	k->next = r.sequence + 1;
	pass_on(d, &r);
	e.when = when;
	e.kind = r.facility ? -1 : kmsg_classify(r.text, &e.cpu);
	if (e.kind < 0)
		return;
	e.tid = kmsg_thread(r.text, e.kind);
	snprintf(e.text, sizeof(e.text), "%.*s", (int)strcspn(r.text, "\n"), r.text);
	d->watch->emit(d->watch, &e);
}

static void kmsg_poll(struct detector *d, uint64_t now)
{
	struct kmsg *k = d->state;

	d->summary.samples++;
	for (int i = 0; i < RECORDS_PER_POLL; i++) {
		ssize_t n = read(k->fd, k->record, KMSG_RECORD_MAX);

		/* EPIPE: records were lost; the next read gives the oldest that is left, and its
		   number says how many. */
		if (n < 0 && errno == EPIPE)
			continue;
		if (n <= 0)
			return;
		k->record[n] = '\0';
		kmsg_take(d, k->record);
	}
}

static void kmsg_finish(struct detector *d)
{
	struct kmsg *k = d->state;

	if (!d->active)
		return;
	/* A burst may be longer than one poll takes. */
	for (uint64_t before = UINT64_MAX; before != k->records;) {
		before = k->records;
		kmsg_poll(d, 0);
	}
	snprintf(d->summary.text, sizeof(d->summary.text), "%llu record%s",
		 (unsigned long long)k->records, plural(k->records));
	close(k->fd);
}

const struct detector_ops detector_kmsg = {
	.name = "kmsg",
	.help = "the kernel log: lockups, stalls, hung tasks, BUGs, WARNINGs, bad pages",
	.state_size = sizeof(struct kmsg),
	.start = kmsg_start,
	.poll = kmsg_poll,
	.finish = kmsg_finish,
};
