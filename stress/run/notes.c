/* SPDX-License-Identifier: GPL-2.0-only */
/* What makes a run's numbers weak, known before the storm or after it: notes of its record. */
#include <stdio.h>
#include <string.h>

#include "detect/kmsg.h"
#include "base/plural.h"
#include "run/supervisor.h"
#include "run/weakness.h"
#include "system/journal.h"

void note_weaknesses(struct supervisor *s)
{
	struct run_record *r = s->record;
	const struct host_facts *h = &s->given->machine.host;
	const struct topology *t = &s->given->machine.topology;
	char text[sizeof(r->notes[0])];
	unsigned at = 0;

	if (s->placement->spare_cpu < 0)
		record_note(r, "no spare CPU: a lockup would hang this machine");
	if (t->nodes_left_out)
		record_note(r, "%u of %u nodes with memory %s left out: at most %d are used",
			    t->nodes_left_out, t->nodes_left_out + t->nodes,
			    plural_word(t->nodes_left_out, "was", "were"), TOPOLOGY_NODES_MAX);
	if (!strcmp(h->governor, "powersave"))
		record_note(r, "CPU frequency governor powersave");
	if (!h->watchdog)
		record_note(
			r,
			"the kernel's own watchdog is off (kernel.watchdog = 0): it logs no soft lockup");
	if (!r->clock.tsc)
		record_note(r, "%s", r->clock.why);
	if (h->thp.process == THP_PROCESS_NONE)
		record_note(
			r,
			"huge pages were disabled for this process by whoever started it (PR_SET_THP_DISABLE): enabled for the storm");
	while (weakness_next(s->given, &at, text, sizeof(text)))
		record_note(r, "%s", text);
	for (unsigned i = 0; i < s->plan->groups; i++) {
		if (r->group[i].skipped)
			record_note(r, "group [%s] was skipped: %.150s", s->plan->group[i].name,
				    r->group[i].skip_reason);
	}
}

void note_detectors(struct supervisor *s)
{
	for (unsigned i = 0; i < s->detectors; i++) {
		const struct detector *d = &s->detector[i];

		if (d->active)
			continue;
		if (d->ops == &detector_kmsg)
			record_note(s->record, "the kernel log was not watched: %.150s", d->note);
		else
			record_note(s->record, "the detector %s did not run: %.140s", d->ops->name,
				    d->note);
	}
}

void note_changes(struct supervisor *s)
{
	const struct journal_change *change;
	unsigned n = journal_changes(s->journal, &change);
	char text[sizeof(s->record->notes[0])];

	for (unsigned i = 0; i < n; i++) {
		journal_change_format(&change[i], text, sizeof(text));
		record_note(s->record, "%s", text);
	}
}

void note_knobs_left(struct supervisor *s)
{
	char left[170];

	if (wishes_left(&s->wishes, left, sizeof(left))[0])
		record_note(s->record, "left as they are: %s", left);
	if (wishes_remedy(&s->wishes))
		record_note(s->record, "to have these settings changed for the run: %s",
			    wishes_remedy(&s->wishes));
}

void look_for_changes(struct supervisor *s, uint64_t now)
{
	struct knob_change c;
	unsigned at = 0;

	s->knobs.due = now + KNOB_PERIOD;
	while (knob_watch_next(&s->knobs, &at, &c)) {
		watch_tell(s, EVENT_knob_changed, -1, 0,
			   "%s was changed by somebody else (from '%s' to '%s')", c.path, c.from,
			   c.to);
		s->record->thp_switched_off |= c.thp_off;
	}
}
