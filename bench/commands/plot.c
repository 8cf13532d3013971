/* SPDX-License-Identifier: GPL-2.0-only */
/* thpstorm plot: pictures of a result, by gnuplot. See plot/plot.h. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "base/file.h"
#include "plot/plot.h"
#include "sweep/sweep.h"
#include "contract/record.h"

/* By the word of --format, and by the ending of -o FILE. */
static const struct {
	const char *word, *ending;
} formats[] = {{"svg", "svg"}, {"png", "png"}, {"pdf", "pdf"}, {"ascii", "txt"}};

struct asked {
	const char *dir[2], *kind, *format, *out;
	unsigned dirs;
};

void usage_plot(FILE *out)
{
	fputs("thpstorm plot DIR [KIND] [--format svg|png|pdf|ascii] [-o FILE]\n"
	      "thpstorm plot [compare] BASE NEW [--format svg|png|pdf|ascii] [-o FILE]\n"
	      "\n"
	      "Without KIND: cdf and time of a run, lines of a sweep. KIND may stand\n"
	      "before DIR. Pictures go to DIR/KIND.svg unless -o names a file; ascii, for\n"
	      "mails, to the terminal. The format is that of FILE's ending (.svg, .png,\n"
	      ".pdf, .txt for ascii) unless --format names one.\n"
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

/* The format of that word, or of that ending; NULL: there is none. */
static const char *find_format(const char *word, const char *ending)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (!strcmp(word ? word : ending, word ? formats[i].word : formats[i].ending))
			return formats[i].word;
	}
	return NULL;
}

/* --format, else the ending of -o FILE, else svg. What both say must not contradict. */
static int choose_format(struct asked *a, struct error *err)
{
	const char *dot = a->out ? strrchr(file_base_name(a->out), '.') : NULL;
	const char *by_ending = dot ? find_format(NULL, dot + 1) : NULL;

	if (a->format && !find_format(a->format, NULL))
		return error_set(err, EINVAL,
				 "command line: --format %.20s: must be svg, png, pdf or ascii",
				 a->format);
	if (a->format && by_ending && strcmp(a->format, by_ending))
		return error_set(err, EINVAL,
				 "command line: --format %s contradicts -o %.200s: leave one out",
				 a->format, a->out);
	if (!a->format && a->out && !by_ending)
		return error_set(
			err, EINVAL,
			"command line: -o %.200s: the name must end in .svg, .png, .pdf or .txt, or --format must say what it is to be",
			a->out);
	if (!a->format)
		a->format = a->out ? by_ending : "svg";
	return 0;
}

static int read_word(const char *word, struct asked *a, struct error *err)
{
	if (access(word, F_OK) && plot_find(word)) {
		if (a->kind)
			return error_set(err, EINVAL,
					 "command line: %s and %s are two kinds of plot: name one",
					 a->kind, word);
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
	if (!ret)
		ret = choose_format(a, err);
	if (ret)
		return ret;
	if (!a->dirs)
		return error_set(err, EINVAL, "command line: plot takes the directory of a result");
	if (a->kind && (a->dirs == 2) != !strcmp(a->kind, "compare"))
		return error_set(
			err, EINVAL, "command line: plot %s takes %s", a->kind,
			a->dirs == 2
				? "one directory; to hold two against each other: thpstorm plot BASE NEW"
				: "two directories, BASE and NEW");
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
	struct asked a = {.dirs = 0};
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
