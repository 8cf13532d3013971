/* SPDX-License-Identifier: GPL-2.0-only */
/* The opening sentence (opening.h) of a sweep. */
#ifndef THPSTORM_BENCH_REPORT_SWEEP_OPENING_H
#define THPSTORM_BENCH_REPORT_SWEEP_OPENING_H

#include "sweep/rows.h"

/*
 * @rows: sorted. @result: of the gravest cell that has one, @of_result, NULL: none has. To be
 * freed; NULL without memory.
 */
char *sweep_opening_text(const struct sweep *s, const struct sweep_rows *rows, const json_t *result,
			 const struct sweep_row *of_result);

#endif
