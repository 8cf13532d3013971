/* SPDX-License-Identifier: GPL-2.0-only */
/* See json_value.h. */
#include "result/json_value.h"

#include <stdlib.h>
#include <string.h>

json_t *result_text_json(const char *text)
{
	json_t *value = json_string(text);
	char *copy;

	if (value)
		return value;
	copy = strdup(text);
	if (!copy)
		return json_null();
	for (char *c = copy; *c; c++)
		if ((unsigned char)*c > '~')
			*c = '?';
	value = json_string(copy);
	free(copy);
	return value;
}
