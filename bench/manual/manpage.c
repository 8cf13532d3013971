/* SPDX-License-Identifier: GPL-2.0-only */
/* See manpage.h. */
#include "manual/manpage.h"

#include <stdlib.h>
#include <string.h>

#include "compare/metrics.h"
#include "detect/detector.h"
#include "contract/event.h"
#include "words/option_table.h"
#include "words/option_value.h"
#include "plot/plot.h"
#include "result/exit_code.h"
#include "result/timeline.h"
#include "contract/exposure.h"
#include "memory/memory.h"
#include "witness/witness.h"
#include "workers/worker.h"

#define VERSION_MARK   "@VERSION@"
#define SOURCE_COLUMNS 72 /* of a line that is handed to troff: with escapes less than 80 */

struct manual {
	FILE *out;
	const struct manual_command *command;
	unsigned commands;
};

/* A hyphen that is typed, and nothing that troff would take for a request or an escape. */
static void put_text(FILE *out, const char *s, size_t n)
{
	if (n && (*s == '.' || *s == '\''))
		fputs("\\&", out);
	for (; n; s++, n--) {
		if (*s == '-')
			fputs("\\-", out);
		else if (*s == '\\')
			fputs("\\e", out);
		else
			putc(*s, out);
	}
}

/* A text that the reader's program fills: its lines may end at any blank. */
static void put_line(FILE *out, const char *s)
{
	size_t n = strlen(s);

	while (n > SOURCE_COLUMNS) {
		size_t part = SOURCE_COLUMNS;

		while (part && s[part] != ' ')
			part--;
		if (!part)
			break;
		put_text(out, s, part);
		putc('\n', out);
		s += part + 1;
		n -= part + 1;
	}
	put_text(out, s, n);
	putc('\n', out);
}

static void put_item(FILE *out, const char *name, const char *rest, const char *help)
{
	fputs(".TP\n\\fB", out);
	put_text(out, name, strlen(name));
	fputs("\\fR", out);
	put_text(out, rest, strlen(rest));
	putc('\n', out);
	put_line(out, help);
}

/* Lines as they are, from @text to @end. */
static void put_verbatim(FILE *out, const char *text, const char *end)
{
	fputs(".nf\n", out);
	while (text < end) {
		const char *line = memchr(text, '\n', (size_t)(end - text));

		line = line ? line : end;
		put_text(out, text, (size_t)(line - text));
		putc('\n', out);
		text = line + 1;
	}
	fputs(".fi\n", out);
}

/* What `thpstorm help COMMAND` prints: free it. @*rest is what follows the forms of its command
 * line, "" when nothing does. NULL: no memory. */
static char *usage_of(const struct manual_command *c, const char **rest)
{
	char *text = NULL;
	size_t n = 0;
	FILE *to = open_memstream(&text, &n);

	if (!to)
		return NULL;
	c->usage(to);
	if (fclose(to))
		return NULL;
	*rest = strstr(text, "\n\n");
	*rest = *rest ? *rest + 2 : text + n;
	return text;
}

static void put_synopsis(const struct manual *m)
{
	for (unsigned i = 0; i < m->commands; i++) {
		const char *rest;
		char *usage = usage_of(&m->command[i], &rest);

		if (usage)
			put_verbatim(m->out, usage, *rest ? rest - 1 : rest);
		free(usage);
	}
}

static void put_commands(const struct manual *m)
{
	for (unsigned i = 0; i < m->commands; i++) {
		const char *rest;
		char *usage = usage_of(&m->command[i], &rest);

		fprintf(m->out, ".SS %s\n", m->command[i].name);
		put_line(m->out, m->command[i].help);
		if (usage && *rest) {
			fputs(".PP\n", m->out);
			put_verbatim(m->out, rest, rest + strlen(rest));
		}
		free(usage);
	}
}

static void put_option(FILE *out, const struct option *o)
{
	char name[128], rest[256] = "", range[128];
	size_t n = 0;

	snprintf(name, sizeof(name), "%s%s", option_sections[o->scope].argument, o->key);
	if (o->fallback && *o->fallback)
		n = (size_t)snprintf(rest, sizeof(rest), " = %s", o->fallback);
	if (o->type != TYPE_TEXT)
		snprintf(rest + n, sizeof(rest) - n, "   (%s)",
			 option_range(o, range, sizeof(range)));
	put_item(out, name, rest, o->help);
}

static void put_options(const struct manual *m)
{
	for (int scope = 0; scope < SCOPES; scope++) {
		fputs(".PP\n", m->out);
		put_line(m->out, option_sections[scope].title);
		for (unsigned i = 0; i < option_count; i++) {
			if (option_table[i].scope == (enum option_scope)scope)
				put_option(m->out, &option_table[i]);
		}
	}
}

