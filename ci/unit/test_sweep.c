/* SPDX-License-Identifier: GPL-2.0-only */
/* The axes of a sweep and the cells that they make. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "words/config.h"
#include "sweep/cells.h"
#include "words/config_write.h"
#include "words/sweep_axes.h"

static struct run_plan plan;
static struct sweep_plan sweep;
static struct topology topology;
static struct cells cells;
static struct error err;
static const struct shard whole = {1, 1};

static void read_config(const char *text)
{
	FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r");

	assert_non_null(in);
	err.text[0] = '\0';
	if (config_read_stream(in, "t.conf", &plan, &sweep, &err) ||
	    sweep_validate(&sweep, &plan, &err))
		fail_msg("refused: %s", err.text);
	fclose(in);
	plan.seed = 7;
}

static void refused(const char *text, const char *sentence)
{
	FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	int ret = config_read_stream(in, "t.conf", &plan, &sweep, &err);

	if (!ret)
		ret = sweep_validate(&sweep, &plan, &err);
	fclose(in);
	assert_int_equal(ret, -EINVAL);
	if (!strstr(err.text, sentence))
		fail_msg("'%s' is not in: %s", sentence, err.text);
}

static void make(const struct shard *shard)
{
	if (cells_make(&cells, &plan, &sweep, shard, &err))
		fail_msg("no cells: %s", err.text);
}

static int free_cells(void **state)
{
	cells_free(&cells);
	return 0;
}

#define GROUPS "[tails]\nworker = fault_fstat\n[splitter]\nworker = split_cold\n"

static void the_first_axis_varies_slowest(void **state)
{
	static const char *const names[] = {"preempt=none tails.threads=1 #1",
					    "preempt=none tails.threads=2 #1",
					    "preempt=full tails.threads=1 #1",
					    "preempt=full tails.threads=2 #1"};
	char name[CELLS_NAME_MAX];

	read_config(GROUPS "[sweep]\norder = given\npreempt = none, full\ntails.threads = 1, 2\n");
	make(&whole);
	assert_int_equal(cells.count, 4);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(cells.id[i], i + 1);
		assert_string_equal(cells_name(&cells, i + 1, name, sizeof(name)), names[i]);
	}
}

static void values_reach_the_plan(void **state)
{
	struct run_plan cell;

	read_config(GROUPS "[sweep]\norder = given\npreempt = none, full\ntails.threads = 1, 2\n"
			   "cpus = 0-3+8, 5\n");
	make(&whole);
	topology.cpus = 16;
	assert_int_equal(cells_plan(&cells, cells.count, &topology, &cell, &err), 0);
	assert_int_equal(cell.preempt, MODEL_FULL);
	assert_int_equal(cell.group[0].threads, 2);
	assert_string_equal(cell.cpus, "5");
	assert_int_equal(cells_plan(&cells, 1, &topology, &cell, &err), 0);
	assert_string_equal(cell.cpus, "0-3,8");
	assert_int_not_equal(cell.seed, plan.seed);
}

static void fractions_are_of_the_groups_cpus(void **state)
{
	static const unsigned expected[] = {1, 2, 4, 12};
	struct run_plan cell;

	read_config("cpus_max = 4\nspare_cpus = 1\n" GROUPS
		    "[sweep]\norder = given\ntails.threads = 1/9, 1/2, 1/1, 3/1\n");
	make(&whole);
	for (unsigned i = 0; i < ARRAY_SIZE(expected); i++) {
		assert_int_equal(cells_plan(&cells, i + 1, &topology, &cell, &err), 0);
		assert_int_equal(cell.group[0].threads, expected[i]);
	}
}

static void random_order_is_of_the_seed(void **state)
{
	uint32_t first[60];
	bool seen[61] = {false};

	read_config(GROUPS "[sweep]\nrepeats = 3\ntails.threads = 1, 2, 3, 4, 5\n"
			   "splitter.nice = 0, 1, 2, 3\n");
	make(&whole);
	assert_int_equal(cells.count, 60);
	memcpy(first, cells.id, sizeof(first));
	cells_free(&cells);
	make(&whole);
	assert_memory_equal(first, cells.id, sizeof(first));
	for (unsigned i = 0; i < 60; i++) {
		assert_false(seen[first[i]]);
		seen[first[i]] = true;
		/* Each repeat is a block. */
		assert_int_equal(cells_repeat(&cells, first[i]), i / 20);
	}
	cells_free(&cells);
	plan.seed = 8;
	make(&whole);
	assert_memory_not_equal(first, cells.id, sizeof(first));
}

static void shards_are_disjoint_and_whole(void **state)
{
	bool seen[13] = {false};
	unsigned all = 0;

	read_config(GROUPS "[sweep]\ntails.threads = 1, 2, 3, 4\nsplitter.nice = 0, 1, 2\n"
			   "exclude = tails.threads=1 splitter.nice=0\n");
	for (unsigned part = 1; part <= 3; part++) {
		make(&(struct shard){part, 3});
		for (unsigned i = 0; i < cells.count; i++) {
			assert_false(seen[cells.id[i]]);
			seen[cells.id[i]] = true;
		}
		all += cells.count;
		cells_free(&cells);
	}
	assert_int_equal(all, 11);
	assert_false(seen[1]);
}

