/* SPDX-License-Identifier: GPL-2.0-only */
/* Keeping a worker's books outside the timed part. */
#ifndef THPSTORM_WORKERS_BOOK_H
#define THPSTORM_WORKERS_BOOK_H

#include "workers/worker.h"

/* Counts an unexpected -errno. */
void book_error(struct worker *w, int err);
/* settle() of the faulters whose call returns nothing but 0 or -errno. */
void book_touch(struct worker *w);

/* Adds the slots that are whole to @on_node, by number, as far as the kernel says where they are. */
void book_nodes(const struct arena *a, unsigned first, unsigned count, uint32_t *on_node);

#endif
