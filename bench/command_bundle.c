/* SPDX-License-Identifier: GPL-2.0-only */
/* thpstorm bundle: a result for a mail's attachment. See bundle/bundle.h. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle/bundle.h"
#include "commands.h"
#include "units.h"

static int read_arguments(int argc, char **argv, struct bundle *b, const char **dir,
			  const char **out, struct error *err)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-o") && i + 1 < argc)
			*out = argv[++i];
		else if (!strcmp(argv[i], "--keep-names"))
			b->keep_names = true;
		else if (argv[i][0] == '-' || *dir)
			return error_set(err, EINVAL,
					 "command line: bundle takes one directory, -o FILE and "
					 "--keep-names, not '%.60s'",
					 argv[i]);
		else
			*dir = argv[i];
	}
	return *dir ? 0
		    : error_set(err, EINVAL,
				"command line: bundle wants the directory of a result");
}

/* What a result or a sweep has at least. */
static int check_directory(const char *dir, struct error *err)
{
	static const char *const signs[] = {"result.json", "host.json", "journal"};
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, signs[i]);
		if (!access(path, R_OK))
			return 0;
	}
	return error_set(err, ENOENT, "%s holds neither a run's result nor a sweep", dir);
}

static void say(const struct bundle *b, const char *file, const char *host)
{
	char size[UNITS_MAX];
	struct stat st;

	printf("%s: %s, %u files\n", file,
	       units_bytes(size, stat(file, &st) ? 0 : (uint64_t)st.st_size), b->files);
	if (b->left_out)
		printf("left out: %u histograms of single threads; their sums are in it\n",
		       b->left_out);
	if (b->keep_names)
		return;
	printf("replaced: host name %u times, users in paths %u, the kernel's builder %u\n",
	       b->names.hosts, b->names.users, b->names.builders);
	if (strlen(host) < ANONYMOUS_NAME_MIN)
		printf("not looked for: the host name '%s' is too short to be told from other "
		       "words\n",
		       host);
}

void usage_bundle(FILE *out)
{
	fputs("thpstorm bundle DIR [-o FILE] [--keep-names]\n"
	      "\n"
	      "Packs what is needed to judge a run or a sweep into FILE (else\n"
	      "DIR.tar.xz), for a mail; thpstorm report reads what it unpacks to. Names\n"
	      "of hosts and users are replaced, and what was replaced is said.\n"
	      "Histograms of single threads are left out, the sums of their groups are\n"
	      "in it. The kernel's log is looked through too, but read it before you\n"
	      "send it.\n"
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

	if (read_arguments(argc, argv, &b, &dir, &out, &err) || check_directory(dir, &err))
		return command_fail(&err);
	gethostname(host, sizeof(host) - 1);
	b.names.host = host;
	snprintf(path, sizeof(path), "%.*s.tar.xz",
		 (int)(strlen(dir) - (dir[strlen(dir) - 1] == '/')), dir);
	if (bundle_write(&b, dir, out ? out : path, &err))
		return command_fail(&err);
	say(&b, out ? out : path, host);
	return 0;
}
