/* SPDX-License-Identifier: GPL-2.0-only */
/* See bundle.h. */
#include "bundle/bundle.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/interrupt.h"
#include "bundle/gather.h"
#include "bundle/pack.h"
#include "result/read.h"
#include "sweep/rows.h"

/* Of a sweep: how many cells can't be read. -errno with the sentence when the whole can't be. */
static int read_sweep(const char *dir, struct error *err)
{
	struct sweep *s = calloc(1, sizeof(*s));
	struct sweep_rows rows;
	int ret;

	if (!s)
		return error_set(err, ENOMEM, "no memory for a sweep");
	ret = sweep_rows_open(s, dir, &rows, err);
	if (!ret)
		ret = (int)rows.damaged;
	sweep_rows_free(&rows);
	sweep_free(s);
	free(s);
	return ret;
}

/* As a report reads it: how much of it is damaged, or -errno with the sentence. */
static int read_as_report(const char *dir, struct error *err)
{
	json_t *result;

	if (sweep_is_in(dir))
		return read_sweep(dir, err);
	result = result_read(dir, err);
	json_decref(result);
	return result ? 0 : -EINVAL;
}

/* What the bundle unpacks to: the last part of @dir's name, without names. */
static void name_inside(struct bundle *b, const char *dir, char *buf, size_t size)
{
	char *full = realpath(dir, NULL), *slash = full ? strrchr(full, '/') : NULL;

	snprintf(buf, size, "%s", slash && slash[1] ? slash + 1 : "result");
	if (!b->keep_names)
		anonymous_blank(&b->names, buf, strlen(buf));
	free(full);
}

static int stage_and_pack(struct bundle *b, const char *dir, const char *stage, const char *file,
			  struct error *err)
{
	char name[NAME_MAX + 1], to[PATH_MAX + NAME_MAX + 2];
	struct error why;
	int damaged = read_as_report(dir, err), ret;

	if (damaged < 0)
		return damaged;
	name_inside(b, dir, name, sizeof(name));
	snprintf(to, sizeof(to), "%s/%s", stage, name);
	ret = gather(b, dir, to, err);
	if (ret)
		return ret;
	if (read_as_report(to, &why) != damaged)
		return error_set(
			err, EINVAL,
			"%s is unreadable without its names, because one of them is also a word of the format; use --keep-names",
			dir);
	return pack(stage, name, file, err);
}

int bundle_write(struct bundle *b, const char *dir, const char *file, struct error *err)
{
	const char *tmp = getenv("TMPDIR");
	char stage[PATH_MAX];
	sigset_t ends, before;
	int ret;

	if (!access(file, F_OK))
		return error_set(err, EEXIST, "%s exists already; name another file with -o", file);
	if ((size_t)snprintf(stage, sizeof(stage), "%s/thpstorm-bundle-XXXXXX",
			     tmp && *tmp ? tmp : "/tmp") >= sizeof(stage))
		return error_set(err, ENAMETOOLONG, "TMPDIR is too long");
	interrupts_set(&ends);
	sigprocmask(SIG_BLOCK, &ends, &before);
	if (mkdtemp(stage)) {
		ret = stage_and_pack(b, dir, stage, file, err);
		directory_discard(stage, true);
	} else {
		ret = error_errno(err, errno, "cannot make %s (TMPDIR names another place)", stage);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return ret;
}
