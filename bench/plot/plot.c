/* SPDX-License-Identifier: GPL-2.0-only */
/* See plot.h. */
#include "plot/plot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/program.h"
#include "base/stream_errno.h"
#include "result/file.h"
#include "words/installed.h"
#include "words/shell_word.h"
#include "sweep/sweep.h"

const struct plot_kind plot_kinds[PLOT_KINDS] = {
	{"cdf", "percentile curves, quiet against storm", false, plot_cdf},
	{"time", "latency, splits, moves and events over time", false, plot_time},
	{"stalls", "how late each CPU ran its heartbeat, over time", false, plot_stalls},
	{"compare", "the percentile curves of two runs", false, plot_compare},
	{"lines", "a sweep along one axis, a line for each value of another", true, plot_lines},
	{"heat", "a sweep over two axes", true, plot_heat},
};

const struct plot_kind *plot_find(const char *name)
{
	for (size_t i = 0; i < PLOT_KINDS; i++) {
		if (!strcmp(plot_kinds[i].name, name))
			return &plot_kinds[i];
	}
	return NULL;
}

bool plot_can(void)
{
	char path[PATH_MAX], *all = strdup(getenv("PATH") ? getenv("PATH") : ""), *save;
	bool found = false;

	for (char *dir = all ? strtok_r(all, ":", &save) : NULL; dir && !found;
	     dir = strtok_r(NULL, ":", &save)) {
		snprintf(path, sizeof(path), "%s/gnuplot", dir);
		found = !access(path, X_OK);
	}
	free(all);
	return found;
}

static bool is_ascii(const struct plot_job *job)
{
	return !strcmp(job->format, "ascii");
}

static int write_prelude(FILE *to, const struct plot_kind *kind, const struct plot_job *job,
			 const char *scripts, struct error *err)
{
	int ret;

	plot_set_path(to, "plots", scripts);
	plot_set(to, "format", job->format);
	ret = kind->prelude(to, job, err);
	fprintf(to, "load plots.'/%s.gp'\n", strcmp(kind->name, "compare") ? kind->name : "cdf");
	return ret;
}

/* gnuplot's dumb terminal fills each line up with blanks, and begins each plot with a form feed. */
static void copy_text(FILE *from, FILE *to)
{
	bool any = false;
	int c, blanks = 0;

	while ((c = getc(from)) != EOF) {
		if (c == ' ') {
			blanks++;
			continue;
		}
		if (c == '\n' || c == '\f') {
			if (any)
				putc('\n', to);
			blanks = 0;
			continue;
		}
		fprintf(to, "%*s%c", blanks, "", c);
		blanks = 0;
		any = true;
	}
	if (any)
		putc('\n', to);
}

static void copy_bytes(FILE *from, FILE *to)
{
	char buf[BUFSIZ];
	size_t n;

	while ((n = fread(buf, 1, sizeof(buf), from)))
		fwrite(buf, 1, n, to);
}

/* gnuplot's last words: the line that says what is wrong. */
static int complain(FILE *complaints, struct error *err)
{
	char line[256] = "", last[256] = "it failed";

	rewind(complaints);
	while (fgets(line, sizeof(line), complaints)) {
		const char *text = line + strspn(line, " \t\n");

		if (*text)
			snprintf(last, sizeof(last), "%.*s", (int)strcspn(text, "\n"), text);
	}
	return error_set(err, EIO, "gnuplot: %s", last);
}

static int run_gnuplot(FILE *prelude, FILE *drawn, struct error *err)
{
	/* -d: without the settings of whoever runs it. */
	static const char *const argv[] = {"gnuplot", "-d", "-", NULL};
	FILE *complaints = tmpfile();
	struct program p = {.argv = argv, .in = fileno(prelude), .out = fileno(drawn)};
	int ret;

	if (!complaints)
		return error_errno(err, errno,
				   "cannot make a temporary file for gnuplot's messages");
	p.err = fileno(complaints);
	lseek(p.in, 0, SEEK_SET);
	ret = program_run(&p);
	if (ret < 0)
		error_errno(err, -ret, "cannot run gnuplot");
	else if (ret)
		ret = complain(complaints, err);
	fclose(complaints);
	return ret;
}

static void copy(FILE *drawn, const struct plot_job *job, FILE *to)
{
	rewind(drawn);
	(is_ascii(job) ? copy_text : copy_bytes)(drawn, to);
}

