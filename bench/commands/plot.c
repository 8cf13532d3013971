/* SPDX-License-Identifier: GPL-2.0-only */
/* thpstorm plot: pictures of a result, by gnuplot. See plot/plot.h. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "plot/plot.h"
#include "sweep/sweep.h"
#include "contract/record.h"

static const char *const formats[] = {"svg", "png", "ascii", NULL};

struct asked {
	const char *dir[2], *kind, *format, *out;
	unsigned dirs;
};

void usage_plot(FILE *out)
{
	fputs("thpstorm plot DIR [KIND] [--format svg|png|ascii] [-o FILE]\n"
	      "thpstorm plot BASE NEW compare [--format svg|png|ascii] [-o FILE]\n"
	      "\n"
	      "Without KIND: cdf and time of a run, lines of a sweep. svg and png go to\n"
	      "DIR/KIND.svg unless -o names a file; ascii, for mails, to the terminal.\n"
	      "\n"
	      "  KIND\n",
	      out);
	for (size_t i = 0; i < PLOT_KINDS; i++)
		fprintf(out, "  %-8s  %s\n", plot_kinds[i].name, plot_kinds[i].help);
	fputs("\n"
	      "Exit codes: 0 drawn; 77 there is nothing to draw, or no gnuplot; 2\n"
	      "something can't be read, or wrong usage\n",
	      out);
}

static bool is_format(const char *word)
{
	for (const char *const *f = formats; *f; f++) {
		if (!strcmp(*f, word))
			return true;
	}
	return false;
}

static int read_word(const char *word, struct asked *a, struct error *err)
{
	if (access(word, F_OK) && plot_find(word) && a->dirs) {
		a->kind = word;
		return 0;
	}
	if (a->dirs == ARRAY_SIZE(a->dir) || (a->dirs && access(word, F_OK)))
		return error_set(
			err, EINVAL,
			"command line: '%.60s' is neither a kind of plot nor a directory; thpstorm plot --help lists the kinds",
			word);
	a->dir[a->dirs++] = word;
	return 0;
}

static int read_arguments(int argc, char **argv, struct asked *a, struct error *err)
{
	int ret = 0;

	for (int i = 1; i < argc && !ret; i++) {
		if (!strcmp(argv[i], "-o") && i + 1 < argc)
			a->out = argv[++i];
		else if (!strcmp(argv[i], "--format") && i + 1 < argc)
			a->format = argv[++i];
		else if (!strncmp(argv[i], "--format=", strlen("--format=")))
			a->format = argv[i] + strlen("--format=");
		else if (argv[i][0] == '-')
			ret = error_set(err, EINVAL,
					"command line: unknown option '%.40s'; see --help",
					argv[i]);
		else
			ret = read_word(argv[i], a, err);
	}
	if (ret)
		return ret;
	if (!is_format(a->format))
		return error_set(err, EINVAL,
				 "command line: --format %.20s: must be svg, png or ascii",
				 a->format);
	if (!a->dirs)
		return error_set(err, EINVAL, "command line: plot takes the directory of a result");
	if (a->kind && (a->dirs == 2) != !strcmp(a->kind, "compare"))
		return error_set(err, EINVAL, "command line: %s takes %s", a->kind,
				 a->dirs == 2 ? "one directory" : "two directories, BASE and NEW");
	if (!a->kind && a->dirs == 2)
		a->kind = "compare";
	return 0;
}

static int draw(const struct asked *a, const struct plot_kind *kind, struct error *err)
{
	struct plot_job job = {.dir = a->dir[0], .other = a->dir[1], .format = a->format};
	bool ascii = !strcmp(a->format, "ascii");
	char name[32];
	int ret;

	snprintf(name, sizeof(name), "%s.%s", kind->name, a->format);
	job.out = a->out;
	job.name = a->out || ascii ? NULL : name;
	ret = plot_draw(kind, &job, err);
	if (!ret && job.out)
		printf("%s\n", job.out);
	else if (!ret && job.name)
		printf("%s/%s\n", job.dir, job.name);
	if (!ret)
		return 0;
	command_fail(err);
	return ret == -ENODATA || (ret == -ENOENT && !plot_can()) ? VERDICT_SKIP : EXIT_USAGE;
}

int command_plot(int argc, char **argv)
{
	struct asked a = {.format = "svg"};
	struct error err;
	bool sweep;
	int code = 0;

	if (read_arguments(argc, argv, &a, &err))
		return command_fail(&err);
	if (a.kind)
		return draw(&a, plot_find(a.kind), &err);
	sweep = sweep_is_in(a.dir[0]);
	if (a.out && !sweep) {
		error_set(&err, EINVAL, "command line: -o takes one kind of plot, cdf or time");
		return command_fail(&err);
	}
	if (sweep)
		return draw(&a, plot_find("lines"), &err);
	code = draw(&a, plot_find("cdf"), &err);
	return code ? code : draw(&a, plot_find("time"), &err);
}
