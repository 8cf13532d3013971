/* SPDX-License-Identifier: GPL-2.0-only */
/* The way of a result directory (format.h) back into one object. */
#ifndef THPSTORM_BENCH_RESULT_READ_H
#define THPSTORM_BENCH_RESULT_READ_H

#include <jansson.h>

#include "base/error.h"

/*
 * Reads a result directory. The object is new (json_decref it): result.json's, with "host" from
 * host.json, "events" as an array from events.jsonl, "plan_text" from plan.conf, "kernel_log"
 * from kernel.log, "logs" as read_logs.h has them, "directory" as given. A run that did not end has
 * "complete": false and what there is, "last_interval" from timeline.tsv, "vm" from vm.json and
 * "machine_lost" (there is a lost/) too. A torn last line is left out and said in
 * "notes". NULL with a sentence that names file and place.
 */
json_t *result_read(const char *dir, struct error *err);
/* result.json of the directory alone. */
json_t *result_read_record(const char *dir, struct error *err);

#endif
