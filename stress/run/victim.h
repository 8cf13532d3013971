/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Victims: processes that hold mappings for a worker. A process that storms forks them once its arena
 * is filled and before its first thread, since fork(2) write-locks its mm and write-protects what
 * is private in it. Each parks as a worker does, and dies with the process that forked it.
 */
#ifndef THPSTORM_RUN_VICTIM_H
#define THPSTORM_RUN_VICTIM_H

#include "contract/given.h"
#include "contract/share.h"
#include "workers/worker.h"

struct victims {
	const struct given *given;
	struct share *share;
	unsigned site;
	const struct arena *arena;
};

/* Whether the site has any. */
bool victims_any(const struct victims *v);
/* Forks those of the site's workers; their pids are in their shares. 0 or -errno. */
int victims_fork(const struct victims *v, struct error *err);
/* After PHASE_STOP: waits for them. -ECHILD and the sentence when one ended otherwise than asked. */
int victims_end(const struct victims *v, struct error *err);
/* The pids of a worker's victims into @pid. How many. */
unsigned victims_of(const struct victims *v, unsigned worker, pid_t *pid, unsigned max);

#endif
