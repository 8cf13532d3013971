/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The preludes of the plots of a sweep: the slowest fault (p99.9 where every cell has enough of
 * them, else the maximum), the median over the repeats and over all other axes, of the cells with
 * PASS or FAIL.
 */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/plural.h"
#include "plot/prelude.h"
#include "result/get.h"
#include "result/read.h"
#include "statistics/rank.h"
#include "sweep/cell_verdict.h"
#include "sweep/rows.h"
#include "words/sweep_axes.h"
#include "words/units.h"

#define NO_AXIS	      UINT32_MAX
#define ASCII_COLUMNS 8 /* of a heat map, each as wide as "12.3ms" and a blank */

struct drawn {
	struct sweep sweep;
	struct sweep_rows rows;
	bool p999;
	unsigned cells; /* with PASS or FAIL, that can be read */
	unsigned x, y;	/* axes: with the most values, and the next; NO_AXIS */
};

static unsigned values_of(const struct drawn *d, unsigned axis)
{
	return axis == NO_AXIS ? 1 : d->sweep.axes.axis[axis].values;
}

/* The axis with the most values, at least two, that is not @but. */
static unsigned longest_axis(const struct drawn *d, unsigned but)
{
	unsigned best = NO_AXIS;

	for (unsigned a = 0; a < d->sweep.axes.axes; a++) {
		if (a != but && values_of(d, a) > 1 &&
		    (best == NO_AXIS || values_of(d, a) > values_of(d, best)))
			best = a;
	}
	return best;
}

static bool counts(const struct sweep_row *row)
{
	return cell_figures_count(row->log);
}

static int open_sweep(struct drawn *d, const char *dir, struct error *err)
{
	int ret;

	memset(d, 0, sizeof(*d));
	ret = sweep_rows_open(&d->sweep, dir, &d->rows, err);
	if (ret)
		return ret;
	d->p999 = true;
	for (unsigned i = 0; i < d->rows.count; i++) {
		const struct sweep_row *row = &d->rows.row[i];

		if (!counts(row))
			continue;
		d->cells += !row->damage;
		if (!isnan(row->max_ns))
			d->p999 &= !isnan(row->p999_ns);
	}
	d->x = longest_axis(d, NO_AXIS);
	d->y = longest_axis(d, d->x);
	return d->x == NO_AXIS
		       ? error_set(err, ENODATA, "%s: no axis of this sweep has two values", dir)
		       : 0;
}

static void close_sweep(struct drawn *d)
{
	sweep_rows_free(&d->rows);
	sweep_free(&d->sweep);
}

static bool has(const struct drawn *d, uint32_t id, unsigned axis, unsigned value)
{
	return axis == NO_AXIS || cells_value(&d->sweep.cells, id, axis) == value;
}

/* Median, us, of the cells with these values of the two axes; NaN: none has a fault. */
static double median_us(const struct drawn *d, unsigned x, unsigned y)
{
	double *value = malloc(MAX(d->rows.count, 1u) * sizeof(*value)), median;
	unsigned n = 0;

	for (unsigned i = 0; value && i < d->rows.count; i++) {
		const struct sweep_row *row = &d->rows.row[i];
		double ns = d->p999 ? row->p999_ns : row->max_ns;

		if (counts(row) && !isnan(ns) && has(d, row->id, d->x, x) &&
		    has(d, row->id, d->y, y))
			value[n++] = ns / 1000;
	}
	median = value ? rank_median(value, n) : (double)NAN;
	free(value);
	return median;
}

static void write_values(FILE *to, const struct drawn *d, const char *array, unsigned axis)
{
	plot_array(to, array, values_of(d, axis));
	for (unsigned v = 0; v < values_of(d, axis); v++)
		plot_set_item(to, array, v + 1,
			      axis == NO_AXIS ? "all cells" : d->sweep.axes.axis[axis].value[v]);
}

/* Of the x axis. */
static void write_words(FILE *to, const struct drawn *d)
{
	plot_set_number(to, "words", values_of(d, d->x));
	write_values(to, d, "word", d->x);
}

/* The model of the cells, by the first that has a result: "" where the sweep has it for an axis. */
static void find_preempt(const struct drawn *d, const char *dir, char *model, size_t size)
{
	struct error err;

	model[0] = '\0';
	if (sweep_axis(&d->sweep.axes, "preempt") >= 0)
		return;
	for (unsigned i = 0; i < d->rows.count && !*model; i++) {
		char path[PATH_MAX], cell[64];
		json_t *result;

		if (!d->rows.row[i].essence)
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir,
			 sweep_cell_directory(d->rows.row[i].id, d->rows.row[i].log->tries, cell,
					      sizeof(cell)));
		result = result_read(path, &err);
		snprintf(model, size, ", preempt %.20s",
			 get_text(json_object_get(json_object_get(result, "host"), "preempt"),
				  "model"));
		json_decref(result);
	}
}

