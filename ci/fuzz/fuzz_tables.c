/* SPDX-License-Identifier: GPL-2.0-only */
/* The tables of a result that gnuplot is given: the input as each of them. */
#include <stdlib.h>

#include "fuzz.h"
#include "plot/tables.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct timeline_facts facts = {0};
	struct error err = {""};
	unsigned rows = 0;

	fuzz_file("timeline.tsv", data, size);
	if (timeline_read(fuzz_directory(), &facts, &err) && !err.text[0])
		abort();
	err.text[0] = '\0';
	fuzz_file("heartbeat.tsv", data, size);
	if (heartbeat_read(fuzz_directory(), &rows, &err) && !err.text[0])
		abort();
	return 0;
}
