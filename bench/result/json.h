/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A run's plain data as JSON. Keys are snake_case and the kernel's own words; times are integers in
 * ns under a name that ends in _ns; what the kernel can't tell is null. Counts beyond 2^63 - 1 stop
 * there. A seed is text: it needs all 64 bits.
 */
#ifndef THPSTORM_BENCH_RESULT_JSON_H
#define THPSTORM_BENCH_RESULT_JSON_H

#include <jansson.h>

#include "contract/given.h"
#include "contract/record.h"

/* Each returns a new reference. */
json_t *result_record_json(const struct given *given, const struct run_record *record);
/*
 * What @record, an object of result_record_json(), says where the directory does not hold the whole
 * result: @why it does not. A FAIL stays one, with its reason; nothing else is proved, it is BROKEN.
 * @verdict, @reason: of the storm. @by_write: a write failed, which may have been the reason.
 */
void result_incomplete_json(json_t *record, enum verdict verdict, const char *reason, bool by_write,
			    const char *why);
json_t *result_event_json(const struct event *event);

/* "finding", "broken", "weak", "note" */
const char *event_weight_word(enum event_weight weight);

#endif
