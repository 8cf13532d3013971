/* SPDX-License-Identifier: GPL-2.0-only */
/* Histograms that come from a disk, before somebody draws them. */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "result/hgrm.h"

struct row {
	double value, percentile;
};

/* The title, the column names, the three lines of sums and what is empty. */
static bool is_no_row(const char *line)
{
	const char *text = line + strspn(line, " \t");

	return *text == '#' || *text == '\n' || !strncmp(text, "Value", strlen("Value"));
}

static bool read_row(const char *line, struct row *row)
{
	unsigned long long count;
	char odds[32];

	return sscanf(line, "%lf %lf %llu %31s", &row->value, &row->percentile, &count, odds) ==
		       4 &&
	       row->value >= 0 && row->percentile >= 0 && row->percentile <= 1;
}

static int check_lines(FILE *in, const char *path, struct error *err)
{
	struct row row = {0, 0}, before = {0, 0};
	unsigned number = 0;
	char line[512];

	while (fgets(line, sizeof(line), in)) {
		number++;
		if (is_no_row(line))
			continue;
		if (!read_row(line, &row))
			return error_set(err, EINVAL, "%s:%u: not a row of a histogram", path,
					 number);
		if (row.value < before.value || row.percentile < before.percentile)
			return error_set(err, EINVAL, "%s:%u: smaller than the row before it", path,
					 number);
		before = row;
	}
	return before.percentile < 1
		       ? error_set(err, EINVAL, "%s:%u: it ends before percentile 1", path, number)
		       : 0;
}

int hgrm_check(const char *path, struct error *err)
{
	FILE *in = file_open_regular(path, err);
	int ret;

	if (!in)
		return -EIO;
	ret = check_lines(in, path, err);
	fclose(in);
	return ret;
}
