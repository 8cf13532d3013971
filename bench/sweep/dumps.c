/* SPDX-License-Identifier: GPL-2.0-only */
/* See dumps.h. */
#include "sweep/dumps.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/file.h"
#include "base/filecopy.h"

#define FILE_MAX  (1 << 20) /* bytes of one file */
#define FILES_MAX 64
#define DEPTH_MAX 3  /* ARCHIVE/TIME/PART/FILE */
#define SLACK_S	  60 /* the wall clock may be set between a crash and the log's first line */

struct taking {
	const struct dumps_place *place;
	const struct dumps_of *of;
	const char *cell;
	struct dumps_found found;
};

/*
 * drivers/firmware/efi/efi-pstore.c makes the number of time, part (2 digits) and count (3 digits);
 * drivers/acpi/apei/erst.c of time << 32 and a count.
 */
long long dumps_time_of(const char *name)
{
	static const char *const efi[] = {"dmesg-efi-", "dmesg-efi_pstore-"};
	static const char erst[] = "dmesg-erst-";

	for (size_t i = 0; i < ARRAY_SIZE(efi); i++) {
		if (!strncmp(name, efi[i], strlen(efi[i])))
			return (long long)(strtoull(name + strlen(efi[i]), NULL, 10) / 100000);
	}
	if (!strncmp(name, erst, strlen(erst)))
		return (long long)(strtoull(name + strlen(erst), NULL, 10) >> 32);
	return 0;
}

/*
 * A record without a time of its own (ramoops of old kernels) has that at which pstore was mounted,
 * in this boot.
 */
static bool is_of_crash(const struct taking *t, const char *name, long long mtime)
{
	const struct dumps_of *of = t->of;
	long long named = dumps_time_of(name), when = named ? named : mtime;

	if (when < of->since)
		return false;
	if (named || (!t->place->archive && !(of->booted && mtime >= of->booted)))
		return !of->before || when <= of->before + SLACK_S;
	return !t->place->archive || !of->moved || mtime <= of->moved;
}

static bool same_bytes(const char *a, const char *b)
{
	FILE *x = file_open_regular(a, NULL), *y = file_open_regular(b, NULL);
	char from[2][4096];
	bool same = x && y;
	size_t n = 1;

	while (same && n) {
		n = fread(from[0], 1, sizeof(from[0]), x);
		same = fread(from[1], 1, sizeof(from[1]), y) == n && !memcmp(from[0], from[1], n);
	}
	if (x)
		fclose(x);
	if (y)
		fclose(y);
	return same;
}

/* Whether the directory has a file with the same bytes as @path, of that size. */
static bool has_copy(const char *dir, const char *path, off_t size)
{
	DIR *d = opendir(dir);
	bool found = false;

	for (struct dirent *e; d && !found && (e = readdir(d));) {
		char name[PATH_MAX];
		struct stat st;

		snprintf(name, sizeof(name), "%s/%s", dir, e->d_name);
		found = !stat(name, &st) && S_ISREG(st.st_mode) && st.st_size == size &&
			same_bytes(name, path);
	}
	if (d)
		closedir(d);
	return found;
}

static bool another_has_it(const struct taking *t, const char *path, off_t size)
{
	const char *slash = strrchr(t->cell, '/'), *own = file_base_name(t->cell);
	char cells[PATH_MAX], dir[PATH_MAX];
	bool found = false;
	DIR *d;

	snprintf(cells, sizeof(cells), "%.*s", slash ? (int)(slash - t->cell) : 1,
		 slash ? t->cell : ".");
	d = opendir(cells);
	for (struct dirent *e; d && !found && (e = readdir(d));) {
		if (e->d_name[0] == '.' || !strcmp(e->d_name, own))
			continue;
		if ((size_t)snprintf(dir, sizeof(dir), "%s/%s/lost/pstore", cells, e->d_name) <
		    sizeof(dir))
			found = has_copy(dir, path, size);
	}
	if (d)
		closedir(d);
	return found;
}

/* @below: its path below the place, whose slashes become '-'. */
static void look(struct taking *t, const char *path, const char *below, const struct stat *st)
{
	char dir[PATH_MAX], to[PATH_MAX];
	size_t n;

	if (!is_of_crash(t, file_base_name(below), (long long)st->st_mtime) ||
	    another_has_it(t, path, MIN(st->st_size, (off_t)FILE_MAX))) {
		t->found.other++;
		return;
	}
	snprintf(dir, sizeof(dir), "%s/lost/pstore", t->cell);
	/* In both places, or from before this process died. */
	if (has_copy(dir, path, MIN(st->st_size, (off_t)FILE_MAX))) {
		t->found.taken++;
		return;
	}
	n = (size_t)snprintf(to, sizeof(to), "%s/%s", dir, below);
	if (n >= sizeof(to) || directory_make_own(dir, NULL))
		return;
	for (char *c = to + strlen(dir) + 1; *c; c++)
		*c = *c == '/' ? '-' : *c;
	t->found.taken += !file_copy(path, to, FILE_MAX, true);
}

static void walk(struct taking *t, const char *dir, unsigned depth)
{
	DIR *d = opendir(dir);

	for (struct dirent *e; d && t->found.taken < FILES_MAX && (e = readdir(d));) {
		char path[PATH_MAX];
		struct stat st;

		if (e->d_name[0] == '.' ||
		    (size_t)snprintf(path, sizeof(path), "%s/%s", dir, e->d_name) >= sizeof(path) ||
		    lstat(path, &st))
			continue;
		if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
			walk(t, path, depth + 1);
		else if (S_ISREG(st.st_mode) && st.st_size)
			look(t, path, path + strlen(t->place->path) + 1, &st);
	}
	if (d)
		closedir(d);
}

struct dumps_found dumps_take(const struct dumps_place *place, const struct dumps_of *of,
			      const char *cell)
{
	struct taking t = {.place = place, .of = of, .cell = cell};

	walk(&t, place->path, 1);
	return t.found;
}
