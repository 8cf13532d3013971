/* SPDX-License-Identifier: GPL-2.0-only */
/* The machine as JSON, and what host.json and result.json both say. */
#ifndef THPSTORM_BENCH_RESULT_JSON_HOST_H
#define THPSTORM_BENCH_RESULT_JSON_HOST_H

#include <jansson.h>

#include "contract/given.h"
#include "contract/record.h"

/* Knobs that a run sets. */
void put_knobs(json_t *o, const struct host_knobs *k);
/* config, started, seed, slots, slot_bytes, worker_cpus, spare_cpu */
void put_run_facts(json_t *o, const struct given *given, const struct run_record *record);
/* What is known before anything is changed: host.json. A new reference. */
json_t *result_host_json(const struct given *given, const struct run_record *record);

#endif
