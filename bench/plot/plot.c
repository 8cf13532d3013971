/* SPDX-License-Identifier: GPL-2.0-only */
/* See plot.h. */
#include "plot/plot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report/report_parts.h"
#include "share.h"

const struct plot_kind plot_kinds[PLOT_KINDS] = {
	{"cdf", "percentile curves, quiet against storm", false, plot_cdf},
	{"time", "latency, splits and moves over time, with stalls and findings", false, plot_time},
	{"stalls", "when which CPU did not run", false, plot_stalls},
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

void plot_set(FILE *to, const char *name, const char *value)
{
	fprintf(to, "%s = '", name);
	for (const char *c = value; *c; c++) {
		if (*c == '\'')
			putc('\'', to);
		putc(*c >= ' ' && *c <= '~' ? *c : '?', to);
	}
	fputs("'\n", to);
}

void plot_set_number(FILE *to, const char *name, double value)
{
	fprintf(to, "%s = %.9g\n", name, value);
}

void plot_array(FILE *to, const char *name, unsigned count)
{
	fprintf(to, "array %s[%u]\n", name, MAX(count, 1u));
}

void plot_set_item(FILE *to, const char *name, unsigned index, const char *value)
{
	char item[64];

	snprintf(item, sizeof(item), "%s[%u]", name, index);
	plot_set(to, item, value);
}

void plot_caption(FILE *to, const char *what, const json_t *result)
{
	const json_t *host = json_object_get(result, "host");
	const char *config = get_text(result, "config"), *base = strrchr(config, '/');
	char caption[512];

	plot_set(to, "what", what);
	snprintf(caption, sizeof(caption), "%s, preempt %s, %s, seed %s", get_text(host, "release"),
		 get_text(json_object_get(host, "preempt"), "model"),
		 base	   ? base + 1
		 : *config ? config
			   : "no config",
		 get_text(result, "seed"));
	plot_set(to, "caption", caption);
}

/* Text comes through a pipe, pictures are gnuplot's to write. */
static bool is_ascii(const struct plot_job *job)
{
	return !strcmp(job->format, "ascii");
}

static int write_prelude(FILE *to, const struct plot_kind *kind, const struct plot_job *job,
			 const char *scripts, struct error *err)
{
	int ret;

	plot_set(to, "plots", scripts);
	plot_set(to, "format", job->format);
	plot_set(to, "out", is_ascii(job) || !job->out ? "" : job->out);
	ret = kind->prelude(to, job, err);
	fprintf(to, "load plots.'/%s.gp'\n", strcmp(kind->name, "compare") ? kind->name : "cdf");
	return ret;
}

/* gnuplot's dumb terminal fills each line up with blanks, and begins each plot with a form feed. */
static void pass_on(int fd, FILE *to)
{
	FILE *in = fdopen(fd, "r");
	bool any = false;
	int c, blanks = 0;

	while (in && (c = getc(in)) != EOF) {
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
	if (in)
		fclose(in);
}

/* Runs gnuplot on a prelude; what it says on stderr ends up in @err where it fails. */
static int run_gnuplot(FILE *prelude, FILE *to, struct error *err)
{
	FILE *complaints = tmpfile();
	char line[256] = "", last[256] = "gnuplot failed";
	int out[2], status = -1;
	pid_t pid;

	if (!complaints || pipe2(out, O_CLOEXEC))
		return error_errno(err, errno, "cannot run gnuplot");
	fflush(stdout);
	pid = fork();
	if (!pid) {
		lseek(fileno(prelude), 0, SEEK_SET);
		dup2(fileno(prelude), 0);
		dup2(out[1], 1);
		dup2(fileno(complaints), 2);
		execlp("gnuplot", "gnuplot", "-", (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	pass_on(out[0], to);
	if (pid > 0)
		waitpid(pid, &status, 0);
	rewind(complaints);
	while (fgets(line, sizeof(line), complaints)) {
		if (strspn(line, " \t\n") != strlen(line))
			snprintf(last, sizeof(last), "%.*s", (int)strcspn(line, "\n"), line);
	}
	fclose(complaints);
	return status ? error_set(err, EIO, "gnuplot: %s", last) : 0;
}

static int run_into(FILE *prelude, const struct plot_job *job, struct error *err)
{
	FILE *to = is_ascii(job) && job->out ? fopen(job->out, "we") : stdout;
	int ret;

	if (!to)
		return error_errno(err, errno, "cannot write %s", job->out);
	ret = run_gnuplot(prelude, to, err);
	if (to != stdout && fclose(to) && !ret)
		ret = error_errno(err, errno, "cannot write %s", job->out);
	return ret;
}

int plot_draw(const struct plot_kind *kind, const struct plot_job *job, struct error *err)
{
	char scripts[PATH_MAX];
	FILE *prelude;
	int ret = share_find("plots", scripts, err);

	if (!ret && !plot_can())
		ret = error_set(err, ENOENT, "gnuplot is not installed (Debian: gnuplot-nox)");
	if (ret)
		return ret;
	prelude = tmpfile();
	if (!prelude)
		return error_errno(err, errno, "no place for gnuplot's commands");
	ret = write_prelude(prelude, kind, job, scripts, err);
	if (!ret && fflush(prelude))
		ret = error_errno(err, errno, "cannot write gnuplot's commands");
	if (!ret)
		ret = run_into(prelude, job, err);
	fclose(prelude);
	return ret;
}
