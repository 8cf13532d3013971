/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The knob journal: what thpstorm changed on this machine and what was there before, and what it
 * made.
 *
 * A knob is a sysfs or sysctl file. journal_set() saves its value to the journal, fsyncs, writes
 * the new value and reads it back. journal_restore() puts the values back in reverse order and
 * empties the journal; journal_close() removes it. The journal lives in the state directory
 * (default /var/lib/thpstorm, environment THPSTORM_STATE for tests and for people without root) as
 * text:
 *
 *	thpstorm-journal 1
 *	boot BOOT_ID
 *	pid PID
 *	set PATH<TAB>OLD VALUE
 *	now PATH<TAB>VALUE SET
 *	side PATH<TAB>VALUE
 *	made PATH<TAB>KIND
 *	back PATH
 *
 * `now` follows `set` in one write and says what thpstorm is about to set; `side` stands for it
 * where the value follows from another knob, empty until that one is set. A knob that holds neither
 * its old value nor the one set was changed by somebody else: it is left, and journal_changes()
 * tells of it. Journals of versions before have no `now`: their knobs are written back as they are.
 *
 * Lines are only added (`back`: this one is restored, or removed) until nothing is left to restore.
 * A line counts only when its newline is there (a torn last line was never followed by the write it
 * announces). In a journal of another boot_id values are dropped, not written back: they do not
 * survive a reboot; of what was made, what does survive one (made.h) is removed. The file stays
 * flock()ed while a run lives, so a second run on the same machine is refused and names the first.
 *
 * What is written back is the choice (`madvise`), never the raw text (`always [madvise] never`).
 */
#ifndef THPSTORM_SYSTEM_JOURNAL_H
#define THPSTORM_SYSTEM_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "system/journal_change.h"
#include "system/made.h"

struct journal; /* opaque; owned by the caller, freed by journal_close() */

/* Whether the default directory has a journal that this process may read and write. */
bool journal_is_there(void);
/*
 * Opens the journal, takes the lock and restores what a killed run left behind (@recovered, may be
 * NULL, receives how many knobs and things it put back). NULL and *@errp = -EBUSY when another run
 * holds it (message names the pid), -EIO when a value can't be put back (the journal stays),
 * another -errno when the state directory can't be used. @dir NULL: the default above.
 */
struct journal *journal_open(const char *dir, unsigned *recovered, int *errp, struct error *err);

/*
 * Sets one knob. The file's present value is saved the first time it is set. A file that already
 * holds @value is left alone and not journaled. Returns 0 or -errno (-ENOENT: no such knob, -EIO:
 * reads back as something else). After an error the knob has its value from before, if it takes it.
 */
int journal_set(struct journal *j, const char *path, const char *value, struct error *err);
/* Saves a value that will change as a side effect (min_free_kbytes), without writing it. */
int journal_save(struct journal *j, const char *path, struct error *err);
/* After the knobs it follows from are set: what the saved one holds now. 0 or -errno. */
int journal_settle(struct journal *j, const char *path, struct error *err);
/* Whether it is changed, or saved, now. */
bool journal_holds(const struct journal *j, const char *path);

/* Announces a thing, to be made once this has returned 0. 0 or -errno. */
int journal_made(struct journal *j, const struct made_kind *kind, const char *path,
		 struct error *err);

/* Puts everything back, the last first. Returns the number of things that could not be restored (0
 * is good). */
int journal_restore(struct journal *j, struct error *err);
/*
 * Knobs that were left because somebody else had changed them, since journal_open(), which may
 * have met some itself. Returns how many; they belong to the journal.
 */
unsigned journal_changes(const struct journal *j, const struct journal_change **change);
/* "PATH was changed by somebody else during the run (from 'A' to 'B'): left" */
void journal_change_format(const struct journal_change *c, char *buf, size_t size);
/* How many knobs are changed, and things made, now. */
unsigned journal_count(const struct journal *j);

/*
 * Removes the file when nothing is left to restore, unlocks and frees. Does not restore: call
 * journal_restore() first. NULL is allowed.
 */
void journal_close(struct journal *j);

#endif
