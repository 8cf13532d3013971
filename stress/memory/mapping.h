/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kinds of memory without a file of their own do alike. */
#ifndef THPSTORM_MEMORY_MAPPING_H
#define THPSTORM_MEMORY_MAPPING_H

#include "memory/arena.h"

/* make() of memory without a file: maps the slots anew, MAP_PRIVATE or MAP_SHARED, advised. */
int memory_map_anew(struct arena *a, unsigned first, unsigned count, int flags);
/* is_huge() where one fault fills a huge page, and a small one takes its own: none when a faulter
   was there first. */
bool memory_filled_at_once(const struct arena *a, unsigned slot, uint64_t faults);

#endif
