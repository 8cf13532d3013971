/* SPDX-License-Identifier: GPL-2.0-only */
/* What kinds of memory do alike. */
#ifndef THPSTORM_MEMORY_MAPPING_H
#define THPSTORM_MEMORY_MAPPING_H

#include "memory/arena.h"

/* make(): maps the slots anew, MAP_PRIVATE or MAP_SHARED, advised. @fd: the file that holds them one
   behind the other; -1: none does. */
int memory_map_anew(struct arena *a, unsigned first, unsigned count, int flags, int fd);
/* is_huge() where one fault fills a huge page, and a small one takes its own: none when a faulter
   was there first. */
bool memory_filled_at_once(const struct arena *a, unsigned slot, uint64_t faults);

#endif
