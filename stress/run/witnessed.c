/* SPDX-License-Identifier: GPL-2.0-only */
/* What the storm's witnesses did, into the record; what they saw are events (detect/witness.c). */
#include <stdio.h>

#include "run/supervisor.h"

static uint64_t looks_of(const struct supervisor *s, unsigned witness)
{
	uint64_t looks = 0;

	for (unsigned i = 0; i < s->share.sites; i++)
		looks += load_relaxed(&share_site(&s->share, i)->harm.looks[witness]);
	for (unsigned w = 0; w < s->share.workers; w++)
		looks += load_relaxed(&share_worker(&s->share, w)->harm.looks[witness]);
	return looks;
}

/* Why one did not look: in the first process where it did not. */
static const char *note_of(const struct supervisor *s, unsigned witness)
{
	const char *note = "the storm did not begin";

	for (unsigned i = 0; i < s->share.sites; i++) {
		const struct site_share *site = share_site(&s->share, i);

		/* One without pages has nothing to look at. */
		if (!site->pages)
			continue;
		note = site->witness_note[witness];
		if (*note)
			return note;
	}
	return note;
}

void collect_witnesses(struct supervisor *s)
{
	for (unsigned i = 0; i < WITNESS_COUNT; i++) {
		struct witness_record *to = &s->record->witness[i];

		snprintf(to->note, sizeof(to->note), "%s", note_of(s, i));
		to->active = !to->note[0];
		to->looks = looks_of(s, i);
	}
}
