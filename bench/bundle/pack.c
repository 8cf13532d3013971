/* SPDX-License-Identifier: GPL-2.0-only */
/* See pack.h. */
#include "bundle/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/program.h"

/* The first line: what follows is of what comes of it. */
static void first_line(FILE *in, char *line, int size)
{
	rewind(in);
	if (!fgets(line, size, in))
		snprintf(line, (size_t)size, "%s", "no reason given");
	line[strcspn(line, "\n")] = '\0';
}

static int run(const char *const *command, int out, FILE *complaints, const char *file,
	       struct error *err)
{
	const struct program p = {.argv = command, .in = -1, .out = out, .err = fileno(complaints)};
	char line[256];
	int ret = program_run(&p);

	if (!ret)
		return 0;
	if (ret == -ENOENT)
		return error_set(err, ENOENT, "%s is not installed", command[0]);
	if (ret < 0)
		return error_errno(err, -ret, "cannot run %s", command[0]);
	first_line(complaints, line, sizeof(line));
	return error_set(err, EIO, "tar could not write %s: %s", file, line);
}

int pack(const char *parent, const char *name, const char *file, struct error *err)
{
	char unfinished[PATH_MAX];
	const char *const command[] = {"tar",
				       "--sort=name",
				       "--format=ustar",
				       "--owner=0",
				       "--group=0",
				       "--numeric-owner",
				       "--mtime=@0",
				       "--mode=u=rwX,go=rX",
				       "-C",
				       parent,
				       "-cJf",
				       "-",
				       name,
				       NULL};
	FILE *complaints = tmpfile();
	int out, ret;

	if (!complaints)
		return error_errno(err, errno, "cannot make a temporary file for tar's messages");
	if ((size_t)snprintf(unfinished, sizeof(unfinished), "%s.tmp", file) >=
	    sizeof(unfinished)) {
		fclose(complaints);
		return error_set(err, ENAMETOOLONG, "%s is too long", file);
	}
	/* tar itself would follow a link. */
	out = file_new(AT_FDCWD, unfinished, O_WRONLY);
	if (out < 0) {
		fclose(complaints);
		return error_set(err, -out, "cannot write %s: %s; name another with -o FILE",
				 unfinished, strerror(-out));
	}
	ret = run(command, out, complaints, file, err);
	close(out);
	fclose(complaints);
	if (!ret && rename(unfinished, file))
		ret = error_errno(err, errno, "cannot write %s", file);
	if (ret)
		unlink(unfinished);
	return ret;
}
