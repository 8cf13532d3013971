/* SPDX-License-Identifier: GPL-2.0-only */
/* The journal of knobs and of things made, of this boot and of any. Nothing is put back here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "system/journal_parts.h"
#include "system/state.h"

static void parse(const char *before, const uint8_t *data, size_t size)
{
	struct journal *j = calloc(1, sizeof(*j));
	size_t n = strlen(before);
	char *text = malloc(n + size + 1);

	if (!j || !text)
		abort();
	memcpy(text, before, n);
	memcpy(text + n, data, size);
	text[n + size] = '\0';
	journal_parse(j, text);
	for (unsigned i = 0; i < j->count; i++) {
		if (journal_find(j, j->knob[i].path) < 0)
			abort();
	}
	free(text);
	free(j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char boot[64] = "", head[sizeof(HEADER) + sizeof(boot) + 8];

	parse("", data, size);
	state_boot_id(boot, sizeof(boot), NULL);
	snprintf(head, sizeof(head), HEADER "boot %s\n", boot);
	parse(head, data, size);
	return 0;
}
