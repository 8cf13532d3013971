/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The knob journal. The order of every change is: the line is on disk, then the knob is written,
 * then it is read back; so at any moment the file tells all that may have been changed. See
 * journal.h.
 */
#include "system/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/textfile.h"
#include "system/choice.h"

#define STATE_DIRECTORY "/var/lib/thpstorm"
#define HEADER		"thpstorm-journal 1\n"
#define JOURNAL_BYTES	(64 * 1024)
#define KNOBS_MAX	64
#define VALUE_MAX	256
#define PATH_BYTES	512

struct knob {
	char path[PATH_BYTES];
	char old[VALUE_MAX];
	bool failed; /* could not be restored */
};

struct journal {
	int fd;
	char path[PATH_BYTES];
	unsigned count;
	struct knob knob[KNOBS_MAX];
};

/* The knob's value in the form that can be written back. */
static int read_value(const char *path, char *value, size_t size)
{
	char text[VALUE_MAX];
	long n = textfile_read(path, text, sizeof(text));
	int ret;

	if (n < 0)
		return (int)n;
	ret = choice_current(text, value, size);
	if (ret != -ENOENT)
		return ret;
	snprintf(value, size, "%s", text);
	return 0;
}

static int write_value(const char *path, const char *value, struct error *err)
{
	char now[VALUE_MAX];
	int ret = textfile_write(path, value);

	if (ret)
		return error_errno(err, -ret, "cannot write '%s' to %s", value, path);
	ret = read_value(path, now, sizeof(now));
	if (ret)
		return error_errno(err, -ret, "cannot read %s back", path);
	if (strcmp(now, value))
		return error_set(err, EIO, "wrote '%s' to %s, but it reads back as '%s'", value,
				 path, now);
	return 0;
}

static void boot_id(char *buf, size_t size)
{
	if (textfile_read("/proc/sys/kernel/random/boot_id", buf, size) < 0)
		snprintf(buf, size, "unknown");
}

/* Writes the whole journal and brings it to the disk. */
static int store(struct journal *j, struct error *err)
{
	char boot[64], *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	int ret = 0;

	if (!f)
		return error_set(err, ENOMEM, "no memory for the journal");
	boot_id(boot, sizeof(boot));
	fprintf(f, HEADER "boot %s\npid %d\n", boot, (int)getpid());
	for (unsigned i = 0; i < j->count; i++)
		fprintf(f, "set %s\t%s\n", j->knob[i].path, j->knob[i].old);
	fclose(f);
	if (pwrite(j->fd, text, size, 0) != (ssize_t)size || ftruncate(j->fd, (off_t)size) ||
	    fsync(j->fd))
		ret = error_errno(err, errno ? errno : EIO, "cannot write the journal %s", j->path);
	free(text);
	return ret;
}

/* One more line at the end: what stands there already is not touched. */
static int append(struct journal *j, const struct knob *k, struct error *err)
{
	char line[PATH_BYTES + VALUE_MAX + 8];
	off_t end = lseek(j->fd, 0, SEEK_END);
	int n = snprintf(line, sizeof(line), "set %s\t%s\n", k->path, k->old);

	if (write(j->fd, line, (size_t)n) == n && !fsync(j->fd))
		return 0;
	error_errno(err, errno ? errno : ENOSPC, "cannot write the journal %s; nothing is changed",
		    j->path);
	if (ftruncate(j->fd, end))
		return -EIO;
	return -ENOSPC;
}

/* In reverse order; what can't be restored stays in the journal, in its order. */
static int restore_all(struct journal *j, struct error *err)
{
	unsigned kept = 0;

	for (unsigned i = j->count; i-- > 0;) {
		struct knob *k = &j->knob[i];
		char now[VALUE_MAX];
		struct error why;

		k->failed = false;
		if (!read_value(k->path, now, sizeof(now)) && !strcmp(now, k->old))
			continue;
		k->failed = write_value(k->path, k->old, &why) != 0;
		if (k->failed && err)
			*err = why;
	}
	for (unsigned i = 0; i < j->count; i++) {
		if (j->knob[i].failed)
			j->knob[kept++] = j->knob[i];
	}
	j->count = kept;
	return (int)kept;
}

int journal_restore(struct journal *j, struct error *err)
{
	int left = restore_all(j, err);

	if (left)
		store(j, NULL);
	else if (ftruncate(j->fd, 0))
		store(j, NULL);
	return left;
}

/* Complete lines of @text into the journal; true when they are of this boot. */
static bool parse(struct journal *j, char *text)
{
	char boot[64], *line = text, *end;
	bool same = false;

	boot_id(boot, sizeof(boot));
	if (strncmp(text, HEADER, strlen(HEADER)))
		return false;
	for (; (end = strchr(line, '\n')); line = end + 1) {
		char *tab;

		*end = '\0';
		if (!strncmp(line, "boot ", 5))
			same = !strcmp(line + 5, boot);
		tab = strchr(line, '\t');
		if (strncmp(line, "set ", 4) || !tab || j->count == KNOBS_MAX)
			continue;
		*tab = '\0';
		snprintf(j->knob[j->count].path, PATH_BYTES, "%s", line + 4);
		snprintf(j->knob[j->count++].old, VALUE_MAX, "%s", tab + 1);
	}
	if (!same)
		j->count = 0;
	return same;
}

