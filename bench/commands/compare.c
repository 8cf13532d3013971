/* SPDX-License-Identifier: GPL-2.0-only */
/* thpstorm compare: two sides of results held against each other. See compare/compare.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "commands/commands.h"
#include "base/plural.h"
#include "compare/compare.h"
#include "compare/gate.h"

#define LIMITS_MAX 16

struct asked {
	const char *dir[2000];
	unsigned dirs;
	struct limit limit[LIMITS_MAX];
	unsigned limits;
	bool tsv;
};

void usage_compare(FILE *out)
{
	fputs("thpstorm compare BASE NEW [BASE NEW ...]\n"
	      "                 [--fail-above METRIC=PERCENT ...] [--format table|tsv]\n"
	      "\n"
	      "  BASE NEW             directories of runs or of sweeps; several pairs\n"
	      "                       are repeats: run them alternating. Cells of\n"
	      "                       sweeps are matched by their values\n"
	      "  --fail-above M=P     exit code 1 when M became significantly worse by\n"
	      "                       more than P per cent, in any cell, or a finding\n"
	      "                       came; p99.9=10% for instance. Only these metrics\n"
	      "                       are judged, and adjusted for; 2 when they were\n"
	      "                       not measured or the runs are too few\n"
	      "\n"
	      "  Runs whose verdict is neither PASS nor FAIL are left out.\n"
	      "\n"
	      "  METRIC is one of\n",
	      out);
	for (size_t i = 0; i < METRICS; i++)
		fprintf(out, "%s%s", i ? " " : "  ", metrics[i].name);
	fputs("\n\n"
	      "Exit codes: 0; 1 by --fail-above; 2 something can't be read, --fail-above\n"
	      "can't tell, or wrong usage\n",
	      out);
}

static int read_limit(const char *text, struct asked *a, struct error *err)
{
	const char *equals = strchr(text, '=');
	struct limit *l = &a->limit[a->limits];
	char *end = NULL;

	if (a->limits == LIMITS_MAX)
		return error_set(err, EINVAL, "command line: more than %d --fail-above",
				 LIMITS_MAX);
	l->metric = equals ? metric_find(text, (size_t)(equals - text)) : NULL;
	if (!l->metric)
		return error_set(
			err, EINVAL,
			"command line: --fail-above %.40s: must be METRIC=PERCENT, like p99.9=10%%; thpstorm compare --help lists the metrics",
			text);
	l->percent = strtod(equals + 1, &end);
	if (end == equals + 1 || (*end && strcmp(end, "%")) || !(l->percent >= 0))
		return error_set(
			err, EINVAL,
			"command line: --fail-above %.40s: '%.20s' is not a percentage; write 10 or 10%%",
			text, equals + 1);
	a->limits++;
	return 0;
}

static int read_format(const char *text, struct asked *a, struct error *err)
{
	a->tsv = !strcmp(text, "tsv");
	return a->tsv || !strcmp(text, "table")
		       ? 0
		       : error_set(err, EINVAL,
				   "command line: --format %.20s: must be table or tsv", text);
}

/* The value of option @name at argv[*i], which may stand behind a '=' or be the next word. */
static const char *option_value(int argc, char **argv, int *i, const char *name)
{
	size_t n = strlen(name);

	if (strncmp(argv[*i], name, n))
		return NULL;
	if (argv[*i][n] == '=')
		return argv[*i] + n + 1;
	return !argv[*i][n] && *i + 1 < argc ? argv[++*i] : NULL;
}

static int read_arguments(int argc, char **argv, struct asked *a, struct error *err)
{
	int ret = 0;

	for (int i = 1; i < argc && !ret; i++) {
		const char *value;

		if ((value = option_value(argc, argv, &i, "--fail-above")))
			ret = read_limit(value, a, err);
		else if ((value = option_value(argc, argv, &i, "--format")))
			ret = read_format(value, a, err);
		else if (argv[i][0] == '-')
			ret = error_set(err, EINVAL,
					"command line: unknown option '%.40s'; see --help",
					argv[i]);
		else if (a->dirs == ARRAY_SIZE(a->dir))
			ret = error_set(err, E2BIG, "command line: more than %zu directories",
					ARRAY_SIZE(a->dir));
		else
			a->dir[a->dirs++] = argv[i];
	}
	if (!ret && (!a->dirs || a->dirs % 2))
		ret = error_set(
			err, EINVAL,
			"command line: compare takes pairs, BASE NEW [BASE NEW ...]; %u director%s given",
			a->dirs, plural_word(a->dirs, "y is", "ies are"));
	return ret;
}

static int gate(const struct comparison *c, const struct asked *a, struct error *err)
{
	switch (a->limits ? gate_judge(c, a->limit, a->limits, err) : GATE_HOLDS) {
	case GATE_HOLDS:
		return 0;
	case GATE_FAILS:
		return VERDICT_FAIL;
	default:
		return command_fail(err);
	}
}

/* A result counts once on its side. */
static int refuse_twice(const struct asked *a, struct error *err)
{
	for (unsigned i = 0; i < a->dirs; i++) {
		for (unsigned j = i + 2; j < a->dirs; j += 2) {
			struct stat one, other;

			if (stat(a->dir[i], &one) || stat(a->dir[j], &other) ||
			    one.st_ino != other.st_ino || one.st_dev != other.st_dev)
				continue;
			return error_set(
				err, EINVAL,
				"command line: %s is named twice as %s: a run counts once; leave one out",
				a->dir[j], i % 2 ? "NEW" : "BASE");
		}
	}
	return 0;
}

static int compare(const struct asked *a, const struct samples *s, struct error *err)
{
	struct comparison c;
	int code = 0;

	if (comparison_make(&c, s)) {
		error_set(err, ENOMEM, "no memory for the comparison");
		code = command_fail(err);
	} else {
		if (a->tsv)
			comparison_print_tsv(&c, stdout);
		else
			comparison_print(&c, stdout);
		code = gate(&c, a, err);
	}
	comparison_free(&c);
	return code;
}

int command_compare(int argc, char **argv)
{
	static struct asked a;
	struct samples s = {.cells = 0};
	struct error err;
	int ret, code;

	ret = read_arguments(argc, argv, &a, &err);
	if (!ret)
		ret = refuse_twice(&a, &err);
	for (unsigned i = 0; i < a.dirs && !ret; i++)
		ret = samples_add(&s, i % 2 ? NEW : BASE, a.dir[i], &err);
	code = ret ? command_fail(&err) : compare(&a, &s, &err);
	samples_free(&s);
	return code;
}
