/* SPDX-License-Identifier: GPL-2.0-only */
/* See samples.h. */
#include "compare/samples.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contract/record.h"
#include "result/get.h"
#include "result/read.h"
#include "sweep/cell_verdict.h"
#include "sweep/sweep.h"

static struct cell_samples *find_cell(struct samples *s, const char *key)
{
	struct cell_samples *more;

	for (unsigned i = 0; i < s->cells; i++) {
		if (!strcmp(s->cell[i].key, key))
			return &s->cell[i];
	}
	more = realloc(s->cell, (s->cells + 1) * sizeof(*more));
	if (!more)
		return NULL;
	s->cell = more;
	memset(&more[s->cells], 0, sizeof(*more));
	more[s->cells].key = strdup(key);
	return more[s->cells].key ? &more[s->cells++] : NULL;
}

/* Takes @result over, also when it fails. */
static int add(struct samples *s, enum side side, const char *key, json_t *result, int code,
	       struct error *err)
{
	struct cell_samples *cell = find_cell(s, key);
	struct sample *more = NULL;

	if (cell)
		more = realloc(cell->side[side].run, (cell->side[side].count + 1) * sizeof(*more));
	if (!more) {
		json_decref(result);
		return error_set(err, ENOMEM, "no memory for the results");
	}
	cell->side[side].run = more;
	more[cell->side[side].count++] = (struct sample){.result = result, .code = code};
	return 0;
}

/* Kernel and machine of a side are those of its first result. */
static int keep_first(struct samples *s, enum side side, const char *dir, struct error *err)
{
	if (s->first[side])
		return 0;
	s->first[side] = result_read(dir, err);
	return s->first[side] ? 0 : -EINVAL;
}

/* A run that did not end, on a machine that was lost say: what had been streamed tells of it. */
static bool is_cut_off(const char *dir)
{
	char record[PATH_MAX], host[PATH_MAX];

	snprintf(record, sizeof(record), "%s/result.json", dir);
	snprintf(host, sizeof(host), "%s/host.json", dir);
	return access(record, F_OK) && !access(host, F_OK);
}

static int add_cut_off(struct samples *s, enum side side, const char *dir, struct error *err)
{
	json_t *result = result_read(dir, err), *event;
	int code = VERDICT_BROKEN;
	size_t i;

	json_array_foreach(json_object_get(result, "events"), i, event) {
		if (!strcmp(get_text(event, "weight"), "finding"))
			code = VERDICT_FAIL;
	}
	if (!result)
		return -EINVAL;
	if (!s->first[side])
		s->first[side] = json_incref(result);
	json_decref(result);
	return add(s, side, "", NULL, code, err);
}

static int add_run(struct samples *s, enum side side, const char *dir, struct error *err)
{
	json_t *result;
	int ret;

	if (is_cut_off(dir))
		return add_cut_off(s, side, dir, err);
	result = result_read_record(dir, err);
	if (!result)
		return -EINVAL;
	ret = keep_first(s, side, dir, err);
	if (ret) {
		json_decref(result);
		return ret;
	}
	return add(s, side, "", result,
		   (int)json_integer_value(json_object_get(result, "exit_code")), err);
}

static int add_cell(struct samples *s, enum side side, const struct sweep *sweep, uint32_t id,
		    struct error *err)
{
	const struct cell_log *log = &sweep->ledger.log[id - 1];
	char path[PATH_MAX], cell[64], key[CELLS_NAME_MAX];
	json_t *result = NULL;
	int ret = 0;

	snprintf(path, sizeof(path), "%s/%s", sweep->dir,
		 sweep_cell_directory(id, log->tries, cell, sizeof(cell)));
	if (log->state == CELL_SEALED && log->size) {
		result = result_read_record(path, err);
		ret = result ? keep_first(s, side, path, err) : -EINVAL;
	}
	if (ret) {
		json_decref(result);
		return ret;
	}
	/* One that was lost is a finding, and no figures of a storm that was not what it should be. */
	if (result && log->lost && !cell_figures_count(log)) {
		json_decref(result);
		result = NULL;
	}
	/* All but which repeat it is. */
	cells_name(&sweep->cells, id, key, sizeof(key));
	*strrchr(key, '#') = '\0';
	key[strlen(key) - (*key != '\0')] = '\0';
	return add(s, side, key, result, cell_verdict(log), err);
}

static int add_sweep(struct samples *s, enum side side, const char *dir, struct error *err)
{
	struct sweep *sweep = calloc(1, sizeof(*sweep));
	int ret;

	if (!sweep)
		return error_set(err, ENOMEM, "no memory for a sweep");
	sweep_init(sweep);
	ret = sweep_read(sweep, dir, err);
	for (unsigned i = 0; !ret && i < sweep->cells.count; i++) {
		uint32_t id = sweep->cells.id[i];

		if (cell_has_verdict(&sweep->ledger.log[id - 1]))
			ret = add_cell(s, side, sweep, id, err);
	}
	sweep_free(sweep);
	free(sweep);
	return ret;
}

int samples_add(struct samples *s, enum side side, const char *dir, struct error *err)
{
	return sweep_is_in(dir) ? add_sweep(s, side, dir, err) : add_run(s, side, dir, err);
}

void samples_free(struct samples *s)
{
	for (unsigned c = 0; c < s->cells; c++) {
		for (int side = 0; side < SIDES; side++) {
			for (unsigned i = 0; i < s->cell[c].side[side].count; i++)
				json_decref(s->cell[c].side[side].run[i].result);
			free(s->cell[c].side[side].run);
		}
		free(s->cell[c].key);
	}
	free(s->cell);
	json_decref(s->first[BASE]);
	json_decref(s->first[NEW]);
	memset(s, 0, sizeof(*s));
}
