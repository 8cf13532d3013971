/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two ways a result's files are written, both such that a full disk leaves nothing torn: a line
 * is appended whole or taken back, a file appears whole under its name or not at all.
 * All return 0 or -errno.
 */
#ifndef THPSTORM_BENCH_RESULT_FILE_H
#define THPSTORM_BENCH_RESULT_FILE_H

#include "base/base.h"

struct result_stream {
	const char *name;
	int fd;	    /* -1 closed */
	bool dirty; /* written since the last sync */
};

/* Makes the file anew: whatever had its name is removed. */
int result_stream_open(struct result_stream *s, int dirfd, const char *name);
int result_stream_append(struct result_stream *s, const char *line, size_t len);
int result_stream_sync(struct result_stream *s);
void result_stream_close(struct result_stream *s);

/* Through NAME.tmp and rename(2); links are replaced, not followed. @sync: on the disk before it has its name. */
int result_file_write(int dirfd, const char *name, const char *text, size_t len, bool sync);

#endif
