/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What should be locked in memory and could not be. A run goes on without: but where memory is
 * short the watch may then wait for the disk, and a worker fault on what it writes its books to.
 */
#include <stdio.h>
#include <string.h>

#include "run/supervisor.h"

/* errno: here, or in a process that storms. */
static int segment_unlocked(const struct share *share)
{
	int e = share->unlocked;

	for (unsigned i = 0; i < share->sites && !e; i++)
		e = share_site(share, i)->unlocked;
	return e;
}

void note_unlocked(struct supervisor *s)
{
	const int segment = segment_unlocked(&s->share);
	const struct {
		int err;
		const char *what;
	} parts[] = {
		{s->unlocked, "the watch"},
		{segment, "the shared segment"},
		{s->stream.unlocked, "the ring of events"},
		{s->rescue.unlocked ? s->rescue.unlocked : helpers_unlocked(&s->rescue.helpers),
		 "the rescue"},
	};
	char list[100] = "";
	size_t n = 0;
	int e = 0;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (!parts[i].err)
			continue;
		e = e ? e : parts[i].err;
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s", n ? ", " : "",
				      parts[i].what);
	}
	if (e)
		record_note(s->record,
			    "not locked in memory (%s; see `ulimit -l`): %s: reclaim may stop them",
			    strerror(e), list);
}
