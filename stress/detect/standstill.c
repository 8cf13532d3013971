/* SPDX-License-Identifier: GPL-2.0-only */
/* See standstill.h. */
#include "detect/standstill.h"

void standstill_add(struct standstills *s, uint64_t from, uint64_t to)
{
	if (s->count && s->at[s->count - 1].to == from) {
		s->at[s->count - 1].to = to;
		s->at[s->count - 1].ns += to - from;
	} else if (s->count < STANDSTILLS_MAX) {
		s->at[s->count].from = from;
		s->at[s->count].to = to;
		s->at[s->count++].ns = to - from;
	} else {
		s->at[s->count - 1].to = to;
		s->at[s->count - 1].ns += to - from;
	}
}

uint64_t standstill_within(const struct standstills *s, uint64_t from, uint64_t to)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < s->count; i++) {
		uint64_t first = MAX(from, s->at[i].from), last = MIN(to, s->at[i].to);

		if (first < last)
			sum += MIN(last - first, s->at[i].ns);
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
