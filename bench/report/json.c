/* SPDX-License-Identifier: GPL-2.0-only */
/* A result for programs: the object as it is. */
#include "report/formats.h"

#include <errno.h>

int report_json(FILE *out, const json_t *result)
{
	if (json_dumpf(result, out, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_ENSURE_ASCII))
		return -EIO;
	putc('\n', out);
	return ferror(out) ? -EIO : 0;
}
