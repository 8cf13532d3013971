/* SPDX-License-Identifier: GPL-2.0-only */
/* Keeping a worker's books outside the timed part: errors and patterns that are wrong. */
#ifndef THPSTORM_WORKERS_BOOK_H
#define THPSTORM_WORKERS_BOOK_H

#include "workers/worker.h"

/* Counts an unexpected -errno. */
void book_error(struct worker *w, int err);
/* Looks at one page of the arena; counts a wrong pattern and tells it (contract/harm.h). */
void book_check_page(struct worker *w, unsigned slot, unsigned page);
/* settle() of the faulters whose call returns nothing but 0 or -errno: errors, then the pattern
   of the page that was touched. */
void book_touch(struct worker *w);

/* Adds the slots that are whole to @on_node, by number, as far as the kernel says where they are. */
void book_nodes(const struct arena *a, unsigned first, unsigned count, uint32_t *on_node);

#endif
