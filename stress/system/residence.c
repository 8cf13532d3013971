/* SPDX-License-Identifier: GPL-2.0-only */
/* See residence.h. */
#include "system/residence.h"

#include <errno.h>
#include <numaif.h>

#include "base/base.h"

#define BATCH 128

int residence_add(const void *base, size_t stride, unsigned count, uint32_t on_node[NODE_IDS_MAX])
{
	void *page[BATCH];
	int node[BATCH];

	for (unsigned done = 0; done < count;) {
		unsigned n = MIN(count - done, (unsigned)BATCH);

		for (unsigned i = 0; i < n; i++, done++)
			page[i] = (char *)base + done * stride;
		if (move_pages(0, n, page, NULL, node, 0))
			return -errno;
		for (unsigned i = 0; i < n; i++) {
			if (node[i] >= 0 && node[i] < NODE_IDS_MAX)
				__atomic_add_fetch(&on_node[node[i]], 1, __ATOMIC_RELAXED);
		}
	}
	return 0;
}
