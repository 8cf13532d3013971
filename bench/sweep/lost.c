/* SPDX-License-Identifier: GPL-2.0-only */
/* See lost.h. */
#include "sweep/lost.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/plural.h"
#include "base/directory.h"
#include "base/file.h"
#include "contract/event.h"
#include "detect/kmsg_parse.h"
#include "sweep/boots.h"
#include "sweep/dumps.h"

#define PSTORE	"/sys/fs/pstore"
#define ARCHIVE "/var/lib/systemd/pstore"

const struct lost_sources lost_elsewhere = {.pstore = "", .archive = "", .journalctl = ""};

static const char *or_default(const char *given, const char *fallback)
{
	return given ? given : fallback;
}

/*
 * The first line of a log that announces harm, time and host cut. The log may be of a whole boot,
 * in which a warning is nothing rare: one counts where there is nothing else.
 */
static bool find_harm(const char *path, char *text, size_t size)
{
	FILE *in = file_open_regular(path, NULL);
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
		snprintf(text, size, "%.*s", (int)strcspn(at, "\r\n"), at);
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

static long long booted(void)
{
	struct timespec now, up;

	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &up);
	return (long long)(now.tv_sec - up.tv_sec);
}

/* What is of this crash, in pstore and in the archive. */
struct records {
	struct dumps_place place[2];
	struct dumps_found found[2];
};

static void take_records(const char *dir, const struct lost_machine *m, const struct boots *boots,
			 const struct lost_sources *from, struct records *r)
{
	struct dumps_of of = {.since = m->since, .booted = from ? from->booted : 0};
	long long next[2];

	if (!of.booted)
		of.booted = booted();
	boots_after(boots, m->boot, next);
	of.before = next[0] ? next[0] : of.booted;
	of.moved = next[1];
	r->place[0].path = or_default(from ? from->pstore : NULL, PSTORE);
	r->place[1].path = or_default(from ? from->archive : NULL, ARCHIVE);
	r->place[1].archive = true;
	for (unsigned i = 0; i < ARRAY_SIZE(r->place); i++) {
		if (*r->place[i].path)
			r->found[i] = dumps_take(&r->place[i], &of, dir);
	}
}

/* "1 file from /sys/fs/pstore, 2 of another crash"; "0 files ..." of those that are asked for. */
static void say_records(const struct records *r, bool also_none, char *text, size_t size)
{
	size_t n = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < ARRAY_SIZE(r->place) && n < size; i++) {
		const struct dumps_found *f = &r->found[i];

		if (!f->taken && !also_none)
			continue;
		n += (size_t)snprintf(text + n, size - n, "%s%u file%s from %s", n ? ", " : "",
				      f->taken, plural(f->taken), r->place[i].path);
		if (f->other && n < size)
			n += (size_t)snprintf(text + n, size - n, " (%u of another crash)",
					      f->other);
	}
}

int lost_collect(const char *dir, const struct lost_machine *m, const struct lost_sources *from,
		 char *text, size_t size, struct error *err)
{
	const struct boots boots = {.journalctl = or_default(from ? from->journalctl : NULL,
							     "journalctl"),
				    .limit_ms = from ? from->limit_ms : 0};
	char path[PATH_MAX], log[PATH_MAX], console[PATH_MAX], files[LOST_TEXT_MAX];
	struct records records = {.found = {{0}}};
	int ret, logged;

	snprintf(path, sizeof(path), "%s/lost", dir);
	ret = directory_make_own(dir, err);
	if (!ret)
		ret = directory_make_own(path, err);
	if (ret)
		return ret;
	take_records(dir, m, &boots, from, &records);
	snprintf(log, sizeof(log), "%s/lost/kernel.log", dir);
	logged = boots_log(&boots, m->boot, log);
	snprintf(console, sizeof(console), "%s/lost/console.log", dir);
	snprintf(path, sizeof(path), "%s/kernel.log", dir); /* what had been streamed */
	if (find_harm_in_pstore(dir, text, size)) {
		size_t n = strlen(text);

		say_records(&records, false, files, sizeof(files));
		snprintf(text + n, size - n, " (%s)", files);
		return 0;
	}
	if ((!logged && find_harm(log, text, size)) || find_harm(console, text, size) ||
	    find_harm(path, text, size))
		return 0;
	if (from == &lost_elsewhere) {
		snprintf(text, size, "nothing in the streamed log, and this is another machine");
		return 0;
	}
	say_records(&records, true, files, sizeof(files));
	snprintf(text, size, "no harm found: %s; %s", files,
		 !logged		? "the log of that boot is kept"
		 : logged == -ETIMEDOUT ? "journalctl did not answer in time"
					: "no log of that boot");
	return 0;
}
