/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The JSON schema of results, from its template and the program's own tables. In the template
 *
 *	"properties": {..., "$table": "facts"}	gets a property for each row of the table;
 *	"required": [..., "$table:facts"]	and this the names of all rows.
 */
#ifndef THPSTORM_BENCH_SCHEMA_SCHEMA_H
#define THPSTORM_BENCH_SCHEMA_SCHEMA_H

#include <stdio.h>

#include "base/error.h"

/* 0 or -errno: a template that is no JSON, or names a table that is not there. */
int schema_write(FILE *template, FILE *out, struct error *err);

#endif
