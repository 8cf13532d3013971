/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One function a format: 0, or -EIO when @out can't take it, -ENOMEM. Those of a sweep may sort the
 * rows.
 */
#ifndef THPSTORM_BENCH_REPORT_FORMATS_H
#define THPSTORM_BENCH_REPORT_FORMATS_H

#include <jansson.h>
#include <stdio.h>

#include "sweep/rows.h"

/*
 * No line of a table or a mail is longer, but for the line that repeats the run and the kernel's
 * own lines in a mail.
 */
#define REPORT_TABLE_COLUMNS 76
#define REPORT_MAIL_COLUMNS  72

int report_table(FILE *out, const json_t *result);
int report_mail(FILE *out, const json_t *result);
int report_json(FILE *out, const json_t *result); /* any object */
int report_tsv(FILE *out, const json_t *result);

int report_sweep_table(FILE *out, const struct sweep *s, struct sweep_rows *rows);
int report_sweep_mail(FILE *out, const struct sweep *s, struct sweep_rows *rows);
int report_sweep_json(FILE *out, const struct sweep *s, struct sweep_rows *rows);

#endif
