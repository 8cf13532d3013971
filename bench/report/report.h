/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a run's result (the JSON object of result_read()), or a sweep, to what a person, a mailing
 * list or a program reads. ASCII only.
 */
#ifndef THPSTORM_BENCH_REPORT_REPORT_H
#define THPSTORM_BENCH_REPORT_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "sweep/rows.h"

/* The names of the formats; ends with NULL. */
extern const char *const report_formats[];

/* -EINVAL for another format; -EIO when @out can't take it, -ENOMEM. */
int report_write(FILE *out, const json_t *result, const char *format);
/* The same of a sweep (sweep_read(), sweep_rows_read()); may sort the rows. */
int report_write_sweep(FILE *out, const struct sweep *s, struct sweep_rows *rows,
		       const char *format);

#endif
