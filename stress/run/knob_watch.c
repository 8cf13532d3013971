/* SPDX-License-Identifier: GPL-2.0-only */
/* See knob_watch.h. */
#include "run/knob_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "system/choice.h"
#include "system/thp.h"

/* Whoever reads it waits for whoever writes it, and a write waits for every CPU
   (kernel/watchdog.c: proc_watchdog_thresh()). */
#define MAY_NOT_BE_READ "/proc/sys/kernel/watchdog_thresh"

/* False: it can't be read. */
static bool read_value(int fd, char *buf, size_t size)
{
	char text[256];
	ssize_t n = fd < 0 ? -1 : pread(fd, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return false;
	text[n] = '\0';
	if (choice_current(text, buf, size))
		snprintf(buf, size, "%.*s", (int)strcspn(text, "\n"), text);
	return true;
}

static void watch_knob(struct knob_watch *k, const char *path)
{
	struct watched_knob *at = &k->knob[k->count];

	at->fd = open(path, O_RDONLY | O_CLOEXEC);
	at->path = path;
	if (read_value(at->fd, at->held, sizeof(at->held)))
		k->count++;
	else if (at->fd >= 0)
		close(at->fd);
}

int knob_watch_begin(struct knob_watch *k, const struct wishes *w)
{
	memset(k, 0, sizeof(*k));
	k->knob = calloc(w->count + 1, sizeof(*k->knob));
	if (!k->knob)
		return -ENOMEM;
	watch_knob(k, THP_SYSFS "/enabled");
	for (unsigned i = 0; i < w->count; i++) {
		const struct wish *wish = &w->wish[i];

		if (!wish->refused && strcmp(wish->path, MAY_NOT_BE_READ) &&
		    strcmp(wish->path, THP_SYSFS "/enabled"))
			watch_knob(k, wish->path);
	}
	return 0;
}

void knob_watch_end(struct knob_watch *k)
{
	for (unsigned i = 0; i < k->count; i++)
		close(k->knob[i].fd);
	free(k->knob);
	k->knob = NULL;
	k->count = 0;
}

bool knob_watch_next(struct knob_watch *k, unsigned *at, struct knob_change *change)
{
	while (*at < k->count) {
		struct watched_knob *knob = &k->knob[(*at)++];
		char now[sizeof(knob->held)];

		if (!read_value(knob->fd, now, sizeof(now)) || !strcmp(now, knob->held))
			continue;
		change->path = knob->path;
		memcpy(change->from, knob->held, sizeof(change->from));
		memcpy(change->to, now, sizeof(change->to));
		memcpy(knob->held, now, sizeof(knob->held));
		change->thp_off =
			!strcmp(knob->path, THP_SYSFS "/enabled") && !strcmp(now, "never");
		return true;
	}
	return false;
}
