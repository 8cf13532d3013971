/* SPDX-License-Identifier: GPL-2.0-only */
/* A file that holds a text, for a test to read. */
#ifndef THPSTORM_UNIT_PUT_FILE_H
#define THPSTORM_UNIT_PUT_FILE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* What the file held before is gone. */
static inline void put_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

#endif