static void exclusions(void **state)
{
	read_config(GROUPS "[sweep]\norder = given\ntails.threads = 1, 2\nsplitter.nice = 0, 1\n"
			   "exclude = tails.threads=1 splitter.nice=1, tails.threads=2\n");
	make(&whole);
	assert_int_equal(cells.count, 1);
	assert_int_equal(cells.id[0], 1);
	assert_int_equal(cells.excluded, 3);
	cells_free(&cells);
	refused(GROUPS "[sweep]\ntails.threads = 1, 2\nexclude = tails.threads=3\n",
		"t.conf:7: exclude: the axis 'tails.threads' has no value '3'");
	refused(GROUPS "[sweep]\ntails.threads = 1, 2\nexclude = threads=2\n",
		"'threads' is not an axis of this sweep");
	refused(GROUPS "[sweep]\ntails.threads = 1, 2\nexclude = tails\n", "must be combinations");
	read_config(GROUPS "[sweep]\ntails.threads = 1, 2\nexclude = tails.threads=1, "
			   "tails.threads=2\n");
	assert_int_equal(cells_make(&cells, &plan, &sweep, &whole, &err), -EINVAL);
	assert_non_null(strstr(err.text, "t.conf:7: exclude: no cell is left"));
}

static void wrong_axes(void **state)
{
	refused(GROUPS "[sweep]\ntails.treads = 1\n",
		"t.conf:6: unknown key 'treads' in section [tails]; did you mean 'threads'?");
	refused(GROUPS "[sweep]\nrepeat = 2\n", "did you mean 'repeats'?");
	refused(GROUPS "[sweep]\npreemt = full\n", "did you mean 'preempt'?");
	refused(GROUPS "[sweep]\nhead.threads = 2\n", "t.conf:6: the plan has no section [head]");
	refused(GROUPS "[sweep]\ntails.threads =\n", "t.conf:6: the axis 'tails.threads' is empty");
	refused(GROUPS "[sweep]\ntails.threads = 1,,2\n", "has an empty value");
	refused(GROUPS "[sweep]\ntails.threads = 1, 2, 1\n", "has '1' twice");
	refused(GROUPS "[sweep]\ntails.threads = 1, 999\n",
		"t.conf:6: [tails]: threads = 999: must be a number from 1 to 256");
	refused(GROUPS "[sweep]\ntails.threads = 0/2\n", "must be a number from 1 to 256");
	refused(GROUPS "[sweep]\norder = sorted\n", "must be random or given");
}

/* A sweep of one cell is a run. */
static void nothing_varies(void **state)
{
	read_config(GROUPS);
	assert_int_equal(sweep_varies(&sweep, "t.conf", &err), -EINVAL);
	assert_non_null(strstr(err.text, "t.conf: nothing varies"));
	assert_non_null(strstr(err.text, "`thpstorm run`"));
	read_config(GROUPS "[sweep]\nrepeats = 2\n");
	assert_int_equal(sweep_varies(&sweep, "t.conf", &err), 0);
	read_config(GROUPS "[sweep]\npreempt = full\n");
	assert_int_equal(sweep_varies(&sweep, "t.conf", &err), 0);
}

static void a_million_cells(void **state)
{
	char text[2048] = GROUPS "[sweep]\nrepeats = 10\n", *at = text + strlen(text);
	static const char *const axes[] = {"tails.threads", "splitter.threads", "tails.nice",
					   "splitter.nice", "cpus_max"};

	for (unsigned a = 0; a < ARRAY_SIZE(axes); a++) {
		at += sprintf(at, "%s = 1", axes[a]);
		for (int v = 2; v <= 10; v++)
			at += sprintf(at, ", %d", v);
		at += sprintf(at, "\n");
	}
	read_config(text);
	assert_int_equal(cells_make(&cells, &plan, &sweep, &whole, &err), -EINVAL);
	assert_non_null(strstr(err.text, "1000000 cells (10 x 10 x 10 x 10 x 10 x 10 repeats)"));
	assert_non_null(strstr(err.text, "at most 100000"));
}

static void a_run_refuses_a_sweep(void **state)
{
	const char *text = GROUPS "[sweep]\nrepeats = 2\n";
	FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r");

	assert_int_equal(config_read_stream(in, "t.conf", &plan, NULL, &err), -EINVAL);
	fclose(in);
	assert_non_null(strstr(err.text, "t.conf:5: [sweep] defines several runs; use `thpstorm "
					 "sweep t.conf`"));
}

static void survives_the_way_back(void **state)
{
	char text[8192] = "";
	struct sweep_plan before;
	FILE *out = fmemopen(text, sizeof(text), "w");

	read_config(GROUPS "[sweep]\nrepeats = 3\ntails.threads = 1/2, 4\ncpus = 0+2, 1\n"
			   "exclude = tails.threads=4 cpus=1\nsettle = 5ms\n");
	before = sweep;
	config_write(out, &plan, true);
	config_write_sweep(out, &sweep);
	fclose(out);
	read_config(text);
	for (unsigned a = 0; a < sweep.axes; a++)
		before.axis[a] = before.axis[a], strcpy(before.axis[a].where, sweep.axis[a].where);
	strcpy(before.exclude_where, sweep.exclude_where);
	assert_memory_equal(&before, &sweep, sizeof(sweep));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(the_first_axis_varies_slowest, free_cells),
		cmocka_unit_test_teardown(values_reach_the_plan, free_cells),
		cmocka_unit_test_teardown(fractions_are_of_the_groups_cpus, free_cells),
		cmocka_unit_test_teardown(random_order_is_of_the_seed, free_cells),
		cmocka_unit_test_teardown(shards_are_disjoint_and_whole, free_cells),
		cmocka_unit_test_teardown(exclusions, free_cells),
		cmocka_unit_test(wrong_axes),
		cmocka_unit_test(nothing_varies),
		cmocka_unit_test(a_million_cells),
		cmocka_unit_test(a_run_refuses_a_sweep),
		cmocka_unit_test(survives_the_way_back),
	};

	for (int c = 0; c < 16; c++)
		CPU_SET(c, &topology.allowed);
	topology.cpus = 16;
	topology.nodes = 1;
	return cmocka_run_group_tests_name("sweep", tests, NULL, NULL);
}
