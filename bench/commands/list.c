/* SPDX-License-Identifier: GPL-2.0-only */
/* thpstorm list: what there is to be named in a config. All of it comes from the registries. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "commands/commands.h"
#include "detect/detector.h"
#include "manual/manpage.h"
#include "words/option_check.h"
#include "words/nearest.h"
#include "words/option_table.h"
#include "words/option_value.h"
#include "terminal/page.h"
#include "plot/plot.h"
#include "schema/schema.h"
#include "memory/memory.h"
#include "words/installed.h"
#include "witness/witness.h"
#include "workers/worker.h"

/* columns of the explanations */
#define TEXT_AT	 30
#define NAMES_AT 16

static const struct page page = {.columns = COLUMNS};

static void list_scope(const struct page *p, enum option_scope scope)
{
	char label[PLAN_LIST_MAX], range[128];

	page_text(p, 0, "", "%s; %sKEY=VALUE:", option_sections[scope].title,
		  option_sections[scope].argument);
	for (unsigned i = 0; i < option_count; i++) {
		const struct option *o = &option_table[i];

		if (o->scope != scope)
			continue;
		snprintf(label, sizeof(label), "  %s%s%s", o->key,
			 o->fallback && *o->fallback ? " = " : "", o->fallback ? o->fallback : "");
		page_text(p, TEXT_AT, label, o->type == TYPE_TEXT ? "%s" : "%s (%s)", o->help,
			  option_range(o, range, sizeof(range)));
	}
}

void list_options(void)
{
	struct page p = page;

	p.out = stdout;
	page_text(&p, 0, "", "Keys with their defaults, and what is allowed.");
	for (int scope = 0; scope < SCOPES; scope++) {
		page_blank(&p);
		list_scope(&p, scope);
	}
}

static int print_options(struct error *err)
{
	list_options();
	return 0;
}

static int print_workers(struct error *err)
{
	struct page p = page;

	p.out = stdout;
	for (const struct worker_ops *const *ops = worker_registry; *ops; ops++)
		page_text(&p, NAMES_AT, (*ops)->name, "%s (%s)", (*ops)->help, worker_role(*ops));
	return 0;
}

static int print_memory(struct error *err)
{
	struct page p = page;

	p.out = stdout;
	for (const struct memory_ops *const *ops = memory_registry; *ops; ops++)
		page_text(&p, NAMES_AT, (*ops)->name, "%s", (*ops)->help);
	return 0;
}

static int print_witnesses(struct error *err)
{
	struct page p = page;

	p.out = stdout;
	for (const struct witness_ops *const *ops = witness_registry; *ops; ops++)
		page_text(&p, NAMES_AT, (*ops)->name, "%s", (*ops)->help);
	return 0;
}

static int print_detectors(struct error *err)
{
	struct page p = page;

	p.out = stdout;
	for (const struct detector_ops *const *ops = detector_registry; *ops; ops++)
		page_text(&p, NAMES_AT, (*ops)->name, "%s", (*ops)->help);
	return 0;
}

static int print_commands(struct error *err)
{
	for (unsigned i = 0; i < command_count; i++)
		puts(commands[i].name);
	return 0;
}

static int print_plots(struct error *err)
{
	for (size_t i = 0; i < PLOT_KINDS; i++)
		puts(plot_kinds[i].name);
	return 0;
}

/* The words that an option may be, where they can be counted; numbers and lists can't. */
static void print_words(const struct option *o)
{
	char words[160];

	if (o->type == TYPE_BOOL || o->type == TYPE_CHOICE)
		fputs(option_range(o, words, sizeof(words)), stdout);
	if (o->names && o->names->several)
		fputs("all none", stdout);
	for (const char *const *name = o->names ? o->names->names : NULL; name && *name; name++)
		printf(" %s", *name);
}

static int print_keys(struct error *err)
{
	for (unsigned i = 0; i < option_count; i++) {
		printf("%s%s\t", option_sections[option_table[i].scope].argument,
		       option_table[i].key);
		print_words(&option_table[i]);
		putchar('\n');
	}
	return 0;
}

/* The first line of a config says what it asks. */
static void print_config(const struct page *p, const char *directory, const char *name)
{
	char path[2 * PATH_MAX], line[256] = "";
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s.conf", directory, name);
	in = fopen(path, "re");
	if (in && fgets(line, sizeof(line), in))
		page_text(p, NAMES_AT, name, "%s", line + strspn(line, "# "));
	if (in)
		fclose(in);
}

static int print_configs(struct error *err)
{
	char directory[PATH_MAX], **names = installed_configs(directory, err);
	struct page p = page;

	if (!names)
		return -ENOENT;
	p.out = stdout;
	for (char **name = names; *name; name++)
		print_config(&p, directory, *name);
	printf("\nThey are in %s.\n", directory);
	installed_free(names);
	return 0;
}

static int print_manpage(struct error *err)
{
	struct manual_command *all = calloc(command_count, sizeof(*all));
	int ret;

	if (!all)
		return error_set(err, ENOMEM, "no memory for the commands");
	for (unsigned i = 0; i < command_count; i++)
		all[i] = (struct manual_command){commands[i].name, commands[i].help,
						 commands[i].usage};
	ret = manpage_write(stdin, stdout, all, command_count, err);
	free(all);
	return ret;
}

static int print_schema(struct error *err)
{
	return schema_write(stdin, stdout, err);
}

static const struct listing {
	const char *name, *help; /* help NULL: for the build, which makes its files by it */
	int (*print)(struct error *err);
} listings[] = {
	{"workers", "what a group of threads can do", print_workers},
	{"memory", "what the stormed memory can be", print_memory},
	{"witnesses", "who looks at what the pages hold", print_witnesses},
	{"detectors", "what notices harm", print_detectors},
	{"options", "every key with default, range and meaning", print_options},
	{"configs", "the installed configs and what they ask; run NAME runs one", print_configs},
	{"keys", "every key as an argument, and the words that it may be", print_keys},
	{"commands", "the commands", print_commands},
	{"plots", "the kinds of plots", print_plots},
	{"manpage", NULL, print_manpage}, /* from its template on standard input */
	{"schema", NULL, print_schema},	  /* likewise */
};

void usage_list(FILE *out)
{
	fputs("thpstorm list WHAT\n\n", out);
	for (unsigned i = 0; i < ARRAY_SIZE(listings); i++)
		if (listings[i].help)
			fprintf(out, "  %-9s  %s\n", listings[i].name, listings[i].help);
}

static const struct listing *find(const char *name, struct error *err)
{
	const char *names[ARRAY_SIZE(listings) + 1] = {NULL};
	char all[160] = "", hint[64];
	unsigned shown = 0;
	size_t n = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(listings); i++) {
		if (!strcmp(name, listings[i].name))
			return &listings[i];
		if (!listings[i].help)
			continue;
		n += (size_t)snprintf(all + n, sizeof(all) - n, "%s%s", n ? ", " : "",
				      listings[i].name);
		names[shown++] = listings[i].name;
	}
	error_set(err, EINVAL, "command line: list: must be %s%s", all,
		  nearest_hint(name, names, hint, sizeof(hint)));
	return NULL;
}

int command_list(int argc, char **argv)
{
	const struct listing *listing;
	struct error err;

	if (argc < 2) {
		usage_list(stdout);
		return 0;
	}
	if (argc > 2) {
		error_set(&err, EINVAL, "command line: list takes one word, not %d", argc - 1);
		return command_fail(&err);
	}
	listing = find(argv[1], &err);
	return !listing || listing->print(&err) ? command_fail(&err) : 0;
}