static void write_title(FILE *to, const struct drawn *d, const char *dir)
{
	const char *kernel = ledger_fact(&d->sweep.ledger, "kernel");
	const char *config = ledger_fact(&d->sweep.ledger, "config");
	const char *base = config ? strrchr(config, '/') : NULL;
	char line[256], preempt[64];

	plot_set(to, "what", "Latency over the cells of a sweep, medians of the repeats");
	plot_set_number(to, "captions", 2);
	plot_array(to, "caption", 2);
	find_preempt(d, dir, preempt, sizeof(preempt));
	snprintf(line, sizeof(line), "%.*s%s, %u cell%s",
		 kernel ? MIN((int)strcspn(kernel, " "), 40) : 0, kernel ? kernel : "", preempt,
		 d->cells, plural(d->cells));
	plot_set_item(to, "caption", 1, line);
	snprintf(line, sizeof(line), "%.40s, seed %llu",
		 base		     ? base + 1
		 : config && *config ? config
				     : "no config",
		 (unsigned long long)d->sweep.plan.seed);
	plot_set_item(to, "caption", 2, line);
	plot_set(to, "measure", d->p999 ? "p99.9 of the faults" : "slowest fault");
}

static int none(const struct plot_job *job, struct error *err)
{
	return error_set(err, ENODATA, "%s: no cell with PASS or FAIL has faults to draw",
			 job->dir);
}

static int draw(FILE *to, const struct plot_job *job,
		int (*write)(FILE *, const struct drawn *, const struct plot_job *, struct error *),
		struct error *err)
{
	struct drawn *d = malloc(sizeof(*d));
	int ret =
		d ? open_sweep(d, job->dir, err) : error_set(err, ENOMEM, "no memory for a sweep");

	if (!ret) {
		write_title(to, d, job->dir);
		ret = write(to, d, job, err);
	}
	if (d)
		close_sweep(d);
	free(d);
	return ret;
}

/* NaN is what the scripts call missing. */
static void write_us(FILE *to, double us)
{
	if (isnan(us))
		fputs(" NaN", to);
	else
		fprintf(to, " %.3f", us);
}

/* The ends of a scale without a zero. -ENODATA: there is none. */
static int write_range(FILE *to, const struct drawn *d, const struct plot_job *job,
		       struct error *err)
{
	double low = (double)NAN, high = (double)NAN;

	/* fmin() and fmax() take the number of the two. */
	for (unsigned x = 0; x < values_of(d, d->x); x++) {
		for (unsigned y = 0; y < values_of(d, d->y); y++) {
			double us = median_us(d, x, y);

			low = fmin(low, us);
			high = fmax(high, us);
		}
	}
	plot_set_number(to, "low", fmax(low, 0.001));
	plot_set_number(to, "high", fmax(high, 0.001));
	return isnan(low) ? none(job, err) : 0;
}

static int write_lines(FILE *to, const struct drawn *d, const struct plot_job *job,
		       struct error *err)
{
	fputs("$points << EOD\n", to);
	for (unsigned x = 0; x < values_of(d, d->x); x++) {
		fprintf(to, "%u", x);
		for (unsigned y = 0; y < values_of(d, d->y); y++)
			write_us(to, median_us(d, x, y));
		putc('\n', to);
	}
	fputs("EOD\n", to);
	plot_set(to, "axis", d->sweep.axes.axis[d->x].key);
	write_words(to, d);
	plot_set_number(to, "lines", values_of(d, d->y));
	plot_array(to, "name", values_of(d, d->y));
	for (unsigned y = 0; y < values_of(d, d->y); y++) {
		char name[SWEEP_KEY_MAX + SWEEP_VALUE_MAX + 2] = "all cells";

		if (d->y != NO_AXIS)
			snprintf(name, sizeof(name), "%s=%s", d->sweep.axes.axis[d->y].key,
				 d->sweep.axes.axis[d->y].value[y]);
		plot_set_item(to, "name", y + 1, name);
	}
	return write_range(to, d, job, err);
}

static int write_squares(FILE *to, const struct drawn *d, const struct plot_job *job,
			 struct error *err)
{
	if (d->y == NO_AXIS)
		return error_set(err, ENODATA,
				 "%s: heat needs two axes with two values each; `lines` draws one",
				 job->dir);
	if (!strcmp(job->format, "ascii") && values_of(d, d->x) > ASCII_COLUMNS)
		return error_set(
			err, ENODATA,
			"%s: %u columns of heat do not fit into the 72 columns of a mail; --format png has room, or `lines`",
			job->dir, values_of(d, d->x));
	fputs("$squares << EOD\n", to);
	for (unsigned x = 0; x < values_of(d, d->x); x++) {
		for (unsigned y = 0; y < values_of(d, d->y); y++) {
			double us = median_us(d, x, y);
			char text[UNITS_MAX] = "-";

			if (!isnan(us))
				units_ns(text, (uint64_t)(us * 1000));
			fprintf(to, "%u %u", x, y);
			write_us(to, us);
			fprintf(to, " %s\n", text);
		}
	}
	fputs("EOD\n", to);
	plot_set(to, "axis_x", d->sweep.axes.axis[d->x].key);
	plot_set(to, "axis_y", d->sweep.axes.axis[d->y].key);
	write_words(to, d);
	write_values(to, d, "row_name", d->y);
	plot_set_number(to, "rows", values_of(d, d->y));
	return write_range(to, d, job, err);
}

int plot_lines(FILE *to, const struct plot_job *job, struct error *err)
{
	return draw(to, job, write_lines, err);
}

int plot_heat(FILE *to, const struct plot_job *job, struct error *err)
{
	return draw(to, job, write_squares, err);
}
