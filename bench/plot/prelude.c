/* SPDX-License-Identifier: GPL-2.0-only */
/* See prelude.h. */
#include "plot/prelude.h"

#include <string.h>

#include "base/base.h"
#include "result/get.h"

static void write_quoted(FILE *to, const char *value, bool ascii)
{
	putc('\'', to);
	for (const char *c = value; *c; c++) {
		bool control = (*c >= 0 && *c < ' ') || *c == 0x7f;

		if (*c == '\'')
			putc('\'', to);
		putc(control || (ascii && *c < 0) ? '?' : *c, to);
	}
	fputs("'\n", to);
}

void plot_set(FILE *to, const char *name, const char *value)
{
	fprintf(to, "%s = ", name);
	write_quoted(to, value, true);
}

void plot_set_path(FILE *to, const char *name, const char *path)
{
	fprintf(to, "%s = ", name);
	write_quoted(to, path, false);
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
	fprintf(to, "%s[%u] = ", name, index);
	write_quoted(to, value, true);
}

void plot_set_item_path(FILE *to, const char *name, unsigned index, const char *path)
{
	fprintf(to, "%s[%u] = ", name, index);
	write_quoted(to, path, false);
}

void plot_set_item_number(FILE *to, const char *name, unsigned index, double value)
{
	fprintf(to, "%s[%u] = %.9g\n", name, index, value);
}

void plot_title(FILE *to, const char *what, const struct plot_of *of, unsigned count)
{
	plot_set(to, "what", what);
	plot_set_number(to, "captions", 2 * count);
	plot_array(to, "caption", 2 * count);
	for (unsigned i = 0; i < count; i++) {
		const json_t *facts = get_run_facts(of[i].result);
		const json_t *host = json_object_get(of[i].result, "host");
		const char *config = get_text(facts, "config"), *base = strrchr(config, '/');
		char line[256];

		snprintf(line, sizeof(line), "%s%.40s, preempt %.20s", of[i].of_side,
			 get_text(host, "release"),
			 get_text(json_object_get(host, "preempt"), "model"));
		plot_set_item(to, "caption", 2 * i + 1, line);
		snprintf(line, sizeof(line), "%.40s, seed %.20s",
			 base	   ? base + 1
			 : *config ? config
				   : "no config",
			 get_text(facts, "seed"));
		plot_set_item(to, "caption", 2 * i + 2, line);
	}
}
