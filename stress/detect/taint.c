/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's own memory of harm: the taint bits (/proc/sys/kernel/tainted), and from 6.16 on the
 * counters of lockups, stalls, warnings and oopses in /sys/kernel. They also tell of what the
 * kernel log could not hold. Bits already set before the run are ignored; a counter that rises is
 * harm.
 */
#include "detect/taint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/plural.h"
#include "measure/clock.h"

#define POLL_EVERY (1 * NSEC_PER_SEC)

/* Documentation/admin-guide/tainted-kernels.rst */
static const struct taint_bit {
	unsigned bit;
	char letter;
	const char *what;
} harmful[] = {
	{4, 'M', "machine check"}, {5, 'B', "bad page"},     {7, 'D', "Oops or BUG"},
	{9, 'W', "warning"},	   {14, 'L', "soft lockup"},
};

static const char *const counters[] = {"softlockup_count", "hardlockup_count", "rcu_stall_count",
				       "warn_count", "oops_count"};

struct taint {
	const char *root;
	uint64_t due;
	int tainted_fd, counter_fd[ARRAY_SIZE(counters)];
	uint64_t tainted, counter[ARRAY_SIZE(counters)];
};

void taint_set_root(struct detector *d, const char *root)
{
	struct taint *t = d->state;

	t->root = root;
}

static int open_below(const char *root, const char *path)
{
	char full[512];

	snprintf(full, sizeof(full), "%s%s", root ? root : "", path);
	return open(full, O_RDONLY | O_CLOEXEC);
}

/* The files stay open: an open could wait for what is locked up. */
static int read_number(int fd, uint64_t *value)
{
	char text[32];
	ssize_t n = fd < 0 ? -1 : pread(fd, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return -EIO;
	text[n] = '\0';
	*value = strtoull(text, NULL, 10);
	return 0;
}

static int taint_start(struct detector *d, struct error *err)
{
	struct taint *t = d->state;
	unsigned present = 0;

	t->tainted_fd = open_below(t->root, "/proc/sys/kernel/tainted");
	if (read_number(t->tainted_fd, &t->tainted))
		return error_set(err, EIO, "cannot read /proc/sys/kernel/tainted");
	for (size_t i = 0; i < ARRAY_SIZE(counters); i++) {
		char path[64];

		snprintf(path, sizeof(path), "/sys/kernel/%s", counters[i]);
		t->counter_fd[i] = open_below(t->root, path);
		present += !read_number(t->counter_fd[i], &t->counter[i]);
	}
	snprintf(d->summary.text, sizeof(d->summary.text), "taint bits and %u counter%s%s", present,
		 plural(present), present ? "" : " (before 6.16 there are none)");
	return 0;
}

static void look_at_bits(struct detector *d, uint64_t now)
{
	struct taint *t = d->state;
	uint64_t value, fresh;

	if (read_number(t->tainted_fd, &value))
		return;
	fresh = value & ~t->tainted;
	t->tainted |= value;
	for (size_t i = 0; i < ARRAY_SIZE(harmful); i++) {
		if (!(fresh >> harmful[i].bit & 1))
			continue;
		fresh &= ~(1ull << harmful[i].bit);
		detector_emit(d, EVENT_taint, now, -1, -1, harmful[i].bit,
			      "the kernel became tainted: %c (%s)", harmful[i].letter,
			      harmful[i].what);
	}
	if (fresh)
		detector_emit(d, EVENT_taint_other, now, -1, -1, fresh,
			      "the kernel's taint became %llu", (unsigned long long)value);
}

static void taint_poll(struct detector *d, uint64_t now)
{
	struct taint *t = d->state;

	if (now < t->due)
		return;
	t->due = now + POLL_EVERY;
	d->summary.samples++;
	look_at_bits(d, now);
	for (size_t i = 0; i < ARRAY_SIZE(counters); i++) {
		uint64_t value;

		if (read_number(t->counter_fd[i], &value) || value <= t->counter[i])
			continue;
		detector_emit(d, EVENT_lockup_counter, now, -1, -1, value - t->counter[i],
			      "/sys/kernel/%s rose from %llu to %llu", counters[i],
			      (unsigned long long)t->counter[i], (unsigned long long)value);
		t->counter[i] = value;
	}
}

static void taint_finish(struct detector *d)
{
	struct taint *t = d->state;

	if (!d->active)
		return;
	t->due = 0;
	taint_poll(d, clock_now());
	close(t->tainted_fd);
	for (size_t i = 0; i < ARRAY_SIZE(counters); i++) {
		if (t->counter_fd[i] >= 0)
			close(t->counter_fd[i]);
	}
}

const struct detector_ops detector_taint = {
	.name = "taint",
	.help = "the kernel's taint bits and, from 6.16 on, its counters of lockups and stalls",
	.state_size = sizeof(struct taint),
	.start = taint_start,
	.poll = taint_poll,
	.finish = taint_finish,
};
