/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * thpstorm check: what this machine is to a storm, and what of a plan (or of all workers) can run
 * on it. Reads only.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words/arguments.h"
#include "base/plural.h"
#include "base/textfile.h"
#include "commands/commands.h"
#include "words/config_apply.h"
#include "words/options.h"
#include "terminal/page.h"
#include "run/run.h"
#include "run/weakness.h"
#include "run/wishes.h"
#include "memory/memory.h"
#include "system/debugfs.h"
#include "words/units.h"
#include "workers/worker.h"
#include "words/shell_word.h"
#include "words/sweep_plan.h"

#define INDENT 16

/* What whoever started this process lets it have. */
static void print_process(const struct page *p, const struct host_facts *h)
{
	if (h->thp.process == THP_PROCESS_ADVISED)
		page_text(
			p, INDENT, "",
			"disabled for this process except by madvise(2) (PR_THP_DISABLE_EXCEPT_ADVISED): a storm advises");
	else if (h->thp.process == THP_PROCESS_NONE)
		page_text(
			p, INDENT, "",
			"disabled for this process by whoever started it (PR_SET_THP_DISABLE)%s%s",
			h->may.own_thp ? ", and it may not enable them: "
				       : ": a run enables them for its storm",
			h->may.own_thp ? strerror(-h->may.own_thp) : "");
}

static void print_kernel(const struct page *p, const struct host_facts *h)
{
	char pmd[UNITS_MAX], base[UNITS_MAX], sizes[128];

	page_text(p, INDENT, "kernel", "%s %s", h->release, h->machine);
	page_text(p, INDENT, "preemption", "%s (known from %s)%s", h->preempt.model,
		  h->preempt.source, h->preempt.dynamic ? "; PREEMPT_DYNAMIC" : "");
	if (!h->thp.present)
		page_text(p, INDENT, "thp", "not supported by this kernel");
	else
		page_text(p, INDENT, "thp", "enabled %s, defrag %s, PMD size %s, base page %s",
			  h->thp.anon.all, h->thp.defrag, units_bytes(pmd, h->thp.pmd_bytes),
			  units_bytes(base, h->thp.page_bytes));
	print_process(p, h);
	page_text(p, INDENT, "thp sizes", "%s",
		  h->thp.anon.sizes ? thp_sizes_format(h->thp.anon.sizes, sizes, sizeof(sizes))
				    : "only the PMD's (sysfs has no hugepages-*kB)");
}

/* The CPUs of a node that this process may use: "CPUs 0-3", "CPU 2", "no allowed CPU". */
static char *node_cpus(const struct topology *t, int node, char *buf, size_t size)
{
	char list[PLAN_LIST_MAX];
	cpu_set_t set;

	topology_node_cpus(t, node, &set);
	if (CPU_COUNT(&set))
		snprintf(buf, size, "CPU%s %s", plural((unsigned)CPU_COUNT(&set)),
			 cpulist_format(&set, list, sizeof(list)));
	else
		snprintf(buf, size, "no allowed CPU");
	return buf;
}

static void print_nodes(const struct page *p, const struct topology *t)
{
	char size[UNITS_MAX], left[UNITS_MAX], distances[TOPOLOGY_NODES_MAX * 4 + 1];
	char cpus[PLAN_LIST_MAX + 16], online[PLAN_LIST_MAX] = "";

	textfile_read("/sys/devices/system/node/online", online, sizeof(online));
	page_text(p, INDENT, "nodes", "%u with allowed memory%s%s", t->nodes,
		  online[0] ? "; online: " : "", online);
	for (unsigned i = 0; i < t->nodes; i++) {
		size_t n = 0;

		for (unsigned j = 0; j < t->nodes; j++)
			n += (size_t)snprintf(distances + n, sizeof(distances) - n, " %u",
					      t->distance[i][j]);
		page_text(p, INDENT, "", "node %d: %s, %s; %s free; distances%s", t->node_id[i],
			  node_cpus(t, t->node_id[i], cpus, sizeof(cpus)),
			  units_bytes(size, t->node_size[i]), units_bytes(left, t->node_free[i]),
			  distances);
	}
	for (int node = 0; node < NODE_IDS_MAX; node++) {
		cpu_set_t set;

		if (topology_node(t, node) < 0 && topology_node_cpus(t, node, &set))
			page_text(p, INDENT, "", "node %d: %s; no allowed memory", node,
				  node_cpus(t, node, cpus, sizeof(cpus)));
	}
}

