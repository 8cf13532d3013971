/* SPDX-License-Identifier: GPL-2.0-only */
/* What the storm's witnesses did, into the record; what they saw are events (detect/witness.c). */
#include <stdio.h>

#include "run/supervisor.h"

static uint64_t looks_of(const struct supervisor *s, unsigned witness)
{
	uint64_t looks = load_relaxed(&s->share.head->harm.looks[witness]);

	for (unsigned w = 0; w < s->share.workers; w++)
		looks += load_relaxed(&share_worker(&s->share, w)->harm.looks[witness]);
	return looks;
}

void collect_witnesses(struct supervisor *s)
{
	for (unsigned i = 0; i < WITNESS_COUNT; i++) {
		struct witness_record *to = &s->record->witness[i];
		bool began = s->share.head->pages;

		snprintf(to->note, sizeof(to->note), "%s",
			 began ? s->share.head->witness_note[i] : "the storm did not begin");
		to->active = !to->note[0];
		to->looks = looks_of(s, i);
	}
}
