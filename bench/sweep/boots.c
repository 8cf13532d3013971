/* SPDX-License-Identifier: GPL-2.0-only */
/* See boots.h. */
#include "sweep/boots.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/program.h"

#define ID_MAX 40

/* journalctl wants a boot id without its dashes. */
static void plain_id(const char *boot, char id[ID_MAX])
{
	unsigned n = 0;

	for (; *boot && n < ID_MAX - 1; boot++) {
		if (*boot != '-')
			id[n++] = *boot;
	}
	id[n] = '\0';
}

static int ask(const struct boots *b, const char *const *argv, int out)
{
	const struct program p = {.argv = argv,
				  .in = -1,
				  .out = out,
				  .err = -1,
				  .limit_ms = b->limit_ms ? b->limit_ms : BOOTS_LIMIT_MS};

	return *argv[0] ? program_run(&p) : -ENOENT;
}

int boots_log(const struct boots *b, const char *boot, const char *to)
{
	char id[ID_MAX];
	const char *const argv[] = {b->journalctl,     "-k", "-q", "--no-pager", "-o",
				    "short-monotonic", "-b", id,   NULL};
	int out = file_new(AT_FDCWD, to, O_WRONLY);
	struct stat st;
	int ret;

	if (out < 0)
		return out;
	plain_id(boot, id);
	ret = ask(b, argv, out);
	if (ret >= 0)
		ret = ret || fstat(out, &st) || !st.st_size ? -ENODATA : 0;
	close(out);
	if (ret)
		unlink(to);
	return ret;
}

static void find_next(const json_t *all, const char *id, long long next[2])
{
	const json_t *one;
	unsigned after = 0;
	bool found = false;
	size_t i;

	/* The oldest first. */
	json_array_foreach(all, i, one) {
		const char *is = json_string_value(json_object_get(one, "boot_id"));
		const json_t *first = json_object_get(one, "first_entry");

		if (found && after < 2)
			next[after++] = json_integer_value(first) / 1000000;
		found |= is && !strcmp(is, id);
	}
}

void boots_after(const struct boots *b, const char *boot, long long next[2])
{
	const char *const argv[] = {b->journalctl, "-q",   "--no-pager", "--list-boots",
				    "-o",	   "json", NULL};
	FILE *list = tmpfile();
	char id[ID_MAX];
	json_t *all = NULL;

	next[0] = next[1] = 0;
	plain_id(boot, id);
	if (list && !ask(b, argv, fileno(list))) {
		rewind(list);
		all = json_loadf(list, 0, NULL); /* an old one lists them as a table */
	}
	find_next(all, id, next);
	json_decref(all);
	if (list)
		fclose(list);
}
