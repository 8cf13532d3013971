/* SPDX-License-Identifier: GPL-2.0-only */
/* See mitigations.h. */
#include "system/mitigations.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/textfile.h"

#define DIRECTORY "/sys/devices/system/cpu/vulnerabilities"

static int by_name(const void *a, const void *b)
{
	const struct mitigation *x = a, *y = b;

	return strcmp(x->name, y->name);
}

void mitigations_read(struct mitigations *m, const char *root)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	memset(m, 0, sizeof(*m));
	snprintf(path, sizeof(path), "%s" DIRECTORY, root);
	dir = opendir(path);
	if (!dir)
		return;
	while (m->count < MITIGATIONS_MAX && (entry = readdir(dir))) {
		struct mitigation *flaw = &m->flaw[m->count];

		snprintf(path, sizeof(path), "%s" DIRECTORY "/%s", root, entry->d_name);
		if (entry->d_name[0] == '.' || strlen(entry->d_name) >= sizeof(flaw->name) ||
		    textfile_read(path, flaw->text, sizeof(flaw->text)) < 0)
			continue;
		strcpy(flaw->name, entry->d_name);
		m->count++;
	}
	closedir(dir);
	qsort(m->flaw, m->count, sizeof(*m->flaw), by_name);
}
