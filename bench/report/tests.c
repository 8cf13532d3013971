/* SPDX-License-Identifier: GPL-2.0-only */
/* See tests.h. */
#include "report/tests.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "report/formats.h"
#include "report/parts.h"
#include "result/read.h"
#include "sweep/cell_verdict.h"

/* "configs/tail_fault.conf" -> "tail_fault" */
static void suite_name(const char *config, char *name, size_t size)
{
	const char *base = strrchr(config, '/');

	base = base ? base + 1 : config;
	snprintf(name, size, "%.*s", (int)strcspn(base, "."), *base ? base : "run");
}

/* What a PASS does not cover. */
static void interruption(const struct page *p, const json_t *result)
{
	const char *by = get_text(result, "interrupted_by");
	char took[UNITS_MAX], planned[UNITS_MAX];

	if (get_bool(result, "interrupted"))
		page_text(p, REPORT_INDENT, "interrupted",
			  "%s ended the storm after %s; it was to last %s", *by ? by : "a signal",
			  units_ns(took, get_count_0(result, "storm_ns")),
			  units_ns(planned,
				   get_count_0(json_object_get(result, "plan"), "duration_ns")));
}

static void skipped_groups(const struct page *p, const json_t *result)
{
	const json_t *group;
	size_t i;

	json_array_foreach(json_object_get(result, "groups"), i, group) {
		if (get_bool(group, "skipped"))
			page_text(p, REPORT_INDENT, "skipped", "group [%s] was skipped: %s",
				  get_text(group, "name"), get_text(group, "skip_reason"));
	}
}

/* On what, and what was found, with the kernel's own report, as the mail has it. */
static char *findings_text(const json_t *result, bool alone)
{
	const json_t *host = json_object_get(result, "host");
	char *text = NULL;
	size_t len = 0;
	struct page page = {.out = open_memstream(&text, &len), .columns = REPORT_MAIL_COLUMNS};

	if (!page.out)
		return NULL;
	page_text(&page, REPORT_INDENT, "kernel", "%s, preempt %s", get_text(host, "release"),
		  get_text(json_object_get(host, "preempt"), "model"));
	report_findings(&page, result, alone);
	interruption(&page, result);
	skipped_groups(&page, result);
	fclose(page.out);
	return text;
}

static int code_of(const json_t *result)
{
	int code = (int)get_count_0(result, "exit_code");

	if (!get_bool(result, "complete"))
		return TEST_NOT_ENDED;
	return code == VERDICT_PASS && get_bool(result, "interrupted") ? TEST_INTERRUPTED : code;
}

int tests_of_run(const json_t *result, char *name, size_t size, struct test_suite *suite)
{
	const json_t *facts = get_run_facts(result);
	struct test_case *t = calloc(1, sizeof(*t));

	suite_name(get_text(facts, "config"), name, size);
	*suite = (struct test_suite){.name = name, .started = get_text(facts, "started")};
	if (!t)
		return -ENOMEM;
	suite->test = t;
	suite->count = 1;
	t->name = strdup(name);
	t->code = code_of(result);
	t->reason = strdup(get_text(result, "reason"));
	t->detail = findings_text(result, true);
	t->seconds = (double)get_count_0(result, "storm_ns") / NSEC_PER_SEC;
	return t->name && t->reason ? 0 : -ENOMEM;
}

/* "tail_fault preempt=none repeat 2": a name of KTAP has no '#'. */
static char *cell_name(const struct sweep *s, uint32_t id, const char *suite)
{
	char name[CELLS_NAME_MAX], *hash, *text;

	cells_name(&s->cells, id, name, sizeof(name));
	hash = strrchr(name, '#');
	if (asprintf(&text, "%s %.*srepeat %u", suite, hash ? (int)(hash - name) : 0, name,
		     cells_repeat(&s->cells, id) + 1) < 0)
		return NULL;
	return text;
}

static char *cell_findings(const struct sweep *s, const struct sweep_row *row)
{
	char path[PATH_MAX], cell[64];
	struct error err;
	json_t *result;
	char *text;

	if (row->damage)
		return strdup(row->damage);
	if (row->log->code != VERDICT_FAIL || !row->essence)
		return NULL;
	snprintf(path, sizeof(path), "%s/%s", s->dir,
		 sweep_cell_directory(row->id, row->log->tries, cell, sizeof(cell)));
	result = result_read(path, &err);
	text = result ? findings_text(result, false) : strdup(err.text);
	json_decref(result);
	return text;
}

static int judged(const struct sweep *s, const struct sweep_row *row, struct test_case *t)
{
	char reason[CELL_REASON_MAX];

	t->code = cell_verdict(row->log);
	t->reason = strdup(cell_reason(row->log, reason, sizeof(reason)));
	t->detail = cell_findings(s, row);
	t->seconds = row->log->run_ms / 1e3;
	return t->reason ? 0 : -ENOMEM;
}

int tests_of_sweep(const struct sweep *s, const struct sweep_rows *rows, char *name, size_t size,
		   struct test_suite *suite)
{
	int ret = 0;

	suite_name(s->plan.config, name, size);
	*suite = (struct test_suite){.name = name, .started = ""};
	suite->test = calloc(s->cells.count, sizeof(*suite->test));
	if (!suite->test)
		return -ENOMEM;
	suite->count = s->cells.count;
	/* The rows are those of the cells that have a verdict, in the same order. */
	for (unsigned i = 0, row = 0; i < s->cells.count && !ret; i++) {
		struct test_case *t = &suite->test[i];
		const struct cell_log *log = &s->ledger.log[s->cells.id[i] - 1];

		t->name = cell_name(s, s->cells.id[i], name);
		t->code = log->state == CELL_STARTED ? TEST_NOT_ENDED : TEST_NOT_RUN;
		if (!t->name)
			ret = -ENOMEM;
		else if (cell_has_verdict(log))
			ret = judged(s, &rows->row[row++], t);
	}
	return ret;
}