/* What the run would leave as it is; what can't be left is an error of the plan. */
static void print_knobs(const struct page *p, const struct given *given)
{
	struct wishes wishes;
	struct error err;
	char left[512];

	if (wishes_make(&wishes, given, &err))
		page_text(p, INDENT, "knobs", "%s", err.text);
	else if (wishes_left(&wishes, left, sizeof(left))[0])
		page_text(p, INDENT, "knobs", "left as they are: %s; %s", left,
			  wishes_remedy(&wishes));
	else
		page_text(p, INDENT, "knobs", "ok");
	wishes_free(&wishes);
}

/* "; offline: 3; isolated: 1; if named also: 1": CPUs that are not used by themselves. */
static char *other_cpus(const struct topology *t, char *buf, size_t size)
{
	static const char *const lists[] = {"offline", "isolated"};
	char path[64], list[PLAN_LIST_MAX];
	cpu_set_t beyond;
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		snprintf(path, sizeof(path), "/sys/devices/system/cpu/%s", lists[i]);
		if (textfile_read(path, list, sizeof(list)) > 0)
			n += (size_t)snprintf(buf + n, size - n, "; %s: %s", lists[i], list);
	}
	CPU_XOR(&beyond, &t->reachable, &t->allowed);
	if (CPU_COUNT(&beyond))
		snprintf(buf + n, size - n, "; only if named (--cpus): %s",
			 cpulist_format(&beyond, list, sizeof(list)));
	return buf;
}

static void print_machine(const struct page *p, const struct given *given)
{
	const struct host_facts *h = &given->machine.host;
	const struct topology *t = &given->machine.topology;
	const struct placement *at = &given->geometry.placement;
	char cpus[PLAN_LIST_MAX], workers[PLAN_LIST_MAX], dangers[512], spare[32],
		others[3 * PLAN_LIST_MAX];

	print_kernel(p, h);
	print_nodes(p, t);
	page_text(p, INDENT, "CPUs", "%s allowed, workers on %s%s",
		  cpulist_format(&t->allowed, cpus, sizeof(cpus)),
		  cpulist_format(&at->worker_cpus, workers, sizeof(workers)),
		  other_cpus(t, others, sizeof(others)));
	snprintf(spare, sizeof(spare), "CPU %d", at->spare_cpu);
	page_text(p, INDENT, "spare", "%s",
		  at->spare_cpu < 0 ? "none: a lockup would hang this machine" : spare);
	page_text(p, INDENT, "dangers", "%s",
		  host_dangers(dangers, sizeof(dangers)) ? dangers : "none known");
	if (h->may.kmsg)
		page_text(p, INDENT, "kernel log", "not readable: %s; %s", strerror(-h->may.kmsg),
			  may_kmsg_remedy(h->may.kmsg));
	else
		page_text(p, INDENT, "kernel log", "ok");
	print_knobs(p, given);
	page_blank(p);
}

/* What the preparation says of the plan as a whole, as an exit code and a word. */
static int judge_plan(const struct given *given, const char **word)
{
	static const struct {
		const char *word;
		int code;
	} said[] = {
		[READY] = {"ok", 0},
		[READY_SKIP] = {"SKIP", VERDICT_SKIP},
		[READY_REFUSED] = {"cannot run", VERDICT_BROKEN},
	};

	*word = said[given->readiness].word;
	return said[given->readiness].code;
}

/* As the report of a run would tell them. */
static void print_weaknesses(const struct page *p, const struct given *given)
{
	char text[256];
	unsigned at = 0;
	bool any = false;

	while (weakness_next(given, &at, text, sizeof(text))) {
		page_text(p, INDENT, any ? "" : "warnings", "%s", text);
		any = true;
	}
}

