/* SPDX-License-Identifier: GPL-2.0-only */
/* From a result (the JSON object of result_read()) to what a person reads. ASCII only. */
#ifndef THPSTORM_BENCH_REPORT_H
#define THPSTORM_BENCH_REPORT_H

#include <jansson.h>
#include <stdio.h>

#define REPORT_TABLE_COLUMNS 76
#define REPORT_MAIL_COLUMNS  72

/* "table", "mail" or "json". -EINVAL for another format. No line is longer than its columns. */
int report_write(FILE *out, const json_t *result, const char *format);

#endif
