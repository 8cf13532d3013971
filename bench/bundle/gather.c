/* SPDX-License-Identifier: GPL-2.0-only */
/* See gather.h. */
#include "bundle/gather.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/directory.h"
#include "base/stream_errno.h"
#include "sweep/ledger.h"
#include "sweep/ledger_line.h"

/* Paths from their end on, as fnmatch(3) takes them. Pictures can be drawn again from these. */
static const char *const wanted[] = {
	/* of a run */
	"*/result.json",
	"*/host.json",
	"*/plan.conf",
	"*/events.jsonl",
	"*/timeline.tsv",
	"*/heartbeat.tsv",
	"*/kernel.log",
	"*/hist/*.hgrm",
	/* of a sweep */
	"*/" LEDGER_NAME,
	"*/sweep.conf",
	"*/config.orig",
	"*/cells.tsv",
	"*/lost/*",
	/* of a machine of ci/vm */
	"*/console.log",
	"*/vm.json",
};

static bool is_wanted(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		if (!fnmatch(wanted[i], path, 0))
			return true;
	}
	return false;
}

/* hist/GROUP.WHAT.hgrm is a sum, hist/GROUP.NUMBER.WHAT.hgrm of one thread. */
static bool is_of_one_thread(const char *path, const char *name)
{
	const char *dot = strchr(name, '.');

	return dot && isdigit((unsigned char)dot[1]) && !fnmatch("*/hist/*.hgrm", path, 0);
}

static bool is_interrupted(void)
{
	sigset_t pending;

	sigpending(&pending);
	return !sigisemptyset(&pending);
}

/* The bytes of a file: free them. NULL with the sentence. */
static char *read_whole(const char *path, size_t size, size_t *length, struct error *err)
{
	/* What was a file a moment ago may be a link or a pipe now. */
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	FILE *in = fd < 0 ? NULL : fdopen(fd, "r");
	char *text = malloc(size + 1);

	*length = 0;
	errno = in ? 0 : errno;
	if (text && in)
		*length = fread(text, 1, size, in);
	if (!text || !in || ferror(in)) {
		error_errno(err, !text ? ENOMEM : errno ? errno : EIO, "cannot read %s", path);
		free(text);
		text = NULL;
	}
	if (in)
		fclose(in);
	return text;
}

static int write_whole(const char *path, const char *text, size_t length, struct error *err)
{
	FILE *out = fopen(path, "we");
	int e;

	if (!out)
		return error_errno(err, errno, "cannot write %s", path);
	errno = 0;
	fwrite(text, 1, length, out);
	e = stream_errno(out);
	if (fclose(out) && !e)
		e = errno;
	return e ? error_errno(err, e, "cannot write %s", path) : 0;
}

static int copy(struct bundle *b, const char *from, const char *name, size_t size, const char *to,
		struct error *err)
{
	size_t length;
	char *text = read_whole(from, size, &length, err);
	int ret;

	if (!text)
		return -EIO;
	if (!b->keep_names) {
		anonymous_blank(&b->names, text, length);
		if (!strcmp(name, LEDGER_NAME))
			ledger_sum_lines(text, length);
	}
	ret = write_whole(to, text, length, err);
	free(text);
	b->files++;
	return ret;
}

static int gather_one(struct bundle *b, const char *from, const char *name, const char *to,
		      struct error *err)
{
	struct stat st;

	if (is_interrupted())
		return error_set(err, EINTR, "interrupted");
	if (lstat(from, &st))
		return error_errno(err, errno, "cannot read %s", from);
	if (S_ISDIR(st.st_mode))
		return gather(b, from, to, err);
	if (is_of_one_thread(from, name))
		b->single_threads++;
	else if (!S_ISREG(st.st_mode) || !is_wanted(from))
		b->others++;
	else
		return copy(b, from, name, (size_t)st.st_size, to, err);
	return 0;
}

int gather(struct bundle *b, const char *from, const char *to, struct error *err)
{
	char path[PATH_MAX], copied[PATH_MAX];
	DIR *dir = opendir(from);
	int ret = 0;

	if (!dir)
		return error_errno(err, errno, "cannot read %s", from);
	snprintf(copied, sizeof(copied), "%s", to);
	if (directory_make(copied))
		ret = error_errno(err, errno, "cannot make %s", to);
	for (struct dirent *e; !ret && (e = readdir(dir));) {
		if (e->d_name[0] == '.')
			continue;
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", from, e->d_name) < sizeof(path) &&
		    (size_t)snprintf(copied, sizeof(copied), "%s/%s", to, e->d_name) <
			    sizeof(copied))
			ret = gather_one(b, path, e->d_name, copied, err);
		else
			ret = error_set(err, ENAMETOOLONG, "the paths in %s are too long", from);
	}
	closedir(dir);
	return ret;
}
