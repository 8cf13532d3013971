/* SPDX-License-Identifier: GPL-2.0-only */
/* A cell that took the machine down and then passed is a FAIL, whoever reports it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>
#include <sys/stat.h>

#include "put_file.h"
#include "compare/compare.h"
#include "sweep/begin.h"
#include "sweep/ledger_write.h"
#include "words/config.h"
#include "report/report.h"
#include "report/tests.h"
#include "report/sweep_tally.h"
#include "result/result.h"
#include "sample_record.h"
#include "sweep/cell_verdict.h"
#include "sweep/show.h"

#define PANIC "Kernel panic - not syncing: x"

static char dir[] = "/tmp/thpstorm-verdict-XXXXXX", path[64];
static struct sweep s;
static struct sweep_rows rows;
static struct error err;

static void write_config(const char *name)
{
	put_file(name, "seed = 3\n[floor]\nworker = null\n[sweep]\norder = given\n"
		       "floor.threads = 1, 2, 3, 4\n");
}

static void lose(unsigned cell)
{
	assert_int_equal(ledger_start(&s.ledger, cell, &err), 0);
	assert_int_equal(ledger_lost(&s.ledger, cell, PANIC, &err), 0);
}

/* Of its last try. */
static char *result_of(unsigned cell, char *buf, size_t size)
{
	char name[32];

	snprintf(buf, size, "%s/%s", path,
		 sweep_cell_directory(cell, s.ledger.log[cell - 1].tries, name, sizeof(name)));
	return buf;
}

/*
 * Of a storm that was over before it began, though the kernel had counted for it. @kind: of its
 * finding, -1: none.
 */
static void write_result(unsigned cell, int kind)
{
	struct run_record *record = calloc(1, sizeof(*record));
	struct given *given = calloc(1, sizeof(*given));
	char at[128];
	struct result *r;

	sample_given(given);
	sample_record(record);
	record->storm_ns = 0;
	record->exposed[EXPOSURE_folio_splits] = 5;
	record->exposed[EXPOSURE_thp_moved] = 0;
	record->gravest = (struct event){.kind = kind, .cpu = 1, .worker = -1};
	SET(record->gravest.text, "CPU 1 stuck");
	record->first_finding = record->gravest;
	r = result_create(result_of(cell, at, sizeof(at)), "", &err);
	assert_non_null(r);
	assert_int_equal(result_finish(r, given, record, &err), 0);
	result_free(r);
	free(given);
	free(record);
}

static uint64_t size_of(unsigned cell)
{
	char at[160];
	struct stat st;

	strcat(result_of(cell, at, sizeof(at)), "/result.json");
	return stat(at, &st) ? 0 : (uint64_t)st.st_size;
}

static void seal(unsigned cell, int code, const char *reason)
{
	struct cell_log log = {.code = code, .run_ms = 1500, .size = size_of(cell)};

	snprintf(log.reason, sizeof(log.reason), "%s", reason);
	assert_int_equal(ledger_seal(&s.ledger, cell, &log, &err), 0);
}

static void begin(const char *name)
{
	char config[64];

	snprintf(config, sizeof(config), "%s/c.conf", dir);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	write_config(config);
	sweep_init(&s);
	if (config_read(config, &s.plan, &s.axes, &err) || sweep_prepare(&s, &err) ||
	    sweep_create(&s, path, &err) || ledger_session_add(&s.ledger, "boot", &err))
		fail_msg("no sweep: %s", err.text);
}

/*
 * Cell 1 was lost, then passed; cell 2 passed; cell 3 was given up; cell 4 was lost and is to be
 * run again.
 */
static int setup(void **state)
{
	assert_non_null(mkdtemp(dir));
	begin("sweep");
	lose(1);
	assert_int_equal(ledger_start(&s.ledger, 1, &err), 0);
	seal(1, VERDICT_PASS, "no harm seen");
	assert_int_equal(ledger_start(&s.ledger, 2, &err), 0);
	write_result(2, -1);
	seal(2, VERDICT_PASS, "no harm seen");
	lose(3);
	seal(3, VERDICT_FAIL, "machine lost in 1 of 1 try: " PANIC);
	lose(4);
	sweep_free(&s);
	assert_int_equal(sweep_rows_open(&s, path, &rows, &err), 0);
	return 0;
}

