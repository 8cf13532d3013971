/* SPDX-License-Identifier: GPL-2.0-only */
/* See repeat.h. */
#include "words/repeat.h"

#include <stdlib.h>
#include <string.h>

#include "words/config.h"
#include "words/config_write.h"

#define CONFIGS "configs/"

/* Where the shipped configs are differs from machine to machine. */
static const char *portable(const char *config)
{
	const char *found = NULL;

	for (const char *at = config; (at = strstr(at, CONFIGS)); at++) {
		if (at == config || at[-1] == '/')
			found = at;
	}
	return found ? found : config;
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

/* What somebody starts it through, a virtual machine say, stands before it. */
static const char *runner(void)
{
	const char *named = getenv("THPSTORM_RUNNER");

	return named && *named ? named : "thpstorm";
}

char *repeat_run(const struct run_plan *plan, uint64_t seed)
{
	struct run_plan base, used;
	struct error ignored;
	char *text = NULL;
	size_t len = 0;
	FILE *out;

	plan_copy(&used, plan);
	used.seed = seed;
	if (!plan->config[0] || config_read(plan->config, &base, NULL, &ignored) ||
	    !same_groups(&used, &base))
		return NULL;
	out = open_memstream(&text, &len);
	if (!out)
		return NULL;
	fprintf(out, "%s run ", runner());
	config_write_word(out, portable(plan->config));
	config_write_arguments(out, &used, &base);
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}

char *repeat_sweep(const struct run_plan *plan, const struct sweep_plan *sweep,
		   const char *original)
{
	struct sweep_plan *axes = calloc(1, sizeof(*axes));
	struct run_plan base;
	struct error ignored;
	char *text = NULL;
	size_t len = 0;
	FILE *out = NULL;

	if (axes && !config_read(original, &base, axes, &ignored) && same_groups(plan, &base))
		out = open_memstream(&text, &len);
	if (out) {
		fputs("thpstorm sweep ", out);
		config_write_word(out, portable(plan->config));
		config_write_arguments(out, plan, &base);
		config_write_sweep_arguments(out, sweep, axes);
		fclose(out);
	}
	free(axes);
	return text;
}
