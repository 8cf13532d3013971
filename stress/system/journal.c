/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The knob journal. The order of every change is: the line is on disk, then the knob is written,
 * then it is read back; so at any moment the file tells all that may have been changed. Lines are
 * only ever added, until nothing is left to restore: whenever the process is killed, the complete
 * lines are right. See journal.h.
 */
#include "system/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/append.h"
#include "base/textfile.h"
#include "system/choice.h"
#include "system/journal_parts.h"
#include "system/state.h"

/*
 * One more line at the end; what stands there already is not touched. When it can't be written
 * whole (a full disk) the torn part is cut, and the next line would overwrite it anyway.
 */
int journal_append(struct journal *j, struct error *err, const char *fmt, ...)
{
	char line[2 * (PATH_BYTES + VALUE_MAX + 64)];
	va_list ap;
	int n, ret;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	ret = append_line(&j->file, line, (size_t)n);
	return ret ? error_errno(err, -ret, "cannot write the journal %s", j->path) : 0;
}

int journal_begin(struct journal *j, struct error *err)
{
	char boot[64];

	if (state_boot_id(boot, sizeof(boot), err))
		return -EIO;
	if (append_cut(&j->file, 0))
		return error_errno(err, errno, "cannot empty the journal %s", j->path);
	return journal_append(j, err, HEADER "boot %s\npid %d\n", boot, (int)getpid());
}

/* What a killed run left behind is put back before anything new is done. */
static int recover(struct journal *j, unsigned *recovered, struct error *err)
{
	char *text = calloc(1, JOURNAL_BYTES);
	struct error why;
	unsigned had;

	if (!text)
		return error_set(err, ENOMEM, "no memory for the journal");
	if (pread(j->file.fd, text, JOURNAL_BYTES - 1, 0) > 0)
		journal_parse(j, text);
	free(text);
	had = j->count;
	if (had && journal_restore(j, &why))
		return error_set(err, EIO,
				 "of a killed run, %s; put it right by hand and remove %s",
				 why.text, j->path);
	if (recovered)
		*recovered = had - j->changes;
	/* If this fails, so does the first journal_save(). */
	journal_begin(j, NULL);
	return 0;
}

static int refuse_second(struct journal *j, struct error *err)
{
	char text[1024] = "";
	const char *pid;
	int who = 0;

	if (pread(j->file.fd, text, sizeof(text) - 1, 0) > 0 && (pid = strstr(text, "\npid ")))
		who = atoi(pid + 5);
	/* The lock outlives the process that took it in those it forked. */
	if (who <= 0 || (kill(who, 0) && errno == ESRCH))
		return error_set(
			err, EBUSY,
			"%s is held by what another thpstorm (pid %d, ended) left running; wait for it, or end it (`fuser %s` finds it)",
			j->path, who, j->path);
	return error_set(
		err, EBUSY,
		"another thpstorm (pid %d) runs on this machine; wait for it, or end it: `kill %d`",
		who, who);
}

/* Whether the file that is open and locked is still the one of that name. */
static bool is_current(const struct journal *j)
{
	struct stat open_file, named;

	return !fstat(j->file.fd, &open_file) && !fstatat(j->dirfd, "journal", &named, 0) &&
	       open_file.st_ino == named.st_ino && open_file.st_dev == named.st_dev;
}

/* A waiter may lock a file that the last holder has unlinked: reopen. */
static int open_locked(struct journal *j, const char *dir, struct error *err)
{
	struct stat st;

	j->dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (j->dirfd < 0)
		return error_errno(err, errno, "cannot open the state directory %s", dir);
	for (;;) {
		j->file.fd = openat(j->dirfd, "journal", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
				    0600);
		if (j->file.fd < 0)
			return error_errno(err, errno, "cannot open the journal %s", j->path);
		if (flock(j->file.fd, LOCK_EX | LOCK_NB))
			return errno == EWOULDBLOCK
				       ? refuse_second(j, err)
				       : error_errno(err, errno, "cannot lock %s", j->path);
		if (is_current(j))
			break;
		close(j->file.fd);
	}
	/* Its lines say what to write where: nobody else's are obeyed. */
	if (fstat(j->file.fd, &st) || st.st_uid != geteuid())
		return error_set(err, EPERM, "%s belongs to another user", j->path);
	if (fsync(j->dirfd) && errno != EINVAL)
		return error_errno(err, errno, "cannot sync %s to disk", dir);
	return 0;
}

bool journal_is_there(void)
{
	char state[PATH_BYTES - 16], path[PATH_BYTES];

	snprintf(path, sizeof(path), "%s/journal", state_directory(state, sizeof(state)));
	return !access(path, R_OK | W_OK);
}

struct journal *journal_open(const char *dir, unsigned *recovered, int *errp, struct error *err)
{
	struct journal *j = calloc(1, sizeof(*j));
	char state[PATH_BYTES];