static int teardown(void **state)
{
	char command[64];

	sweep_rows_free(&rows);
	sweep_free(&s);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static void the_worst_try_is_the_verdict(void **state)
{
	static const int expected[] = {VERDICT_FAIL, VERDICT_PASS, VERDICT_FAIL, VERDICT_FAIL};
	static const char *const reasons[] = {
		"machine lost in 1 of 2 tries: " PANIC "; then PASS: no harm seen", "no harm seen",
		"machine lost in 1 of 1 try: " PANIC,
		"machine lost in 1 of 1 try: " PANIC "; not run again yet"};
	char reason[CELL_REASON_MAX];

	assert_int_equal(rows.count, 4);
	assert_int_equal(rows.sealed, 3);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(cell_verdict(rows.row[i].log), expected[i]);
		assert_string_equal(cell_reason(rows.row[i].log, reason, sizeof(reason)),
				    reasons[i]);
	}
}

/* By no time at all nothing is divided. */
static void a_storm_without_length_has_no_rates(void **state)
{
	assert_null(rows.row[1].damage);
	assert_true(isnan(rows.row[1].splits));
	assert_true(isnan(rows.row[1].moved));
}

static void without_a_loss_it_is_the_seals(void **state)
{
	static const int codes[] = {VERDICT_PASS, VERDICT_FAIL, VERDICT_BROKEN,
				    VERDICT_NOT_EXERCISED, VERDICT_SKIP};
	struct cell_log log = {.state = CELL_STARTED, .tries = 1};

	assert_false(cell_has_verdict(&log));
	log.state = CELL_SEALED;
	for (unsigned i = 0; i < ARRAY_SIZE(codes); i++) {
		log.code = codes[i];
		assert_int_equal(cell_verdict(&log), codes[i]);
	}
}

static void exit_code_and_tally(void **state)
{
	struct tally t;

	assert_int_equal(sweep_code(&s), VERDICT_FAIL);
	assert_int_equal(tally_take(&s, &rows, TALLY_ALL, 0, &t), 0);
	assert_int_equal(t.cells, 4);
	assert_int_equal(t.runs, 4);
	assert_int_equal(t.hits, 3);
	assert_int_equal(t.lost, 3);
}

static struct sweep_row row_of(const struct cell_log *log, double us)
{
	return (struct sweep_row){.id = 1,
				  .log = log,
				  .p999_ns = us * 1000,
				  .max_ns = us * 2000,
				  .splits = us,
				  .moved = (double)NAN,
				  .first_ns = (double)NAN};
}

/* A storm that was not what its config declares lends a row no figure. */
static void only_runs_have_figures(void **state)
{
	static const struct cell_log pass = {.state = CELL_SEALED, .code = VERDICT_PASS},
				     fail = {.state = CELL_SEALED, .code = VERDICT_FAIL},
				     tame = {.state = CELL_SEALED, .code = VERDICT_NOT_EXERCISED},
				     broken = {.state = CELL_SEALED, .code = VERDICT_BROKEN},
				     lost_then_tame = {.state = CELL_SEALED,
						       .lost = 1,
						       .code = VERDICT_NOT_EXERCISED};
	struct sweep_row all[] = {row_of(&tame, 1), row_of(&pass, 10), row_of(&broken, 1000),
				  row_of(&fail, 30), row_of(&lost_then_tame, 2000)};
	const struct sweep_rows of = {.count = ARRAY_SIZE(all), .row = all};
	struct tally t;

	assert_int_equal(tally_take(&s, &of, TALLY_ALL, 0, &t), 0);
	assert_int_equal(t.cells, 5);
	assert_int_equal(t.runs, 3);
	assert_int_equal(t.hits, 2);
	assert_true(t.least_ns == 20000);
	assert_true(t.max_ns == 60000);
	assert_true(t.p999_ns == 20000);
	assert_true(t.splits == 20);
	assert_true(isnan(t.moved));
}

