/* SPDX-License-Identifier: GPL-2.0-only */
/* thpstorm bundle: a result for a mail's attachment. See bundle/bundle.h. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle/bundle.h"
#include "base/plural.h"
#include "commands/commands.h"
#include "words/units.h"

static int read_arguments(int argc, char **argv, struct bundle *b, const char **dir,
			  const char **out, struct error *err)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-o") && i + 1 < argc)
			*out = argv[++i];
		else if (!strcmp(argv[i], "--keep-names"))
			b->keep_names = true;
		else if (argv[i][0] == '-' || *dir)
			return error_set(
				err, EINVAL,
				"command line: bundle takes one directory, -o FILE and --keep-names, not '%.60s'",
				argv[i]);
		else
			*dir = argv[i];
	}
	return *dir ? 0
		    : error_set(err, EINVAL,
				"command line: bundle takes the directory of a result");
}

/* Whom this machine and this session know. Of a FQDN the first part is a name too. */
static void find_names(struct anonymous *names, char *host, size_t size)
{
	static char first[HOST_NAME_MAX + 1];

	gethostname(host, size - 1);
	snprintf(first, sizeof(first), "%.*s", (int)strcspn(host, "."), host);
	names->host[0] = host;
	names->host[1] = first;
	names->user[0] = getenv("USER");
	names->user[1] = getenv("LOGNAME");
	names->user[2] = getenv("SUDO_USER");
	/* Root is nobody's name, and stands in every kernel's boot line. */
	for (unsigned i = 0; i < ARRAY_SIZE(names->user); i++) {
		if (names->user[i] && !strcmp(names->user[i], "root"))
			names->user[i] = NULL;
	}
}

/* DIR.tar.xz, here when DIR is called by dots only. */
static void default_file(const char *dir, char *buf, size_t size)
{
	size_t n = strlen(dir);

	while (n > 1 && dir[n - 1] == '/')
		n--;
	if (strspn(dir, "./") == strlen(dir))
		snprintf(buf, size, "result.tar.xz");
	else
		snprintf(buf, size, "%.*s.tar.xz", (int)n, dir);
}

static void say(const struct bundle *b, const char *file)
{
	const char *host = b->names.host[1];
	char size[UNITS_MAX];
	struct stat st;

	printf("%s: %s, %u file%s\n", file,
	       units_bytes(size, stat(file, &st) ? 0 : (uint64_t)st.st_size), b->files,
	       plural(b->files));
	if (b->single_threads)
		printf("left out: %u histogram%s of single threads (the sums of their groups are included)\n",
		       b->single_threads, plural(b->single_threads));
	if (b->others)
		printf("left out: %u file%s that no report reads\n", b->others, plural(b->others));
	if (b->keep_names)
		return;
	printf("replaced by x: names of hosts %u time%s, of users %u, of who built the kernel %u\n",
	       b->names.hosts, plural(b->names.hosts), b->names.users, b->names.builders);
	if (strlen(host) < ANONYMOUS_NAME_MIN)
		printf("not replaced: the host name '%s' is too short to tell from other words\n",
		       host);
}

void usage_bundle(FILE *out)
{
	fputs("thpstorm bundle DIR [-o FILE] [--keep-names]\n"
	      "\n"
	      "Packs a run or a sweep into FILE (else DIR.tar.xz), for a mail; thpstorm\n"
	      "report reads it once it is unpacked. Histograms of single threads are\n"
	      "left out, the sums of their groups are included. The letters of names\n"
	      "become x: names of this host and this user, of users' directories, of\n"
	      "hosts in boot parameters and in a lost machine's log, of who built the\n"
	      "kernel. The number of replacements is printed; still read the kernel's\n"
	      "log before you send it.\n"
	      "\n"
	      "  -o FILE              must not be there yet\n"
	      "  --keep-names         replace nothing\n"
	      "\n"
	      "Exit codes: 0 packed; 2 something can't be read or written, or wrong\n"
	      "usage\n",
	      out);
}

int command_bundle(int argc, char **argv)
{
	struct bundle b = {.keep_names = false};
	const char *dir = NULL, *out = NULL;
	char host[HOST_NAME_MAX + 1] = "", path[PATH_MAX];
	struct error err;

	if (read_arguments(argc, argv, &b, &dir, &out, &err))
		return command_fail(&err);
	find_names(&b.names, host, sizeof(host));
	default_file(dir, path, sizeof(path));
	if (bundle_write(&b, dir, out ? out : path, &err))
		return command_fail(&err);
	say(&b, out ? out : path);
	return 0;
}
