/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Verdicts as the tests that a test system reads; a run is one, each cell of a sweep is one.
 *
 * PASS is a test that passed, FAIL one that failed, SKIP, NOT EXERCISED and a PASS that was
 * interrupted are skipped (nothing, or too little, is said of the kernel), and what is BROKEN or did not end is an error. test_cases.c has the table.
 *
 * KTAP: Documentation/dev-tools/ktap.rst, version 1. JUnit: the elements that Jenkins and GitLab
 * read.
 */
#ifndef THPSTORM_BENCH_REPORT_TEST_CASES_H
#define THPSTORM_BENCH_REPORT_TEST_CASES_H

#include <stdio.h>

#include "contract/record.h"

/* Beside enum verdict. TEST_INTERRUPTED: a PASS of a storm that a signal ended early. */
enum { TEST_NOT_RUN = -1, TEST_NOT_ENDED = -2, TEST_INTERRUPTED = -3 };

struct test_case {
	char *name;   /* of the case, malloc()ed */
	int code;     /* enum verdict, TEST_... */
	char *reason; /* one line, malloc()ed; NULL: none */
	char *detail; /* lines, malloc()ed; NULL: none */
	double seconds;
};

struct test_suite {
	const char *name;    /* "tail_fault", of the caller */
	const char *started; /* ISO 8601 or "", of the caller */
	unsigned count;
	struct test_case *test;
};

/* How a code is told. */
struct test_outcome {
	int code;
	bool ok;	       /* KTAP's */
	const char *directive; /* KTAP's, NULL: none */
	const char *element;   /* JUnit's, NULL: passed */
	const char *prefix;    /* of the reason, in both */
};
/* One that is not known is as BROKEN. */
const struct test_outcome *test_outcome_of(int code);
void test_suite_free(struct test_suite *suite);
/* 0 or -EIO. Only printable ASCII comes out, whatever the texts hold. */
int ktap_write(FILE *out, const struct test_suite *suite);
int junit_write(FILE *out, const struct test_suite *suite);

#endif