/* Into the result: as careful as whoever wrote that (base/directory.h). */
static int deliver_into(FILE *drawn, const struct plot_job *job, struct error *err)
{
	int dirfd = directory_open_own(AT_FDCWD, job->dir, job->dir, err), ret = 0;
	char dir[SHELL_WORD_MAX], *text = NULL;
	size_t len = 0;
	FILE *to;

	if (dirfd == -EPERM)
		return error_set(
			err, EPERM,
			"others than user %u may change what is in %s: draw elsewhere: thpstorm plot %s KIND -o FILE",
			geteuid(), job->dir, shell_word(job->dir, dir, sizeof(dir)));
	if (dirfd < 0)
		return dirfd;
	to = open_memstream(&text, &len);
	if (to) {
		copy(drawn, job, to);
		ret = fclose(to) ? -ENOMEM : result_file_write(dirfd, job->name, text, len, false);
		if (ret)
			error_set(err, -ret, "cannot write %s/%s: %s; name another with -o FILE",
				  job->dir, job->name, strerror(-ret));
	} else {
		ret = error_set(err, ENOMEM, "no memory for %s", job->name);
	}
	free(text);
	close(dirfd);
	return ret;
}

/* A link that somebody else has put where the file should go. */
static bool is_foreign_link(const char *path)
{
	struct stat st;

	return !lstat(path, &st) && S_ISLNK(st.st_mode) && st.st_uid && st.st_uid != geteuid();
}

/* Only what is drawn whole gets a file. */
static int deliver(FILE *drawn, const struct plot_job *job, struct error *err)
{
	FILE *to;
	int e;

	if (job->name)
		return deliver_into(drawn, job, err);
	if (job->out && is_foreign_link(job->out))
		return error_set(err, EPERM, "%s is a symbolic link of another user: name another",
				 job->out);
	to = job->out ? fopen(job->out, "we") : stdout;
	if (!to)
		return error_errno(err, errno, "cannot write %s", job->out);
	errno = 0;
	copy(drawn, job, to);
	e = stream_errno(to);
	if (job->out && fclose(to) && !e)
		e = errno;
	return e ? error_errno(err, e, "cannot write %s", job->out ? job->out : "the plot") : 0;
}

static int run_into(FILE *prelude, const struct plot_job *job, struct error *err)
{
	FILE *drawn = tmpfile();
	int ret;

	if (!drawn)
		return error_errno(err, errno, "cannot make a temporary file for the plot");
	ret = run_gnuplot(prelude, drawn, err);
	if (!ret)
		ret = deliver(drawn, job, err);
	fclose(drawn);
	return ret;
}

static int check_kind(const struct plot_kind *kind, const char *dir, struct error *err)
{
	bool sweep = sweep_is_in(dir);
	char host[PATH_MAX];

	if (sweep == kind->of_sweep)
		return 0;
	if (sweep)
		return error_set(err, EINVAL,
				 "%s is a sweep; %s takes a run, like one of its %s/cells/NUMBER",
				 dir, kind->name, dir);
	/* What is no result at all is said by who reads it. */
	snprintf(host, sizeof(host), "%s/host.json", dir);
	return access(host, F_OK)
		       ? 0
		       : error_set(err, EINVAL, "%s is a run; %s takes a sweep", dir, kind->name);
}

int plot_draw(const struct plot_kind *kind, const struct plot_job *job, struct error *err)
{
	char scripts[PATH_MAX];
	FILE *prelude;
	int ret = check_kind(kind, job->dir, err);

	if (!ret && job->other)
		ret = check_kind(kind, job->other, err);
	if (!ret)
		ret = installed_find("plots", scripts, err);
	if (!ret && !plot_can())
		ret = error_set(err, ENOENT, "gnuplot is not installed (Debian: gnuplot-nox)");
	if (ret)
		return ret;
	prelude = tmpfile();
	if (!prelude)
		return error_errno(err, errno,
				   "cannot make a temporary file for gnuplot's commands");
	ret = write_prelude(prelude, kind, job, scripts, err);
	if (!ret && fflush(prelude))
		ret = error_errno(err, errno, "cannot write gnuplot's commands");
	if (!ret)
		ret = run_into(prelude, job, err);
	fclose(prelude);
	return ret;
}
