/* SPDX-License-Identifier: GPL-2.0-only */
/* See repeat.h. */
#include "words/repeat.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "base/file.h"
#include "words/config.h"
#include "words/config_write.h"
#include "words/installed.h"

static bool same_text(const char *a, const char *b)
{
	struct error ignored;
	FILE *x = file_open_regular(a, &ignored), *y = file_open_regular(b, &ignored);
	int c = 0, d = 0;

	while (x && y && c == d && c != EOF) {
		c = getc(x);
		d = getc(y);
	}
	if (x)
		fclose(x);
	if (y)
		fclose(y);
	return x && y && c == d;
}

bool repeat_shipped(const char *config, const char *text, char *name, size_t size)
{
	const char *base = file_base_name(config);
	size_t n = installed_word(base);
	char directory[PATH_MAX], path[PATH_MAX];
	struct error ignored;

	if (!n || installed_find("configs", directory, &ignored) ||
	    (size_t)snprintf(path, sizeof(path), "%s/%s", directory, base) >= sizeof(path) ||
	    !same_text(path, text))
		return false;
	return (size_t)snprintf(name, size, "%.*s", (int)n, base) < size;
}

char *repeat_file_name(const char *config, char *name, size_t size)
{
	const char *base = file_base_name(config);

	snprintf(name, size, "%s", *base ? base : "run.conf");
	for (char *c = name; *c; c++) {
		if (*c <= ' ' || *c > '~' || strchr("'\"\\$`", *c))
			*c = '_';
	}
	return name;
}

static bool same_groups(const struct run_plan *a, const struct run_plan *b)
{
	if (a->groups != b->groups)
		return false;
	for (unsigned i = 0; i < a->groups; i++) {
		if (strcmp(a->group[i].name, b->group[i].name))
			return false;
	}
	return true;
}

const char *repeat_runner(void)
{
	const char *named = environment_get("THPSTORM_RUNNER");

	return named ? named : "thpstorm";
}

/* The shipped config that the plan is of into @base, its word into @name. */
static bool read_shipped(const struct run_plan *plan, struct run_plan *base, char name[NAME_MAX])
{
	struct error ignored;

	return repeat_shipped(plan->config, plan->config, name, NAME_MAX) &&
	       !config_read(plan->config, base, NULL, &ignored) && same_groups(plan, base);
}

bool repeat_overrides(const struct run_plan *plan, config_difference each, void *to)
{
	struct run_plan base;
	char name[NAME_MAX];

	if (!read_shipped(plan, &base, name))
		return false;
	base.seed = plan->seed;
	config_each_difference(plan, &base, each, to);
	return true;
}

char *repeat_run(const struct run_plan *plan, uint64_t seed)
{
	struct run_plan base, used;
	char *text = NULL, name[NAME_MAX];
	size_t len = 0;
	FILE *out;

	plan_copy(&used, plan);
	used.seed = seed;
	if (!read_shipped(&used, &base, name))
		return NULL;
	out = open_memstream(&text, &len);
	if (!out)
		return NULL;
	fprintf(out, "%s run ", repeat_runner());
	config_write_word(out, name);
	config_write_arguments(out, &used, &base);
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}

char *repeat_sweep(const struct run_plan *plan, const struct sweep_plan *sweep,
		   const char *original, const char *runner)
{
	struct sweep_plan *axes = calloc(1, sizeof(*axes));
	struct run_plan base;
	struct error ignored;
	char *text = NULL, name[NAME_MAX];
	size_t len = 0;
	FILE *out = NULL;

	if (axes && !config_read(original, &base, axes, &ignored) && same_groups(plan, &base))
		out = open_memstream(&text, &len);
	if (out) {
		if (!repeat_shipped(plan->config, original, name, sizeof(name)))
			repeat_file_name(plan->config, name, sizeof(name));
		fprintf(out, "%s sweep ", runner);
		config_write_word(out, name);
		config_write_arguments(out, plan, &base);
		config_write_sweep_arguments(out, sweep, axes);
		fclose(out);
	}
	free(axes);
	return text;
}
