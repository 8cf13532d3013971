/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The shared segment: phase words, workers that park and go on, and a forked process that writes
 * to it without a fault.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>

#include "child.h"
#include "run/segment.h"

#define WORKERS 3

static struct share share;

static int make(void **state)
{
	const short nodes[WORKERS] = {-1, -1, -1};
	struct error err;

	return share_create(&share, 1, WORKERS, nodes, &err);
}

static int destroy(void **state)
{
	share_destroy(&share);
	return 0;
}

static void phase_words(void **state)
{
	for (int phase = PHASE_SETUP; phase <= PHASE_STOP; phase++) {
		uint32_t before;

		share_set_phase(&share, phase, 7);
		assert_int_equal(phase_of(share.head->phase), phase);
		assert_int_equal(phase_group(share.head->phase), 7);
		before = share.head->phase;
		/* The same phase once more is another word, or nobody would wake. */
		share_set_phase(&share, phase, 7);
		assert_true(share.head->phase != before);
		assert_int_equal(phase_of(share.head->phase), phase);
	}
}

struct worker {
	pthread_t id;
	struct worker_share *share;
	unsigned laps;
};

/* A lap a word, as loop_run() does it. */
static void *run_laps(void *arg)
{
	struct worker *w = arg;
	uint32_t word;

	while (phase_of(word = load_acquire(&share.head->phase)) != PHASE_STOP) {
		w->laps++;
		share_park(&share, w->share, word);
	}
	return NULL;
}

static void workers_park_and_go_on(void **state)
{
	struct worker worker[WORKERS];

	share_set_phase(&share, PHASE_SETUP, 0);
	for (unsigned i = 0; i < WORKERS; i++) {
		worker[i] = (struct worker){.share = share_worker(&share, i)};
		/* The last is missing: not all are parked. */
		if (i < WORKERS - 1)
			pthread_create(&worker[i].id, NULL, run_laps, &worker[i]);
	}
	for (unsigned i = 0; i < WORKERS - 1; i++) {
		while (load_acquire(&worker[i].share->parked_on) != share.head->phase + 1)
			share_all_parked(&share, NSEC_PER_MSEC);
		assert_int_equal(load_relaxed(&worker[i].share->life), LIFE_PARKED);
	}
	assert_false(share_all_parked(&share, 0));
	pthread_create(&worker[WORKERS - 1].id, NULL, run_laps, &worker[WORKERS - 1]);
	for (unsigned lap = 1; lap <= 100; lap++) {
		while (!share_all_parked(&share, NSEC_PER_SEC))
			;
		for (unsigned i = 0; i < WORKERS; i++)
			assert_int_equal(worker[i].laps, lap);
		share_set_phase(&share, lap < 100 ? PHASE_PARK : PHASE_STOP, 0);
		/* Those that are parked are so on the word before. */
		if (lap == 100)
			assert_false(share_all_parked(&share, 0));
	}
	for (unsigned i = 0; i < WORKERS; i++)
		pthread_join(worker[i].id, NULL);
}

static long faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt + usage.ru_majflt;
}

/* Faults of a write to each page. */
static long faults_of_writes(char *at, size_t bytes)
{
	long before = faults();

	for (size_t i = 0; i < bytes; i += 4096)
		*(volatile char *)(at + i) = 1;
	return faults() - before;
}

static int writes_after_populate(void)
{
	char page[4096];

	share_populate(&share, share_site(&share, 0));
	/* The code and the stack of what follows have faulted before it. */
	faults_of_writes(page, sizeof(page));
	return faults_of_writes(share.mapped, share.bytes) ? 1 : 0;
}

/* Where mlock(2) is refused, which would map the pages as well. */
static int writes_after_populate_alone(void)
{
	const struct rlimit none = {0};

	if (setrlimit(RLIMIT_MEMLOCK, &none) || (!geteuid() && setuid(12345)))
		return CHILD_SKIP;
	return writes_after_populate();
}

static int writes_without(void)
{
	long pages = (long)(share.bytes / 4096);

	return faults_of_writes(share.mapped, share.bytes) >= pages ? 0 : 1;
}

static void a_forked_process_does_not_fault(void **state)
{
	/* So that the count is known to see them. */
	expect_in_child(writes_without, "");
	expect_in_child(writes_after_populate, "");
	expect_in_child(writes_after_populate_alone, "cannot become another user");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(phase_words, make, destroy),
		cmocka_unit_test_setup_teardown(workers_park_and_go_on, make, destroy),
		cmocka_unit_test_setup_teardown(a_forked_process_does_not_fault, make, destroy),
	};

	return cmocka_run_group_tests_name("share", tests, NULL, NULL);
}
