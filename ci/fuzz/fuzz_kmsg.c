/* SPDX-License-Identifier: GPL-2.0-only */
/* A record of /dev/kmsg, taken apart and classified. */
#include <stdlib.h>
#include <string.h>

#include "contract/event.h"
#include "detect/kmsg_parse.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct kmsg_record record;
	int cpu, kind;

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	if (!kmsg_parse(text, &record)) {
		kind = kmsg_classify(record.text, &cpu);
		if (kind < -1 || kind >= EVENT_KIND_COUNT || cpu < -1 ||
		    kmsg_thread(record.text, kind) < 0)
			abort();
	}
	free(text);
	return 0;
}