static void put_workers(const struct manual *m)
{
	for (const struct worker_ops *const *ops = worker_registry; *ops; ops++)
		put_item(m->out, (*ops)->name, "", (*ops)->help);
}

static void put_memory(const struct manual *m)
{
	for (const struct memory_ops *const *ops = memory_registry; *ops; ops++)
		put_item(m->out, (*ops)->name, "", (*ops)->help);
}

static void put_detectors(const struct manual *m)
{
	for (const struct detector_ops *const *ops = detector_registry; *ops; ops++)
		put_item(m->out, (*ops)->name, "", (*ops)->help);
}

static void put_witnesses(const struct manual *m)
{
	for (const struct witness_ops *const *ops = witness_registry; *ops; ops++)
		put_item(m->out, (*ops)->name, "", (*ops)->help);
}

static void put_plots(const struct manual *m)
{
	for (size_t i = 0; i < PLOT_KINDS; i++)
		put_item(m->out, plot_kinds[i].name, "", plot_kinds[i].help);
}

static void put_metrics(const struct manual *m)
{
	for (size_t i = 0; i < METRICS; i++)
		put_item(m->out, metrics[i].name,
			 metrics[i].more_is_better ? " (more is better)" : "", metrics[i].help);
}

static void put_exposures(const struct manual *m)
{
	for (size_t i = 0; i < EXPOSURE_COUNT; i++)
		put_item(m->out, exposure_names[i], "", exposure_help[i]);
}

static void put_events(const struct manual *m)
{
	static const char *const weights[] = {
		[WEIGHT_NOTE] = "",
		[WEIGHT_WEAK] = " (weakens)",
		[WEIGHT_BROKEN] = " (BROKEN)",
		[WEIGHT_FINDING] = " (FINDING)",
	};

	for (size_t i = 0; i < EVENT_KIND_COUNT; i++)
		put_item(m->out, event_names[i], weights[event_weights[i]], event_help[i]);
}

static void put_exit_codes(const struct manual *m)
{
	for (unsigned i = 0; i < exit_code_count; i++) {
		char code[16], name[32];

		snprintf(code, sizeof(code), "%d", exit_codes[i].code);
		snprintf(name, sizeof(name), " %s", verdict_name(exit_codes[i].code));
		put_item(m->out, code, name, exit_codes[i].meaning);
	}
}

static void put_counts(const struct manual *m)
{
#define X(name, what) put_item(m->out, #name, "", what);
	WORKER_COUNTS(X)
#undef X
}

static void put_timeline(const struct manual *m)
{
#define X(name, format, value, what) put_item(m->out, #name, "", what);
	TIMELINE(X)
#undef X
}

static void put_facts(const struct manual *m)
{
#define X(type, name, key, what) put_item(m->out, key, "", what);
	RECORD_FACTS(X)
#undef X
}

static const struct table {
	const char *name;
	void (*put)(const struct manual *m);
} tables[] = {
	{"synopsis", put_synopsis},	{"commands", put_commands},   {"options", put_options},
	{"workers", put_workers},	{"memory", put_memory},	      {"detectors", put_detectors},
	{"witnesses", put_witnesses},	{"plots", put_plots},	      {"metrics", put_metrics},
	{"exit codes", put_exit_codes}, {"exposures", put_exposures}, {"events", put_events},
	{"counts", put_counts},		{"timeline", put_timeline},   {"facts", put_facts},
};

static int put_table(const char *line, const struct manual *m, struct error *err)
{
	size_t n = strcspn(line + 1, "@\n");

	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		if (strlen(tables[i].name) == n && !memcmp(line + 1, tables[i].name, n)) {
			tables[i].put(m);
			return 0;
		}
	}
	return error_set(err, EINVAL, "the template names an unknown table '%.*s'", (int)n,
			 line + 1);
}

static void put_template(const char *line, FILE *out)
{
	const char *version = strstr(line, VERSION_MARK);

	if (version)
		fprintf(out, "%.*s" THPSTORM_VERSION "%s", (int)(version - line), line,
			version + strlen(VERSION_MARK));
	else
		fputs(line, out);
}

int manpage_write(FILE *template, FILE *out, const struct manual_command *commands, unsigned count,
		  struct error *err)
{
	const struct manual manual = {out, commands, count};
	char line[512];
	int ret = 0;

	while (!ret && fgets(line, sizeof(line), template)) {
		if (line[0] == '@')
			ret = put_table(line, &manual, err);
		else
			put_template(line, out);
	}
	if (!ret && (ferror(template) || ferror(out)))
		ret = error_set(err, EIO, "cannot write the manual page");
	return ret;
}
