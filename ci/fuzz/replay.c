/* SPDX-License-Identifier: GPL-2.0-only */
/* Feeds each file of the directories given to one reader: the corpus, without libFuzzer. */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

static unsigned feed_file(const char *path)
{
	FILE *in = fopen(path, "r");
	uint8_t *data = NULL;
	size_t size = 0, n;

	if (!in)
		return 0;
	do {
		data = realloc(data, size + 65536);
		if (!data)
			abort();
		n = fread(data + size, 1, 65536, in);
		size += n;
	} while (n);
	fclose(in);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 1;
}

int main(int argc, char **argv)
{
	unsigned fed = 0;

	for (int i = 1; i < argc; i++) {
		DIR *dir = opendir(argv[i]);

		for (struct dirent *e; dir && (e = readdir(dir));) {
			char path[PATH_MAX];

			snprintf(path, sizeof(path), "%s/%s", argv[i], e->d_name);
			fed += e->d_type == DT_REG && feed_file(path);
		}
		if (dir)
			closedir(dir);
	}
	printf("%u inputs\n", fed);
	return fed ? 0 : 1;
}
