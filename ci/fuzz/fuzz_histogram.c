/* SPDX-License-Identifier: GPL-2.0-only */
/* A histogram in HdrHistogram's percentile text. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "result/hgrm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err = {""};
	char path[PATH_MAX];

	fuzz_file("tails.hgrm", data, size);
	snprintf(path, sizeof(path), "%s/tails.hgrm", fuzz_directory());
	if (hgrm_check(path, &err) && !err.text[0])
		abort();
	return 0;
}