static void tests_of_a_sweep(void **state)
{
	static const int expected[] = {VERDICT_FAIL, VERDICT_PASS, VERDICT_FAIL, VERDICT_FAIL};
	struct test_suite suite;
	char name[64];

	assert_int_equal(tests_of_sweep(&s, &rows, name, sizeof(name), &suite), 0);
	assert_int_equal(suite.count, 4);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(suite.test[i].code, expected[i]);
	assert_non_null(strstr(suite.test[0].reason, "machine lost in 1 of 2 tries"));
	test_suite_free(&suite);
}

static void compare_counts_them(void **state)
{
	struct samples samples = {.cells = 0};
	unsigned hits = 0, runs, all = 0;

	assert_int_equal(samples_add(&samples, NEW, path, &err), 0);
	for (unsigned i = 0; i < samples.cells; i++) {
		hits += comparison_findings(&samples.cell[i], NEW, &runs);
		all += runs;
	}
	assert_int_equal(hits, 3);
	assert_int_equal(all, 4);
	samples_free(&samples);
}

static char *written(const char *format)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(report_write_sweep(out, &s, &rows, format), 0);
	fclose(out);
	return text;
}

static void says(const char *format, const char *what)
{
	char *text = written(format), *joined = strdup(text);

	/* A sentence may be wrapped anywhere. */
	for (char *c = joined; *c; c++)
		*c = *c == '\n' ? ' ' : *c;
	if (!strstr(text, what) && !strstr(joined, what))
		fail_msg("'%s' is not in:\n%s", what, text);
	free(joined);
	free(text);
}

static void every_format_says_so(void **state)
{
	says("tsv", "00001\t1\t1\tFAIL\t2\t1\t");
	says("tsv", "\tmachine lost in 1 of 2 tries: " PANIC "; then PASS: no harm seen\n");
	says("json", "\"exit_code\": 1");
	says("ktap", "not ok 1 c floor.threads=1 repeat 1 # machine lost in 1 of 2 tries");
	says("ktap", "ok 2 c floor.threads=2 repeat 1\n");
	says("ktap", "not ok 4 ");
	says("junit", "failures=\"3\"");
	says("mail", "4 cells: 3 FAIL 1 PASS");
	says("mail", "c: FAIL: harm in 3 of 4 runs, 95 % interval");
	says("mail", "; 3 cells took the machine down; on ");
	says("mail", "NOT FINISHED: 3 of 4 cells are done");
	says("table", "4 cells: 3 FAIL 1 PASS");
	says("table", "FAIL           00001");
}

/* Cell 1 was lost and then saw nothing, cell 2 is the one whose kernel said something. */
static void a_loss_hides_no_finding(void **state)
{
	sweep_rows_free(&rows);
	sweep_free(&s);
	begin("kinds");
	lose(1);
	assert_int_equal(ledger_start(&s.ledger, 1, &err), 0);
	write_result(1, -1);
	seal(1, VERDICT_PASS, "no harm seen");
	assert_int_equal(ledger_start(&s.ledger, 2, &err), 0);
	write_result(2, EVENT_soft_lockup);
	seal(2, VERDICT_FAIL, "soft_lockup on CPU 1");
	sweep_free(&s);
	assert_int_equal(sweep_rows_open(&s, path, &rows, &err), 0);
	says("mail", "harm in 2 of 2 runs");
	says("mail", "; the worst: soft_lockup on CPU 1, cell 00002; 1 cell took the machine down");
	says("mail", "- soft_lockup: the gravest finding of 1 run\n");
	says("mail", "The worst, cell 00002, floor.threads=2 #1:");
	says("table", "; the worst: soft_lockup on CPU 1, cell 00002;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_storm_without_length_has_no_rates),
		cmocka_unit_test(the_worst_try_is_the_verdict),
		cmocka_unit_test(without_a_loss_it_is_the_seals),
		cmocka_unit_test(exit_code_and_tally),
		cmocka_unit_test(only_runs_have_figures),
		cmocka_unit_test(tests_of_a_sweep),
		cmocka_unit_test(compare_counts_them),
		cmocka_unit_test(every_format_says_so),
		cmocka_unit_test(a_loss_hides_no_finding),
	};

	return cmocka_run_group_tests_name("cell_verdict", tests, setup, teardown);
}
