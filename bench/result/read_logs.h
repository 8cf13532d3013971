/* SPDX-License-Identifier: GPL-2.0-only */
/* What others than the run kept of the kernel's words, in its directory. */
#ifndef THPSTORM_BENCH_RESULT_READ_LOGS_H
#define THPSTORM_BENCH_RESULT_READ_LOGS_H

#include <jansson.h>

/*
 * An array of {"name", "text"}, what has most of the machine's end first: console.log, then below
 * lost/ (../sweep/lost.h) console.log, pstore/NAME and kernel.log. Lines end with a newline alone.
 * One that can't be read is noted in @notes.
 */
json_t *result_logs_json(const char *dir, json_t *notes);

#endif
