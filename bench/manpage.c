/* SPDX-License-Identifier: GPL-2.0-only */
/* See manpage.h. What no table has (what it is, files, examples) is in the texts below. */
#include "manpage.h"

#include <string.h>

#include "commands.h"
#include "compare/metrics.h"
#include "detect/detector.h"
#include "options.h"
#include "plot/plot.h"
#include "workers/worker.h"

static const char head[] =
	".TH THPSTORM 8 \"\" \"thpstorm " THPSTORM_VERSION "\" \"System Administration\"\n"
	".SH NAME\n"
	"thpstorm \\- stress test and benchmark for transparent huge pages\n"
	".SH SYNOPSIS\n";

static const char description[] =
	".SH DESCRIPTION\n"
	"Workers make transparent huge pages, split them and move them between NUMA nodes, while "
	"others\n"
	"fault their tail pages from user mode and from inside the kernel.\n"
	"It says whether a CPU locked up, whether the data survived, and how long a fault took.\n"
	".PP\n"
	"A storm that finds a bug takes CPUs away: do not run it on a machine that others depend "
	"on.\n"
	"A config is an INI file; its keys, and those of its groups, may be given as arguments "
	"too.\n";

static const char after_tables[] =
	".SH EXIT STATUS\n"
	".TP\n.B 0\nPASS: what the config declares was met, and no harm was seen\n"
	".TP\n.B 1\nFAIL: the kernel is wrong; the first line says how\n"
	".TP\n.B 2\nBROKEN: the tool or the machine is wrong, or the usage\n"
	".TP\n.B 3\nNOT EXERCISED: the storm ran and never met what it is for\n"
	".TP\n.B 77\nSKIP: something is missing here; the line says what\n"
	".SH ENVIRONMENT\n"
	".TP\n.B THPSTORM_STATE\n"
	"the state directory, instead of /var/lib/thpstorm (root) or ~/.local/state/thpstorm\n"
	".TP\n.B THPSTORM_PLOTS\nwhere the gnuplot scripts are, when they are not beside the "
	"program\n"
	".SH FILES\n"
	".TP\n.I /var/lib/thpstorm/journal\n"
	"what a run has changed on this machine, for\n.B thpstorm restore\n"
	".TP\n.I DIR/result.json\n"
	"the record of a run, the last of its files; DIR/plan.conf repeats it\n"
	".TP\n.I DIR/journal\nof a sweep: what has been done, for\n.B thpstorm sweep \\-\\-resume "
	"DIR\n"
	".SH EXAMPLES\n"
	".nf\n"
	"thpstorm check configs/tail_move.conf\n"
	"thpstorm run configs/tail_fault.conf \\-t 30s \\-\\-tails.threads=24\n"
	"thpstorm sweep configs/numa_sweep.conf \\-o DIR; thpstorm sweep \\-\\-resume DIR\n"
	"thpstorm compare BASE1 NEW1 BASE2 NEW2 BASE3 NEW3 BASE4 NEW4\n"
	"thpstorm report DIR \\-\\-format mail\n"
	".fi\n";

/* A hyphen that is typed, and nothing that troff would take for a request or an escape. */
static void text(FILE *out, const char *s)
{
	if (*s == '.' || *s == '\'')
		fputs("\\&", out);
	for (; *s; s++) {
		if (*s == '-')
			fputs("\\-", out);
		else if (*s == '\\')
			fputs("\\e", out);
		else
			putc(*s, out);
	}
}

static void item(FILE *out, const char *name, const char *rest, const char *help)
{
	fputs(".TP\n\\fB", out);
	text(out, name);
	fputs("\\fR", out);
	text(out, rest);
	putc('\n', out);
	text(out, help);
	putc('\n', out);
}

static void synopsis(FILE *out)
{
	for (unsigned i = 0; i < command_count; i++) {
		fputs(i ? ".br\n" : "", out);
		fprintf(out, ".B thpstorm %s\n[...]\n", commands[i].name);
	}
}

static void command_list_section(FILE *out)
{
	fputs(".SH COMMANDS\nEach tells its arguments by\n.BR thpstorm\\ help\\ COMMAND .\n", out);
	for (unsigned i = 0; i < command_count; i++)
		item(out, commands[i].name, "", commands[i].help);
}

static void options(FILE *out, enum option_scope scope, const char *title, const char *argument)
{
	fputs(".SS ", out);
	text(out, title);
	putc('\n', out);
	for (unsigned i = 0; i < option_count; i++) {
		const struct option *o = &option_table[i];
		char name[128], rest[256], range[128];

		if (o->scope != scope)
			continue;
		snprintf(name, sizeof(name), "%s%s", argument, o->key);
		snprintf(rest, sizeof(rest), "%s%s%s%s", o->fallback && *o->fallback ? " = " : "",
			 o->fallback ? o->fallback : "", o->type == TYPE_TEXT ? "" : "   ",
			 o->type == TYPE_TEXT ? "" : option_range(o, range, sizeof(range)));
		item(out, name, rest, o->help);
	}
}

void manpage_write(FILE *out)
{
	fputs(head, out);
	synopsis(out);
	fputs(description, out);
	command_list_section(out);
	fputs(".SH OPTIONS\nWith their defaults and what is allowed.\n", out);
	options(out, SCOPE_RUN, "Of a run: keys before the first section, or in [run]", "--");
	options(out, SCOPE_GROUP, "Of a group: any other section", "--GROUP.");
	options(out, SCOPE_EXPOSE, "[expose]: at least so many, or the storm was not exercised",
		"--expose.");
	options(out, SCOPE_SWEEP, "[sweep]: any other key there is an axis", "--sweep.");
	fputs(".SH WORKERS\n", out);
	for (const struct worker_ops *const *ops = worker_registry; *ops; ops++)
		item(out, (*ops)->name, "", (*ops)->help);
	fputs(".SH DETECTORS\n", out);
	for (const struct detector_ops *const *ops = detector_registry; *ops; ops++)
		item(out, (*ops)->name, "", (*ops)->help);
	fputs(".SH PLOTS\n", out);
	for (size_t i = 0; i < PLOT_KINDS; i++)
		item(out, plot_kinds[i].name, "", plot_kinds[i].help);
	fputs(".SH METRICS\nOf\n.BR \"thpstorm compare \\-\\-fail\\-above\" :\n", out);
	for (size_t i = 0; i < METRICS; i++)
		fprintf(out, "%s%s", i ? ",\n" : "", metrics[i].name);
	fputs(".\n", out);
	fputs(after_tables, out);
}
