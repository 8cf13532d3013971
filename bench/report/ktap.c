/* SPDX-License-Identifier: GPL-2.0-only */
/* Tests as KTAP. See test_cases.h. */
#include <errno.h>
#include <string.h>

#include "report/test_cases.h"

/* One line; a '#' would begin a directive or look like one. */
static void put_line(FILE *out, const char *text, size_t n, char hash)
{
	for (size_t i = 0; i < n; i++) {
		char c = text[i] == '\t' ? ' ' : text[i];

		putc(c == '#' ? hash : c >= ' ' && c <= '~' ? c : '?', out);
	}
}

static void put_detail(FILE *out, const char *detail)
{
	for (; detail && *detail; detail += strcspn(detail, "\n"), detail += *detail == '\n') {
		fputs("# ", out);
		put_line(out, detail, strcspn(detail, "\n"), '#');
		putc('\n', out);
	}
}

static void put_result(FILE *out, unsigned number, const struct test_case *t)
{
	const struct test_outcome *o = test_outcome_of(t->code);

	fprintf(out, "%s %u ", o->ok ? "ok" : "not ok", number);
	put_line(out, t->name, strlen(t->name), '.');
	if (t->code != VERDICT_PASS) {
		fprintf(out, " # %s%s%s", o->directive ? o->directive : "", o->directive ? " " : "",
			o->prefix);
		put_line(out, t->reason ? t->reason : "", t->reason ? strlen(t->reason) : 0, '.');
	}
	putc('\n', out);
}

int ktap_write(FILE *out, const struct test_suite *suite)
{
	fprintf(out, "KTAP version 1\n1..%u\n", suite->count);
	for (unsigned i = 0; i < suite->count; i++) {
		put_detail(out, suite->test[i].detail);
		put_result(out, i + 1, &suite->test[i]);
	}
	return ferror(out) ? -EIO : 0;
}
