/* SPDX-License-Identifier: GPL-2.0-only */
/* A run, or a sweep, as tests (test_cases.h). */
#ifndef THPSTORM_BENCH_REPORT_TESTS_H
#define THPSTORM_BENCH_REPORT_TESTS_H

#include <jansson.h>

#include "report/test_cases.h"
#include "sweep/rows.h"

/* Both -ENOMEM; free with test_suite_free(). The suite's name is @name, kept by the caller. */
int tests_of_run(const json_t *result, char *name, size_t size, struct test_suite *suite);
int tests_of_sweep(const struct sweep *s, const struct sweep_rows *rows, char *name, size_t size,
		   struct test_suite *suite);

#endif
