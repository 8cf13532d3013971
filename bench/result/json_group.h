/* SPDX-License-Identifier: GPL-2.0-only */
/* One worker group as JSON. */
#ifndef THPSTORM_BENCH_RESULT_JSON_GROUP_H
#define THPSTORM_BENCH_RESULT_JSON_GROUP_H

#include <jansson.h>

#include "contract/given.h"
#include "contract/record.h"
#include "words/option_table.h"

/* Every option of that scope, from the option table; @base is the plan or the group. */
void put_options(json_t *o, enum option_scope scope, const void *base);
/* The option that put_options() wrote under that key; NULL: this version has none. */
const struct option *option_of_json(enum option_scope scope, const char *key);
/* Both return a new reference. */
json_t *result_latency_json(const struct latency *l);
json_t *result_group_json(const struct given *given, const struct run_record *record, unsigned i);

#endif
