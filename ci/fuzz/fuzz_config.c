/* SPDX-License-Identifier: GPL-2.0-only */
/* A config file; what is accepted is written and read again, and must then be the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words/config.h"
#include "fuzz.h"
#include "words/config_apply.h"
#include "words/config_write.h"
#include "words/options.h"
#include "words/sweep_axes.h"

/* The plan and the axes as text; NULL where the text was refused, and why. */
static char *read_and_write(const char *text, size_t size, struct error *why)
{
	static struct run_plan plan;
	struct sweep_plan *sweep = calloc(1, sizeof(*sweep));
	FILE *in = fmemopen((void *)text, size, "r"), *out;
	char *again = NULL;
	size_t n;

	if (!in || !sweep)
		abort();
	options_defaults(&plan);
	if (!config_read_stream(in, "fuzz", &plan, sweep, why) && !config_validate(&plan, why) &&
	    !sweep_validate(sweep, &plan, why)) {
		out = open_memstream(&again, &n);
		config_write(out, &plan, false);
		config_write_sweep(out, sweep);
		fclose(out);
	}
	fclose(in);
	free(sweep);
	return again;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error why = {""};
	char *once, *twice;

	if (!size)
		return 0;
	once = read_and_write((const char *)data, size, &why);
	if (!once)
		return 0;
	twice = read_and_write(once, strlen(once), &why);
	if (!twice || strcmp(once, twice)) {
		fprintf(stderr, "written:\n%s\nread and written again:\n%s\n", once,
			twice ? twice : why.text);
		abort();
	}
	free(once);
	free(twice);
	return 0;
}
