/* SPDX-License-Identifier: GPL-2.0-only */
/* See lost.h. */
#include "sweep/lost.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/filecopy.h"
#include "detect/event.h"
#include "detect/kmsg_parse.h"

#define PSTORE	  "/sys/fs/pstore"
#define FILE_MAX  (1 << 20) /* bytes of one file of pstore */
#define FILES_MAX 64

const struct lost_sources lost_elsewhere = {.pstore = "", .journalctl = ""};

static int make(const char *path, struct error *err)
{
	return mkdir(path, 0755) && errno != EEXIST
		       ? error_errno(err, errno, "cannot make %s", path)
		       : 0;
}

/* How many files of pstore were copied. The owner's own are left where they are. */
static unsigned copy_pstore(const char *dir, const char *pstore)
{
	char from[PATH_MAX], to[PATH_MAX];
	DIR *d = opendir(pstore);
	unsigned copied = 0;

	if (!d)
		return 0;
	for (struct dirent *e; copied < FILES_MAX && (e = readdir(d));) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(to, sizeof(to), "%s/lost/pstore", dir);
		if (make(to, NULL))
			break;
		snprintf(from, sizeof(from), "%s/%s", pstore, e->d_name);
		snprintf(to, sizeof(to), "%s/lost/pstore/%s", dir, e->d_name);
		copied += !file_copy(from, to, FILE_MAX, true);
	}
	closedir(d);
	return copied;
}

/* journalctl wants a boot id without its dashes. */
static bool copy_log(const char *to, const char *boot, const char *journalctl)
{
	char id[40];
	unsigned n = 0;
	int status = -1;
	struct stat st;
	pid_t child;

	for (const char *c = boot; *c && n < sizeof(id) - 1; c++) {
		if (*c != '-')
			id[n++] = *c;
	}
	id[n] = '\0';
	child = fork();
	if (!child) {
		int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0644);
		int null = open("/dev/null", O_RDWR);

		if (out < 0 || null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 ||
		    dup2(null, 2) < 0)
			_exit(127);
		execlp(journalctl, journalctl, "-k", "-q", "--no-pager", "-o", "short-monotonic",
		       "-b", id, (char *)NULL);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status || stat(to, &st) ||
	    !st.st_size) {
		unlink(to);
		return false;
	}
	return true;
}

/*
 * The first line of a log that announces harm, time and host cut. The log may be of a whole boot,
 * in which a warning is nothing rare: one counts where there is nothing else.
 */
static bool find_harm(const char *path, char *text, size_t size)
{
	FILE *in = fopen(path, "re");
	char line[1024];
	int found = -1;

	while (in && (found < 0 || found == EVENT_warning) && fgets(line, sizeof(line), in)) {
		const char *at = strstr(line, "kernel: ");
		int cpu, kind;

		at = at ? at + strlen("kernel: ") : line;
		if (*at == '[' || *at == '<')
			at = strstr(at, "] ") ? strstr(at, "] ") + 2 : at;
		kind = kmsg_classify(at, &cpu);
		if (kind < 0 || event_weights[kind] != WEIGHT_FINDING || kind == found)
			continue;
		found = kind;
		snprintf(text, size, "%.*s", (int)strcspn(at, "\n"), at);
	}
	if (in)
		fclose(in);
	return found >= 0;
}

static bool find_harm_in_pstore(const char *dir, char *text, size_t size)
{
	char path[PATH_MAX];
	bool found = false;
	DIR *d;

	snprintf(path, sizeof(path), "%s/lost/pstore", dir);
	d = opendir(path);
	for (struct dirent *e; d && !found && (e = readdir(d));) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/lost/pstore/%s", dir, e->d_name);
		found = find_harm(path, text, size);
	}
	if (d)
		closedir(d);
	return found;
}

int lost_collect(const char *dir, const char *boot, const struct lost_sources *from, char *text,
		 size_t size, struct error *err)
{
	const char *pstore = from && from->pstore ? from->pstore : PSTORE;
	const char *journalctl = from && from->journalctl ? from->journalctl : "journalctl";
	char path[PATH_MAX], log[PATH_MAX], console[PATH_MAX];
	unsigned files;
	bool logged;
	int ret;

	snprintf(path, sizeof(path), "%s/lost", dir);
	ret = make(dir, err);
	if (!ret)
		ret = make(path, err);
	if (ret)
		return ret;
	files = copy_pstore(dir, pstore);
	snprintf(log, sizeof(log), "%s/lost/kernel.log", dir);
	logged = copy_log(log, boot, journalctl);
	snprintf(console, sizeof(console), "%s/lost/console.log", dir);
	snprintf(path, sizeof(path), "%s/kernel.log", dir); /* what had been streamed */
	if (find_harm_in_pstore(dir, text, size) || (logged && find_harm(log, text, size)) ||
	    find_harm(console, text, size) || find_harm(path, text, size))
		return 0;
	if (from == &lost_elsewhere)
		snprintf(text, size,
			 "nothing in what had been streamed, and this is another machine");
	else
		snprintf(text, size, "nothing in the kernel log (%u files in pstore, %s)", files,
			 logged ? "the log of that boot is kept" : "no log of that boot");
	return 0;
}