static int check_plan(const struct page *p, const struct given *given)
{
	const struct run_plan *plan = &given->asked;
	const char *word;
	int code = judge_plan(given, &word);

	page_text(p, INDENT, "plan", "%s%s%s", word, code ? ": " : "", code ? given->why.text : "");
	for (unsigned i = 0; i < plan->groups; i++) {
		const struct group_plan *g = &plan->group[i];
		const char *why = given->group[i].left_out;
		bool own = g->process == PROCESS_OWN;
		char name[PLAN_NAME_MAX + 2], cpus[PLAN_LIST_MAX];

		snprintf(name, sizeof(name), "[%s]", g->name);
		if (*why) {
			page_text(p, INDENT, name, "SKIP: %s", why);
			code = code ? code : VERDICT_SKIP;
		} else {
			page_text(p, INDENT, name, "ok: %u %s on CPUs %s%s%s", g->threads,
				  g->worker,
				  cpulist_format(&given->geometry.placement.group_cpus[i], cpus,
						 sizeof(cpus)),
				  own ? ", in a process of their own with memory = " : "",
				  own ? given_memory(given, i)->name : "");
		}
	}
	if (given->readiness == READY)
		print_weaknesses(p, given);
	return code;
}

/* Without a config: each worker in a plan of its own. */
static int check_workers(const struct page *p, struct given *given)
{
	int worst = 0;

	for (const struct worker_ops *const *ops = worker_registry; *ops; ops++) {
		const char *word, *why;
		int code;

		given->plan.groups = 1;
		options_group_defaults(&given->plan.group[0], (*ops)->name);
		given->asked = given->plan;
		given->group[0].left_out[0] = '\0';
		run_check(given);
		code = judge_plan(given, &word);
		why = given->group[0].left_out[0] ? given->group[0].left_out : given->why.text;
		page_text(p, INDENT, (*ops)->name, "%s%s%s", word, code ? ": " : "",
			  code ? why : "");
		if (!worst || code == VERDICT_BROKEN)
			worst = code;
	}
	return worst;
}

static void tell_of_sweep(const struct page *p, const char *config)
{
	page_text(p, INDENT, "sweep", "this is the base plan of its cells; to list them:");
	/* Unbroken: to be pasted. */
	fputs("    thpstorm sweep ", p->out);
	shell_write_word(p->out, config, false);
	fputs(" -n\n", p->out);
}

static int check(const struct arguments *a)
{
	const struct page page = {.out = stdout, .columns = COLUMNS};
	struct given *given = calloc(1, sizeof(*given));
	struct error err;
	int code;

	if (!given) {
		error_set(&err, ENOMEM, "no memory for the facts of this machine");
		code = command_fail(&err);
	} else if (run_prepare(&a->plan, given, &err)) {
		code = command_fail(&err);
	} else {
		print_machine(&page, given);
		code = a->config ? check_plan(&page, given) : check_workers(&page, given);
		if (a->sweep->axes)
			tell_of_sweep(&page, a->config);
	}
	free(given);
	return code;
}

void usage_check(FILE *out)
{
	fputs("thpstorm check [CONFIG] [-t TIME] [--KEY=VALUE ...]\n"
	      "\n"
	      "Prints what this machine has and whether CONFIG, or else each worker, can\n"
	      "run on it. Changes nothing.\n"
	      "\n"
	      "Exit codes: 0 all can run; 77 something would be skipped; 2 a bad config,\n"
	      "or a plan that this machine can't run\n",
	      out);
}

int command_check(int argc, char **argv)
{
	struct sweep_plan *sweep = calloc(1, sizeof(*sweep));
	struct arguments a = {.sweep = sweep};
	struct error err;
	int code;

	if (!sweep) {
		error_set(&err, ENOMEM, "no memory for a sweep");
		return command_fail(&err);
	}
	if (arguments_read(&a, argc, argv, "t", &err) ||
	    (a.config && config_validate(&a.plan, &err))) {
		code = command_fail_arguments(&a, &err);
	} else {
		debugfs_reach();
		code = check(&a);
	}
	free(sweep);
	return code;
}
