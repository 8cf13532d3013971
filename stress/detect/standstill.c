/* SPDX-License-Identifier: GPL-2.0-only */
/* See standstill.h. */
#include "detect/standstill.h"

/* Makes room: the two that the shortest time lies between become one. */
static void join_nearest(struct standstills *s)
{
	unsigned at = 0;

	for (unsigned i = 1; i + 1 < s->count; i++) {
		if (s->at[i + 1].from - s->at[i].to < s->at[at + 1].from - s->at[at].to)
			at = i;
	}
	s->at[at].to = s->at[at + 1].to;
	s->at[at].ns += s->at[at + 1].ns;
	s->count--;
	for (unsigned i = at + 1; i < s->count; i++)
		s->at[i] = s->at[i + 1];
}

void standstill_add(struct standstills *s, uint64_t from, uint64_t to)
{
	if (s->count && s->at[s->count - 1].to == from) {
		s->at[s->count - 1].to = to;
		s->at[s->count - 1].ns += to - from;
		return;
	}
	if (s->count == STANDSTILLS_MAX)
		join_nearest(s);
	s->at[s->count].from = from;
	s->at[s->count].to = to;
	s->at[s->count++].ns = to - from;
}

uint64_t standstill_within(const struct standstills *s, uint64_t from, uint64_t to)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < s->count; i++) {
		uint64_t first = MAX(from, s->at[i].from), last = MIN(to, s->at[i].to);

		if (first >= last)
			continue;
		/* Of one that was joined, its part. */
		sum += (uint64_t)((double)(last - first) * (double)s->at[i].ns /
				  (double)(s->at[i].to - s->at[i].from));
	}
	return sum;
}

uint64_t standstill_ran(const struct standstills *s, uint64_t from, uint64_t to)
{
	return to > from ? to - from - standstill_within(s, from, to) : 0;
}

bool standstill_is(uint64_t gap, uint64_t late, uint64_t waited)
{
	if (gap < STANDSTILL_MIN || (late == STANDSTILL_UNKNOWN && waited == STANDSTILL_UNKNOWN))
		return false;
	if (late != STANDSTILL_UNKNOWN && late < gap - gap / 4)
		return false;
	return waited == STANDSTILL_UNKNOWN || waited < gap / 2;
}
