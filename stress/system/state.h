/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where thpstorm keeps what must outlive a process: the knob journal, the lock of a sweep. The
 * environment's THPSTORM_STATE, else /var/lib/thpstorm for root, else the user's own
 * ($XDG_STATE_HOME/thpstorm, $HOME/.local/state/thpstorm, /tmp/thpstorm-UID).
 */
#ifndef THPSTORM_SYSTEM_STATE_H
#define THPSTORM_SYSTEM_STATE_H

#include <stddef.h>

#include "base/error.h"

#define STATE_OF_ROOT "/var/lib/thpstorm"

/* Returns buf. */
char *state_directory(char *buf, size_t size);
/* The kernel's id of this boot, with its dashes; @size 40 holds it. 0 or -EIO. */
int state_boot_id(char *buf, size_t size, struct error *err);
/* Makes @dir and what lies above it; refuses what base/directory.h says. 0 or -errno. */
int state_make(const char *dir, struct error *err);

#endif
