/* SPDX-License-Identifier: GPL-2.0-only */
/* thpstorm list: what there is to be named in a config. All of it comes from the registries. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "detect/detector.h"
#include "manpage.h"
#include "options.h"
#include "page.h"
#include "plot/plot.h"
#include "workers/worker.h"

#define TEXT_AT 30 /* column of the explanations */

static const struct page page = {.columns = COLUMNS};

static void list_scope(const struct page *p, enum option_scope scope, const char *title)
{
	char label[PLAN_LIST_MAX], range[128];

	page_text(p, 0, "", "%s", title);
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
	list_scope(&p, SCOPE_RUN,
		   "[run], or before the first section; --KEY=VALUE. Shown with the defaults:");
	page_blank(&p);
	list_scope(&p, SCOPE_GROUP,
		   "Any other section is a group of workers; --SECTION.KEY=VALUE. Without 'worker' "
		   "the section's name says which:");
	page_blank(&p);
	list_scope(&p, SCOPE_EXPOSE,
		   "[expose], at least so many, or the storm was NOT EXERCISED; "
		   "--expose.KEY=VALUE:");
	page_blank(&p);
	list_scope(
		&p, SCOPE_SWEEP,
		"[sweep], for thpstorm sweep; --sweep.KEY=VALUE. Any other key there is an axis, "
		"KEY = A, B, C with KEY or GROUP.KEY from above:");
}

static void list_workers(void)
{
	struct page p = page;

	p.out = stdout;
	for (const struct worker_ops *const *ops = worker_registry; *ops; ops++)
		page_text(&p, TEXT_AT / 2 + 1, (*ops)->name, "%s (%s)", (*ops)->help,
			  worker_role_name((*ops)->role));
}

static void list_detectors(void)
{
	struct page p = page;

	p.out = stdout;
	for (const struct detector_ops *const *ops = detector_registry; *ops; ops++)
		page_text(&p, TEXT_AT / 2 + 1, (*ops)->name, "%s", (*ops)->help);
}

static void list_commands(void)
{
	for (unsigned i = 0; i < command_count; i++)
		puts(commands[i].name);
}

static void list_plots(void)
{
	for (size_t i = 0; i < PLOT_KINDS; i++)
		puts(plot_kinds[i].name);
}

static void list_keys(void)
{
	static const char *const argument[] = {[SCOPE_RUN] = "--",
					       [SCOPE_GROUP] = "--GROUP.",
					       [SCOPE_EXPOSE] = "--expose.",
					       [SCOPE_SWEEP] = "--sweep."};

	for (unsigned i = 0; i < option_count; i++)
		printf("%s%s\n", argument[option_table[i].scope], option_table[i].key);
}

static void list_manpage(void)
{
	manpage_write(stdout);
}

static const struct listing {
	const char *name, *help;
	void (*print)(void);
} listings[] = {
	{"workers", "what a group of threads can do", list_workers},
	{"detectors", "what notices harm", list_detectors},
	{"options", "every key with default, range and meaning", list_options},
	{"keys", "every key as an argument, and nothing else", list_keys},
	{"commands", "the commands", list_commands},
	{"plots", "the kinds of plots", list_plots},
	{"manpage", "thpstorm.8", list_manpage},
};

int command_list(int argc, char **argv)
{
	const char *names[ARRAY_SIZE(listings) + 1] = {NULL};
	char hint[64];
	struct error err;

	for (unsigned i = 0; i < ARRAY_SIZE(listings); i++) {
		names[i] = listings[i].name;
		if (argc == 2 && !strcmp(argv[1], names[i])) {
			listings[i].print();
			return 0;
		}
	}
	if (argc < 2 || command_wants_help(argc, argv)) {
		for (unsigned i = 0; i < ARRAY_SIZE(listings); i++)
			printf("thpstorm list %-9s  %s\n", names[i], listings[i].help);
		return 0;
	}
	if (argc > 2)
		error_set(&err, EINVAL, "command line: list takes one word, not %d", argc - 1);
	else
		error_set(&err, EINVAL,
			  "command line: list: must be workers, detectors, options, keys, "
			  "commands, plots or manpage%s",
			  nearest_hint(argv[1], names, hint, sizeof(hint)));
	return command_fail(&err);
}
