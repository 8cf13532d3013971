/* SPDX-License-Identifier: GPL-2.0-only */
/* What compare prints of a number fits its column, whatever the number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "compare/metrics.h"

static void every_number_fits(void **state)
{
	char text[64];

	for (int i = 0; i < METRICS; i++) {
		for (double v = 1.234567e-9; v < 1e14; v *= 1.37) {
			for (int minus = 0; minus < 2; minus++) {
				metric_format(&metrics[i], minus ? -v : v, true, text,
					      sizeof(text));
				if (strlen(text) > METRIC_WIDTH)
					fail_msg("%s of %g: '%s'", metrics[i].name, v, text);
			}
		}
	}
}

static void numbers_are_told(void **state)
{
	char text[64];

	assert_string_equal(metric_format(metric_find("p50", 3), 546e3, false, text, sizeof(text)),
			    "546us");
	assert_string_equal(metric_format(metric_find("splits", 6), -936, true, text, sizeof(text)),
			    "-936/s");
	assert_string_equal(metric_format(metric_find("faults-per-touch", 16), 1.026, true, text,
					  sizeof(text)),
			    "+1.03");
	assert_string_equal(metric_format(metric_find("faults-per-touch", 16), 123456, true, text,
					  sizeof(text)),
			    "+123k");
	assert_string_equal(
		metric_format(metric_find("p50", 3), (double)NAN, true, text, sizeof(text)), "-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_fits),
		cmocka_unit_test(numbers_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
