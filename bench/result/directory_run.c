/* SPDX-License-Identifier: GPL-2.0-only */
/* See directory_run.h. */
#include "result/directory_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "result/json_host.h"
#include "result/json_value.h"
#include "result/result.h"
#include "result/json.h"

/* What this machine can't do is said in one sentence, before a result directory is made. */
static int refuse_early(const struct run_plan *plan, struct given *given, struct error *err)
{
	if (run_prepare(plan, given, err))
		return -EINVAL;
	if (given->readiness != READY_REFUSED)
		return 0;
	*err = given->why;
	return -EINVAL;
}

static void fill_outcome(struct run_outcome *out, struct result *r, const struct given *given,
			 const struct run_record *record)
{
	struct error err = {""};
	int ret = result_finish(r, given, record, &err);

	memset(out, 0, sizeof(*out));
	out->verdict = record->verdict;
	out->interrupted_by = record->interrupted_by;
	snprintf(out->reason, sizeof(out->reason), "%s", record->reason);
	out->write_failed = result_error(r) ? result_error(r) : ret;
	snprintf(out->failure, sizeof(out->failure), "%s",
		 result_failure(r)[0] ? result_failure(r) : err.text);
}

static json_t *keep(const struct given *given, const struct run_record *record, const char *path)
{
	json_t *o = result_record_json(given, record);

	json_object_set_new(o, "host", result_host_json(given, record));
	json_object_set_new(o, "directory", result_text_json(path));
	return o;
}

void run_outcome_incomplete(const struct run_outcome *out, json_t *kept, const char *why)
{
	result_incomplete_json(kept, out->verdict, out->reason, out->write_failed != 0, why);
}

static int run_into(struct result *result, const struct given *given, const struct run_sink *then,
		    struct run_record *record, struct run_outcome *out, json_t **kept, char **path)
{
	struct run_sink sink;

	result_sink(result, &sink, then);
	run_storm(given, &sink, record);
	fill_outcome(out, result, given, record);
	*path = strdup(result_path(result));
	if (kept)
		*kept = keep(given, record, result_path(result));
	return *path ? 0 : -ENOMEM;
}

int directory_run(const struct run_plan *plan, const char *dir, const struct run_sink *then,
		  struct run_outcome *out, json_t **kept, char **path, struct error *err)
{
	struct run_record *record = calloc(1, sizeof(*record));
	struct given *given = calloc(1, sizeof(*given));
	struct result *result = NULL;
	int ret = record && given ? 0 : error_set(err, ENOMEM, "no memory for the record of a run");

	if (!ret)
		ret = refuse_early(plan, given, err);
	if (!ret) {
		result = result_create(dir, plan->config, err);
		ret = result ? 0 : -EINVAL;
	}
	if (!ret && run_into(result, given, then, record, out, kept, path))
		ret = error_set(err, ENOMEM, "no memory");
	result_free(result);
	free(given);
	free(record);
	return ret;
}

int run_outcome_code(const struct run_outcome *out)
{
	if (out->write_failed && out->verdict != VERDICT_FAIL)
		return VERDICT_BROKEN;
	return (int)out->verdict;
}
