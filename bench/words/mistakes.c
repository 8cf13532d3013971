/* SPDX-License-Identifier: GPL-2.0-only */
/* See mistakes.h. */
#include "words/mistakes.h"

#include <string.h>

void mistakes_add(struct mistakes *m, unsigned line, const struct error *error)
{
	unsigned kept = MIN(m->count, (unsigned)MISTAKES_MAX), at = kept;

	m->count++;
	while (at && m->first[at - 1].line > line)
		at--;
	if (at == MISTAKES_MAX)
		return;
	kept = MIN(kept, (unsigned)MISTAKES_MAX - 1);
	memmove(&m->first[at + 1], &m->first[at], (kept - at) * sizeof(m->first[0]));
	m->first[at].line = line;
	m->first[at].error = *error;
}
