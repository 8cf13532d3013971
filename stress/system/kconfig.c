/* SPDX-License-Identifier: GPL-2.0-only */
/* See kconfig.h. zcat(1) unpacks: one more library is not worth one file. */
#include "system/kconfig.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/base.h"
#include "base/program.h"
#include "base/textfile.h"

#define CONFIG_BYTES (1 * MIB)

static size_t unpack(char *buf, size_t size)
{
	static const char *const argv[] = {"zcat", "/proc/config.gz", NULL};
	FILE *f = tmpfile();
	size_t n = 0;

	if (!f)
		return 0;
	if (!program_run(&(struct program){.argv = argv, .in = -1, .out = fileno(f), .err = -1})) {
		rewind(f);
		n = fread(buf, 1, size - 1, f);
	}
	buf[n] = '\0';
	fclose(f);
	return n;
}

char *kconfig_read(const char *release, char *name, size_t size)
{
	char *text = calloc(1, CONFIG_BYTES);

	if (!text)
		return NULL;
	snprintf(name, size, "/boot/config-%s", release);
	if (textfile_read(name, text, CONFIG_BYTES) > 0)
		return text;
	snprintf(name, size, "/proc/config.gz");
	if (unpack(text, CONFIG_BYTES))
		return text;
	free(text);
	return NULL;
}
