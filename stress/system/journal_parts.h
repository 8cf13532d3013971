/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the knob journal share: journal.c changes things, journal_read.c reads
 * the file, journal_restore.c puts things back. */
#ifndef THPSTORM_SYSTEM_JOURNAL_PARTS_H
#define THPSTORM_SYSTEM_JOURNAL_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/append.h"
#include "base/error.h"
#include "system/journal_change.h"
#include "system/made.h"

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
	bool side;		      /* nobody wrote it: it follows from another */
	bool told;		      /* .set is known; old journals do not have it */
	char set[VALUE_MAX];	      /* what it holds while the run goes on */
	char found[VALUE_MAX];	      /* a side effect that is otherwise; "": as it was set */
};

struct journal {
	struct append file;
	int dirfd;
	char path[PATH_BYTES];
	unsigned count;
	struct knob knob[KNOBS_MAX];
	bool left; /* in this journal_restore(): the cause of a side effect */
	unsigned changes;
	struct journal_change change[JOURNAL_CHANGES_MAX];
};

/* The position of @path, -1: it is not there. */
int journal_find(const struct journal *j, const char *path);
/* One more; there must be room. @length: of @path. @made: the thing's kind, NULL for a knob. */
void journal_remember(struct journal *j, const char *path, size_t length, const char *old,
		      const struct made_kind *made);
void journal_forget(struct journal *j, unsigned i);
/* What @path holds while the run goes on; "" for a side effect: not known yet. */
void journal_tell(struct journal *j, const char *path, bool side, const char *value);
/* One more line on the disk, or several, whole: the text ends with a newline. 0 or -errno. */
int journal_append(struct journal *j, struct error *err, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Empties the file; only when nothing is left to restore. 0 or -errno. */
int journal_begin(struct journal *j, struct error *err);

/* The knob's value in the form that can be written back. 0 or -errno. */
int journal_read_value(const char *path, char *value, size_t size);
/* Writes and reads it back. 0 or -errno. */
int journal_write_value(const char *path, const char *value, struct error *err);
/* Of one knob or thing; forgets it when it returns 0. */
int journal_put_back(struct journal *j, unsigned i, struct error *err);
/* What the complete lines of @text name and this boot still has. Cuts @text into lines. */
void journal_parse(struct journal *j, char *text);

#endif