	if (recovered)
		*recovered = 0;
	if (!dir)
		dir = state_directory(state, sizeof(state));
	if (!j) {
		*errp = error_set(err, ENOMEM, "no memory for the journal");
		return NULL;
	}
	j->file.fd = j->dirfd = -1;
	*errp = strlen(dir) + sizeof("/journal") > sizeof(j->path)
			? error_errno(err, ENAMETOOLONG, "state directory %.100s...", dir)
			: state_make(dir, err);
	snprintf(j->path, sizeof(j->path), "%.*s/journal", PATH_BYTES - 16, dir);
	if (!*errp)
		*errp = open_locked(j, dir, err);
	if (!*errp)
		*errp = recover(j, recovered, err);
	if (!*errp)
		return j;
	if (j->file.fd >= 0)
		close(j->file.fd);
	if (j->dirfd >= 0)
		close(j->dirfd);
	free(j);
	return NULL;
}

/*
 * What is to be put back is on the disk before anything is done. @after: the line that says what
 * the knob will hold, "" for none.
 */
static int announce(struct journal *j, const char *path, const char *old,
		    const struct made_kind *made, const char *after, struct error *err)
{
	int ret;

	if (j->count == KNOBS_MAX || strlen(path) >= PATH_BYTES || strpbrk(path, "\t\n"))
		return error_set(err, EINVAL, "%s can't be journaled", path);
	/* A header that a full disk refused. */
	ret = j->file.size ? 0 : journal_begin(j, err);
	if (!ret)
		ret = journal_append(j, err, "%s %s\t%s\n%s", made ? "made" : "set", path, old,
				     after);
	if (!ret)
		journal_remember(j, path, strlen(path), old, made);
	return ret;
}

static int save(struct journal *j, const char *path, const char *after, struct error *err)
{
	char old[VALUE_MAX];
	int ret = journal_read_value(path, old, sizeof(old));

	if (ret)
		return error_errno(err, -ret, "cannot read %s", path);
	if (strchr(old, '\n'))
		return error_set(err, EINVAL, "%s has more than one line: no knob", path);
	return announce(j, path, old, NULL, after, err);
}

int journal_save(struct journal *j, const char *path, struct error *err)
{
	char after[PATH_BYTES + 16];
	int ret;

	if (journal_find(j, path) >= 0)
		return 0;
	snprintf(after, sizeof(after), "side %.*s\t\n", PATH_BYTES - 1, path);
	ret = save(j, path, after, err);
	if (!ret)
		journal_tell(j, path, true, "");
	return ret;
}

int journal_settle(struct journal *j, const char *path, struct error *err)
{
	char now[VALUE_MAX];
	int ret;

	if (journal_find(j, path) < 0)
		return 0;
	ret = journal_read_value(path, now, sizeof(now));
	if (ret)
		return error_errno(err, -ret, "cannot read %s", path);
	ret = journal_append(j, err, "side %s\t%s\n", path, now);
	if (!ret)
		journal_tell(j, path, true, now);
	return ret;
}

int journal_made(struct journal *j, const struct made_kind *kind, const char *path,
		 struct error *err)
{
	return announce(j, path, kind->name, kind, "", err);
}

/* The first time with the value that it has; later only what it will hold. */
static int announce_value(struct journal *j, const char *path, const char *value, struct error *err)
{
	char after[PATH_BYTES + VALUE_MAX + 16];
	int ret;

	snprintf(after, sizeof(after), "now %.*s\t%.*s\n", PATH_BYTES - 1, path, VALUE_MAX - 1,
		 value);
	ret = journal_find(j, path) < 0 ? save(j, path, after, err)
					: journal_append(j, err, "%s", after);
	if (!ret)
		journal_tell(j, path, false, value);
	return ret;
}

int journal_set(struct journal *j, const char *path, const char *value, struct error *err)
{
	char now[VALUE_MAX];
	unsigned had;
	int ret = journal_read_value(path, now, sizeof(now));

	if (ret)
		return error_errno(err, -ret, "cannot read %s", path);
	if (!strcmp(now, value))
		return 0;
	had = j->count;
	ret = announce_value(j, path, value, err);
	if (ret)
		return ret;
	ret = journal_write_value(path, value, err);
	/* Refused, or made into something else: as if it had not been tried. */
	if (ret && j->count > had) {
		j->knob[had].told = false;
		journal_put_back(j, had, NULL);
	}
	return ret;
}

unsigned journal_count(const struct journal *j)
{
	return j->count;
}

bool journal_holds(const struct journal *j, const char *path)
{
	return journal_find(j, path) >= 0;
}

unsigned journal_changes(const struct journal *j, const struct journal_change **change)
{
	*change = j->change;
	return j->changes;
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	if (!j->count)
		unlinkat(j->dirfd, "journal", 0);
	close(j->file.fd);
	close(j->dirfd);
	free(j);
}
