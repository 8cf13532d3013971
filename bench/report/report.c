/* SPDX-License-Identifier: GPL-2.0-only */
/* The formats by name. See report.h. */
#include "report/report.h"

#include <errno.h>
#include <string.h>

#include "report/formats.h"
#include "report/tests.h"
#include "sweep/show.h"

#define SUITE_NAME_MAX 256

typedef int (*suite_writer)(FILE *out, const struct test_suite *suite);

static int run_tests(FILE *out, const json_t *result, suite_writer write)
{
	struct test_suite suite;
	char name[SUITE_NAME_MAX];
	int ret = tests_of_run(result, name, sizeof(name), &suite);

	if (!ret)
		ret = write(out, &suite);
	test_suite_free(&suite);
	return ret;
}

static int sweep_tests(FILE *out, const struct sweep *s, struct sweep_rows *rows,
		       suite_writer write)
{
	struct test_suite suite;
	char name[SUITE_NAME_MAX];
	int ret = tests_of_sweep(s, rows, name, sizeof(name), &suite);

	if (!ret)
		ret = write(out, &suite);
	test_suite_free(&suite);
	return ret;
}

static int report_ktap(FILE *out, const json_t *result)
{
	return run_tests(out, result, ktap_write);
}

static int report_junit(FILE *out, const json_t *result)
{
	return run_tests(out, result, junit_write);
}

static int report_sweep_ktap(FILE *out, const struct sweep *s, struct sweep_rows *rows)
{
	return sweep_tests(out, s, rows, ktap_write);
}

static int report_sweep_junit(FILE *out, const struct sweep *s, struct sweep_rows *rows)
{
	return sweep_tests(out, s, rows, junit_write);
}

static int report_sweep_tsv(FILE *out, const struct sweep *s, struct sweep_rows *rows)
{
	sweep_write_tsv(s, out, rows);
	return ferror(out) ? -EIO : 0;
}

/* X(name): a function for a run and one for a sweep */
#define FORMATS(X) X(table) X(mail) X(json) X(tsv) X(ktap) X(junit)

const char *const report_formats[] = {
#define X(name) #name,
	FORMATS(X)
#undef X
		NULL,
};

static const struct {
	int (*run)(FILE *out, const json_t *result);
	int (*sweep)(FILE *out, const struct sweep *s, struct sweep_rows *rows);
} writers[] = {
#define X(name) {report_##name, report_sweep_##name},
	FORMATS(X)
#undef X
};

static int find(const char *format)
{
	for (int i = 0; report_formats[i]; i++) {
		if (!strcmp(report_formats[i], format))
			return i;
	}
	return -EINVAL;
}

int report_write(FILE *out, const json_t *result, const char *format)
{
	int i = find(format);

	return i < 0 ? i : writers[i].run(out, result);
}

int report_write_sweep(FILE *out, const struct sweep *s, struct sweep_rows *rows,
		       const char *format)
{
	int i = find(format);

	return i < 0 ? i : writers[i].sweep(out, s, rows);
}
