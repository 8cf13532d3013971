/* SPDX-License-Identifier: GPL-2.0-only */
/* See bundle.h. */
#include "bundle/bundle.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/directory.h"

/* Of a result and of a sweep; a name that ends with '/' is a directory with all that is in it. */
static const char *const wanted[] = {"result.json",  "host.json",     "plan.conf",  "events.jsonl",
				     "timeline.tsv", "heartbeat.tsv", "kernel.log", "journal",
				     "sweep.conf",   "config.orig",   "cells.tsv",  "console.log"};

static bool is_wanted_file(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		if (!strcmp(wanted[i], name))
			return true;
	}
	return false;
}

/* GROUP.WHAT.hgrm is a sum, GROUP.NUMBER.WHAT.hgrm of one thread. */
static bool is_of_one_thread(const char *name)
{
	const char *dot = strchr(name, '.');

	return dot && isdigit((unsigned char)dot[1]);
}

/* The bytes of a file, NUL after them; NULL with the sentence. */
static char *slurp(const char *path, size_t *length, struct error *err)
{
	FILE *in = fopen(path, "re");
	char *text = NULL;
	size_t room = 0, n = 1;

	*length = 0;
	while (in && n) {
		if (room - *length < 65536)
			text = realloc(text, room += 1 << 20);
		if (!text)
			break;
		n = fread(text + *length, 1, room - *length - 1, in);
		*length += n;
	}
	if (!in || !text || ferror(in))
		error_errno(err, in && text ? EIO : in ? ENOMEM : errno, "cannot read %s", path);
	else
		text[*length] = '\0';
	if (in)
		fclose(in);
	if (!err->text[0])
		return text;
	free(text);
	return NULL;
}

static int copy(struct bundle *b, const char *from, const char *to, struct error *err)
{
	size_t length;
	char *text = slurp(from, &length, err);
	FILE *out = text ? fopen(to, "we") : NULL;
	int ret = 0;

	if (out && b->keep_names)
		fwrite(text, 1, length, out);
	else if (out)
		anonymous_copy(&b->names, text, length, out);
	if (!text)
		ret = -EIO;
	else if (!out || ferror(out))
		ret = error_errno(err, errno, "cannot write %s", to);
	if (out && fclose(out) && !ret)
		ret = error_errno(err, errno, "cannot write %s", to);
	free(text);
	b->files++;
	return ret;
}

static int gather(struct bundle *b, const char *from, const char *to, const char *below,
		  struct error *err);

static int gather_one(struct bundle *b, const char *from, const char *to, const char *below,
		      const struct dirent *e, struct error *err)
{
	char a[PATH_MAX], c[PATH_MAX];
	bool hist = !strcmp(below, "hist"),
	     lost = !strcmp(below, "lost") || !strcmp(below, "pstore");

	if ((size_t)snprintf(a, sizeof(a), "%s/%s", from, e->d_name) >= sizeof(a) ||
	    (size_t)snprintf(c, sizeof(c), "%s/%s", to, e->d_name) >= sizeof(c))
		return error_set(err, ENAMETOOLONG, "%s is too long", from);
	if (e->d_type == DT_DIR)
		return gather(b, a, c, e->d_name, err);
	if (hist && is_of_one_thread(e->d_name)) {
		b->left_out++;
		return 0;
	}
	return e->d_type == DT_REG && (hist || lost || is_wanted_file(e->d_name))
		       ? copy(b, a, c, err)
		       : 0;
}

/* All of @from that belongs into a bundle, to @to. @below: the directory's own name. */
static int gather(struct bundle *b, const char *from, const char *to, const char *below,
		  struct error *err)
{
	char path[PATH_MAX];
	DIR *dir = opendir(from);
	int ret = 0;

	if (!dir)
		return error_errno(err, errno, "cannot read %s", from);
	snprintf(path, sizeof(path), "%s", to);
	if (directory_make(path))
		ret = error_errno(err, errno, "cannot make %s", to);
	for (struct dirent *e; !ret && (e = readdir(dir));) {
		if (e->d_name[0] != '.')
			ret = gather_one(b, from, to, below, e, err);
	}
	closedir(dir);
	return ret;
}

static int run(char *const *command, struct error *err)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		dup2(null, 2);
		execvp(command[0], command);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return error_errno(err, errno, "cannot run %s", command[0]);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return error_set(err, ENOENT, "%s is not installed", command[0]);
	return status ? -EIO : 0;
}

/* Owners, times and order as always: the same bytes for the same result. */
static int pack(const char *stage, const char *name, const char *file, struct error *err)
{
	char *const command[] = {
		"tar",	      "--sort=name",	  "--owner=0", "--group=0",   "--numeric-owner",
		"--mtime=@0", "--mode=u+rw,go+r", "-C",	       (char *)stage, "-cJf",
		(char *)file, (char *)name,	  NULL};
	int ret = run(command, err);

	if (ret == -EIO)
		error_set(err, EIO,
			  "tar could not write %s: is xz installed, and the disk not full?", file);
	if (ret)
		unlink(file);
	return ret;
}

/* The last part of the directory's name; the bundle unpacks to it. */
static void name_of(const char *dir, char *buf, size_t size)
{
	char *full = realpath(dir, NULL), *slash = full ? strrchr(full, '/') : NULL;

	snprintf(buf, size, "%s", slash && slash[1] ? slash + 1 : "result");
	free(full);
}

int bundle_write(struct bundle *b, const char *dir, const char *file, struct error *err)
{
	const char *tmp = getenv("TMPDIR");
	char stage[PATH_MAX], to[PATH_MAX + NAME_MAX], name[NAME_MAX];
	int ret;

	err->text[0] = '\0';
	if (!access(file, F_OK))
		return error_set(err, EEXIST, "%s is there already: name another by -o", file);
	snprintf(stage, sizeof(stage), "%s/thpstorm-bundle-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(stage))
		return error_errno(err, errno, "cannot make %s", stage);
	name_of(dir, name, sizeof(name));
	snprintf(to, sizeof(to), "%s/%s", stage, name);
	ret = gather(b, dir, to, "", err);
	if (!ret)
		ret = pack(stage, name, file, err);
	run((char *const[]){"rm", "-rf", stage, NULL}, &(struct error){""});
	return ret;
}