static int make_directory(const char *dir, struct error *err)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof(path), "%s", dir);
	for (char *at = path + 1; at; at = *at ? at + 1 : NULL) {
		at += strcspn(at, "/");
		if (*at == '/') {
			*at = '\0';
			mkdir(path, 0755);
			*at = '/';
		} else if (mkdir(path, 0755) && errno != EEXIST) {
			return error_errno(
				err, errno,
				"cannot make the state directory %s (THPSTORM_STATE names "
				"another)",
				dir);
		} else {
			break;
		}
	}
	return 0;
}

static int sync_directory(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), ret = 0;

	if (fd < 0)
		return -errno;
	if (fsync(fd) && errno != EINVAL)
		ret = -errno;
	close(fd);
	return ret;
}

static int refuse_second(struct journal *j, struct error *err)
{
	char text[1024];
	const char *pid;
	int who = 0;

	textfile_read(j->path, text, sizeof(text));
	pid = strstr(text, "\npid ");
	if (pid)
		who = atoi(pid + 5);
	return error_set(
		err, EBUSY,
		"another thpstorm runs on this machine (pid %d); wait for it, or end it with "
		"SIGTERM",
		who);
}

/* What a killed run left behind is put back before anything new is done. */
static int recover(struct journal *j, unsigned *recovered, struct error *err)
{
	char *text = calloc(1, JOURNAL_BYTES);
	struct error why;
	unsigned had;
	int left = 0;

	if (!text)
		return error_set(err, ENOMEM, "no memory for the journal");
	textfile_read(j->path, text, JOURNAL_BYTES);
	/* textfile_read() cuts the last newline, which is what makes the last line whole. */
	if (lseek(j->fd, 0, SEEK_END) == (off_t)strlen(text) + 1)
		text[strlen(text)] = '\n';
	parse(j, text);
	free(text);
	had = j->count;
	if (had)
		left = journal_restore(j, &why);
	if (left)
		return error_set(err, EIO, "%d knobs of a killed run are not back: %.400s", left,
				 why.text);
	if (recovered)
		*recovered = had;
	return store(j, err);
}

struct journal *journal_open(const char *dir, unsigned *recovered, int *errp, struct error *err)
{
	struct journal *j = calloc(1, sizeof(*j));
	const char *named = getenv("THPSTORM_STATE");

	if (recovered)
		*recovered = 0;
	if (!dir)
		dir = named && named[0] ? named : STATE_DIRECTORY;
	if (!j) {
		*errp = error_set(err, ENOMEM, "no memory for the journal");
		return NULL;
	}
	j->fd = -1;
	snprintf(j->path, sizeof(j->path), "%s/journal", dir);
	*errp = make_directory(dir, err);
	if (!*errp) {
		j->fd = open(j->path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
		if (j->fd < 0)
			*errp = error_errno(err, errno, "cannot open the journal %s", j->path);
	}
	if (!*errp && flock(j->fd, LOCK_EX | LOCK_NB))
		*errp = refuse_second(j, err);
	if (!*errp && sync_directory(dir))
		*errp = error_set(err, EIO, "cannot bring %s to the disk", dir);
	if (!*errp)
		*errp = recover(j, recovered, err);
	if (*errp) {
		journal_close(j);
		return NULL;
	}
	return j;
}

static struct knob *find(struct journal *j, const char *path)
{
	for (unsigned i = 0; i < j->count; i++) {
		if (!strcmp(j->knob[i].path, path))
			return &j->knob[i];
	}
	return NULL;
}

int journal_save(struct journal *j, const char *path, struct error *err)
{
	struct knob *k = &j->knob[j->count];
	int ret;

	if (find(j, path))
		return 0;
	if (j->count == KNOBS_MAX || strlen(path) >= PATH_BYTES || strpbrk(path, "\t\n"))
		return error_set(err, EINVAL, "%s can't be journaled", path);
	ret = read_value(path, k->old, sizeof(k->old));
	if (ret)
		return error_errno(err, -ret, "cannot read %s", path);
	if (strchr(k->old, '\n'))
		return error_set(err, EINVAL, "%s has more than one line: no knob", path);
	snprintf(k->path, sizeof(k->path), "%s", path);
	ret = append(j, k, err);
	if (!ret)
		j->count++;
	return ret;
}

int journal_set(struct journal *j, const char *path, const char *value, struct error *err)
{
	char now[VALUE_MAX];
	int ret = read_value(path, now, sizeof(now));

	if (ret)
		return error_errno(err, -ret, "cannot read %s", path);
	if (!strcmp(now, value))
		return 0;
	ret = journal_save(j, path, err);
	return ret ? ret : write_value(path, value, err);
}

unsigned journal_count(const struct journal *j)
{
	return j->count;
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	if (j->fd >= 0)
		close(j->fd);
	free(j);
}
