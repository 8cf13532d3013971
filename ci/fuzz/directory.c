/* SPDX-License-Identifier: GPL-2.0-only */
/* See fuzz.h. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fuzz.h"

static char directory[] = "/dev/shm/thpstorm-fuzz-XXXXXX";

static void remove_directory(void)
{
	char command[sizeof(directory) + 16];

	snprintf(command, sizeof(command), "rm -rf %s", directory);
	if (system(command))
		perror(command);
}

const char *fuzz_directory(void)
{
	static const char *made;

	if (!made) {
		made = mkdtemp(directory);
		if (!made) {
			perror(directory);
			exit(2);
		}
		atexit(remove_directory);
	}
	return made;
}

void fuzz_file(const char *name, const uint8_t *data, size_t size)
{
	char path[PATH_MAX];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", fuzz_directory(), name);
	if (!data) {
		unlink(path);
		return;
	}
	out = fopen(path, "w");
	if (!out || fwrite(data, 1, size, out) != size || fclose(out)) {
		perror(path);
		exit(2);
	}
}
