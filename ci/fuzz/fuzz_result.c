/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A result directory, and the report of what was accepted. The input is the files one after the
 * other, each after a line "=== NAME".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "report/report.h"
#include "result/read.h"

#define MARK "=== "

static const char *const names[] = {"result.json",  "host.json", "events.jsonl",
				    "timeline.tsv", "plan.conf", "kernel.log"};

/* The part of the input that is file @name; NULL when it has none. */
static const char *part(const char *text, size_t size, const char *name, size_t *length)
{
	char head[64];
	int n = snprintf(head, sizeof(head), MARK "%s\n", name);
	const char *at = memmem(text, size, head, (size_t)n), *next;

	if (!at)
		return NULL;
	at += n;
	next = memmem(at, size - (size_t)(at - text), "\n" MARK, strlen("\n" MARK));
	*length = next ? (size_t)(next - at) + 1 : size - (size_t)(at - text);
	return at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *out = fopen("/dev/null", "w");
	struct error err = {""};
	json_t *result;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		size_t length = 0;
		const char *text = part((const char *)data, size, names[i], &length);

		fuzz_file(names[i], (const uint8_t *)text, length);
	}
	result = result_read(fuzz_directory(), &err);
	if (!result && !err.text[0])
		abort();
	for (size_t i = 0; result && report_formats[i]; i++)
		report_write(out, result, report_formats[i]);
	json_decref(result);
	fclose(out);
	return 0;
}
