/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the knob journal share: journal.c changes things, journal_read.c reads the
 * file. */
#ifndef THPSTORM_SYSTEM_JOURNAL_PARTS_H
#define THPSTORM_SYSTEM_JOURNAL_PARTS_H

#include <stddef.h>

#include "base/append.h"
#include "system/journal.h"

#define HEADER	      "thpstorm-journal 1\n"
#define JOURNAL_BYTES (64 * 1024)
#define KNOBS_MAX     64
#define VALUE_MAX     256
#define PATH_BYTES    512

/* A knob, or a thing that was made. */
struct knob {
	char path[PATH_BYTES];
	char old[VALUE_MAX];	      /* of a thing: its kind's name */
	const struct made_kind *made; /* NULL: a knob */
};

struct journal {
	struct append file;
	int dirfd;
	char path[PATH_BYTES];
	unsigned count;
	struct knob knob[KNOBS_MAX];
};

/* The position of @path, -1: it is not there. */
int journal_find(const struct journal *j, const char *path);
/* One more; there must be room. @length: of @path. @made: the thing's kind, NULL for a knob. */
void journal_remember(struct journal *j, const char *path, size_t length, const char *old,
		      const struct made_kind *made);
void journal_forget(struct journal *j, unsigned i);
/* What the complete lines of @text name and this boot still has. Cuts @text into lines. */
void journal_parse(struct journal *j, char *text);

#endif
