/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A sweep's ledger. The input is the lines without their check sums, which are put before them
 * here: else nothing would ever get past them. A first byte of '#' leaves the input as it is.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "sweep/ledger_line.h"
#include "sweep/ledger_read.h"

static void write_with_sums(const char *text, size_t size)
{
	char *sealed = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&sealed, &n);

	for (size_t at = 0; at < size;) {
		const char *end = memchr(text + at, '\n', size - at);
		size_t length = end ? (size_t)(end - text) - at : size - at;

		fprintf(out, "%016llx\t", (unsigned long long)ledger_sum(text + at, length));
		fwrite(text + at, 1, length, out);
		if (end)
			putc('\n', out);
		at += length + 1;
	}
	fclose(out);
	fuzz_file(LEDGER_NAME, (const uint8_t *)sealed, n);
	free(sealed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int dirfd = open(fuzz_directory(), O_RDONLY | O_DIRECTORY);
	struct ledger ledger;
	struct error err;

	if (size && data[0] == '#')
		fuzz_file(LEDGER_NAME, data + 1, size - 1);
	else
		write_with_sums((const char *)data, size);
	memset(&ledger, 0, sizeof(ledger));
	if (!ledger_open(&ledger, dirfd, "fuzz", false, &err)) {
		char *text = NULL;
		FILE *conf = ledger_conf(&ledger, &text);

		if (conf)
			fclose(conf);
		free(text);
	}
	ledger_close(&ledger);
	close(dirfd);
	return 0;
}
