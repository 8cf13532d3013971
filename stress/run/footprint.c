/* SPDX-License-Identifier: GPL-2.0-only */
/* See footprint.h. */
#include "run/footprint.h"

#include <stdbool.h>
#include <stdio.h>

uint64_t footprint_kib(const void *skip, size_t bytes, const void *skip2)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	uintptr_t low = (uintptr_t)skip;
	uint64_t sum = 0;
	bool counted = true;
	char line[512];

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		unsigned long from, to, kib;

		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			counted = !(from >= low && to <= low + bytes) && from != (uintptr_t)skip2;
		else if (counted && sscanf(line, "Pss: %lu kB", &kib) == 1)
			sum += kib;
	}
	fclose(f);
	return sum;
}
