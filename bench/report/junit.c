/* SPDX-License-Identifier: GPL-2.0-only */
/* Tests as JUnit's XML. See test_cases.h. */
#include <errno.h>
#include <string.h>

#include "report/test_cases.h"

/* XML 1.0 has no control characters but tab and newline, not even escaped. */
static void put(FILE *out, const char *text)
{
	for (; text && *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\n':
			fputs("&#10;", out);
			break;
		default:
			putc(*text >= ' ' && *text <= '~' ? *text : '?', out);
		}
	}
}

static unsigned count(const struct test_suite *suite, const char *element)
{
	unsigned n = 0;

	for (unsigned i = 0; i < suite->count; i++) {
		const char *is = test_outcome_of(suite->test[i].code)->element;

		n += is && !strcmp(is, element);
	}
	return n;
}

static void put_case(FILE *out, const struct test_suite *suite, const struct test_case *t)
{
	const struct test_outcome *o = test_outcome_of(t->code);

	fputs("    <testcase classname=\"thpstorm.", out);
	put(out, suite->name);
	fputs("\" name=\"", out);
	put(out, t->name);
	fprintf(out, "\" time=\"%.3f\">\n", t->seconds);
	if (o->element) {
		fprintf(out, "      <%s message=\"%s", o->element, o->prefix);
		put(out, t->reason);
		fputs("\"/>\n", out);
	}
	if (t->detail) {
		fputs("      <system-out>", out);
		put(out, t->detail);
		fputs("</system-out>\n", out);
	}
	fputs("    </testcase>\n", out);
}

int junit_write(FILE *out, const struct test_suite *suite)
{
	double seconds = 0;

	for (unsigned i = 0; i < suite->count; i++)
		seconds += suite->test[i].seconds;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"thpstorm.",
	      out);
	put(out, suite->name);
	fprintf(out, "\" tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"%.3f\"",
		suite->count, count(suite, "failure"), count(suite, "error"),
		count(suite, "skipped"), seconds);
	if (suite->started[0]) {
		fputs(" timestamp=\"", out);
		put(out, suite->started);
		putc('"', out);
	}
	fputs(">\n", out);
	for (unsigned i = 0; i < suite->count; i++)
		put_case(out, suite, &suite->test[i]);
	fputs("  </testsuite>\n</testsuites>\n", out);
	return ferror(out) ? -EIO : 0;
}
