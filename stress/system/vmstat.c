/* SPDX-License-Identifier: GPL-2.0-only */
/* See vmstat.h. */
#include "system/vmstat.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "system/thp.h"

/* About 5 KiB on 6.18; a kernel that needs more is cut and says so. */
#define VMSTAT_TEXT (32 * 1024)

const char *const vmstat_names[VMSTAT_COUNT] = {
#define X(name) #name,
	VMSTAT_COUNTERS(X)
#undef X
#define X(name) "size_" #name,
		VMSTAT_SIZE_COUNTERS(X)
#undef X
};

int vmstat_open(struct vmstat_files *files, uint64_t size)
{
	files->vmstat = open("/proc/vmstat", O_RDONLY | O_CLOEXEC);
	for (int i = 0; i < VMSTAT_SIZE_COUNT; i++) {
		const char *name = vmstat_names[VMSTAT_SIZE_FIRST + i] + strlen("size_");
		char file[64], path[128];

		snprintf(file, sizeof(file), "stats/%s", name);
		thp_size_path(size, file, path, sizeof(path));
		files->of_size[i] = size ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	}
	return files->vmstat < 0 ? -errno : 0;
}

void vmstat_close(struct vmstat_files *files)
{
	for (int i = 0; i < VMSTAT_SIZE_COUNT; i++) {
		if (files->of_size[i] >= 0)
			close(files->of_size[i]);
	}
	close(files->vmstat);
}

static const char *parse_number(const char *at, uint64_t *value)
{
	uint64_t v = 0;

	while (*at >= '0' && *at <= '9')
		v = v * 10 + (uint64_t)(*at++ - '0');
	*value = v;
	return at;
}

void vmstat_parse(const char *text, struct vmstat *out)
{
	for (int c = 0; c < VMSTAT_COUNT; c++)
		out->value[c] = VMSTAT_ABSENT;
	while (*text) {
		size_t n = strcspn(text, " \n");

		for (int c = 0; c < VMSTAT_SIZE_FIRST && text[n] == ' '; c++) {
			/* Most lines are of no interest, and their first letter says so. */
			if (*text == *vmstat_names[c] && !strncmp(text, vmstat_names[c], n) &&
			    !vmstat_names[c][n]) {
				parse_number(text + n + 1, &out->value[c]);
				break;
			}
		}
		text += n + strcspn(text + n, "\n");
		text += *text == '\n';
	}
}

static void read_sizes(const struct vmstat_files *files, struct vmstat *out)
{
	for (int i = 0; i < VMSTAT_SIZE_COUNT; i++) {
		char text[32];
		ssize_t n = files->of_size[i] < 0
				    ? -1
				    : pread(files->of_size[i], text, sizeof(text) - 1, 0);

		text[MAX(n, 0)] = '\0';
		if (n > 0)
			parse_number(text, &out->value[VMSTAT_SIZE_FIRST + i]);
	}
}

int vmstat_read(const struct vmstat_files *files, struct vmstat *out)
{
	char text[VMSTAT_TEXT];
	int fd = files->vmstat;
	size_t have = 0;
	ssize_t n;

	/* What can't be read is not 0. */
	vmstat_parse("", out);
	while ((n = pread(fd, text + have, sizeof(text) - 1 - have, (off_t)have)) > 0)
		have += (size_t)n;
	if (n < 0)
		return -errno;
	if (have == sizeof(text) - 1)
		return -EFBIG;
	text[have] = '\0';
	vmstat_parse(text, out);
	read_sizes(files, out);
	return 0;
}

uint64_t vmstat_delta(const struct vmstat *before, const struct vmstat *after,
		      enum vmstat_counter c)
{
	if (before->value[c] == VMSTAT_ABSENT || after->value[c] == VMSTAT_ABSENT)
		return VMSTAT_ABSENT;
	return after->value[c] - before->value[c];
}
