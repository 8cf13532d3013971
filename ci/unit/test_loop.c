/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The loop over told evidence: a step that says how many faults it took and whether an mmap_lock
 * writer was at work. What each histogram and each count must then hold.
 */
#include <linux/perf_event.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "run/loop.h"
#include "run/segment.h"

static struct perf_event_mmap_page perf;
static struct arena arena;
static uint64_t steps;

/* Each second operation faults, each fourth beside a writer. */
static void told_step(struct worker *w)
{
	steps++;
	if (steps % 2)
		return;
	perf.data_head += EVIDENCE_RECORD_BYTES;
	if (steps % 4)
		return;
	arena_writer_begin(w->arena);
	arena_writer_end(w->arena);
}

static bool told_aim(struct worker *w)
{
	w->at = (struct aim_point){.slot = 0, .page = 3, .hot = true};
	return true;
}

static const struct worker_ops told = {.name = "told",
				       .part = PART_FAULTER,
				       .faults = FAULTS_PERF_KERNEL,
				       .aim = told_aim,
				       .step = told_step};

static void *run(void *arg)
{
	loop_run(arg);
	return NULL;
}

/* One worker through a storm of @ops operations; its share is then in @share. */
static void storm_of(uint64_t ops, struct share *share, enum pace_rule pace)
{
	const struct run_plan plan = {.groups = 1, .verify = false};
	const struct group_plan group = {.threads = 1, .pace = pace};
	const short node = -1;
	struct error err;
	struct worker w = {.ops = &told, .plan = &plan, .group = &group, .arena = &arena};
	struct loop l = {.w = &w, .share = share, .cpus = 1, .evidence = {.page = &perf, .fd = -1}};
	pthread_t thread;

	steps = 0;
	assert_int_equal(share_create(share, 1, 1, &node, &err), 0);
	w.share = share_worker(share, 0);
	assert_int_equal(pthread_create(&thread, NULL, run, &l), 0);
	while (!share_all_parked(share, NSEC_PER_SEC))
		;
	share_set_phase(share, PHASE_STORM, 0);
	while (load_relaxed(&w.share->finished) < ops)
		usleep(100);
	share_set_phase(share, PHASE_STOP, 0);
	pthread_join(thread, NULL);
}

static void faults_behind_a_writer_are_in_both_lines(void **state)
{
	struct share share;
	const struct worker_share *s;

	storm_of(1000, &share, PACE_FIXED);
	s = share_worker(&share, 0);
	assert_int_equal(s->storm.ops, steps);
	assert_int_equal(s->storm.faulted, steps / 2);
	assert_int_equal(s->fault.total, steps / 2);
	assert_int_equal(s->plain.total, steps - steps / 2);
	assert_int_equal(s->storm.behind_writer, steps / 4);
	assert_int_equal(s->behind.total, steps / 4);
	assert_int_equal(s->storm.hot_tail_faults, steps / 2);
	share_destroy(&share);
}

static void naps_of_the_storm_are_counted(void **state)
{
	struct share share;
	const struct worker_share *s;

	storm_of(100, &share, PACE_STEADY);
	s = share_worker(&share, 0);
	assert_int_equal(s->naps.total, s->storm.ops);
	/* Each second touch met something: none was longer than asked for. */
	assert_int_equal(s->naps.max, 0);
	share_destroy(&share);
}

/* An owner whose operations only queue their effect; its rounds have three. */
static unsigned queued, drained;

static bool queue_aim(struct worker *w)
{
	struct slot_range *r = &w->range;

	if (r->next >= r->count) {
		worker_drain(w);
		r->next = 0;
	}
	w->at = (struct aim_point){.slot = r->next++};
	w->rounds += r->next == r->count;
	return true;
}

static void queue_step(struct worker *w)
{
	queued++;
}

static void queue_drain(struct worker *w)
{
	drained += queued;
	queued = 0;
}

static const struct worker_ops queues = {.name = "queues",
					 .part = PART_OWNER,
					 .takes = TAKES_WHOLE,
					 .aim = queue_aim,
					 .step = queue_step,
					 .drain = queue_drain};

/* The kernel's counter is read when the proof is over: by then the effect must be there. */
static void a_proof_ends_with_the_drain_of_its_round(void **state)
{
	const struct group_plan group = {.threads = 1};
	const struct run_plan plan = {.groups = 1, .group = {group}};
	const short node = -1;
	struct arena slots;
	struct share share;
	struct error err;
	struct worker w = {.ops = &queues,
			   .plan = &plan,
			   .group = &plan.group[0],
			   .arena = &slots,
			   .range = {.count = 3, .next = 3}};
	struct loop l = {.w = &w, .share = &share, .cpus = 1, .evidence = {.fd = -1}};
	pthread_t thread;

	assert_int_equal(arena_create(&slots, &memory_anon, 2 * MIB, 4096, 3, 1, &err), 0);
	assert_int_equal(share_create(&share, 1, 1, &node, &err), 0);
	w.share = share_worker(&share, 0);
	assert_int_equal(pthread_create(&thread, NULL, run, &l), 0);
	while (!share_all_parked(&share, NSEC_PER_SEC))
		;
	share_set_phase(&share, PHASE_PROOF, 0);
	while (!share_all_parked(&share, NSEC_PER_SEC))
		;
	assert_int_equal(w.share->quiet.ops, 3);
	assert_int_equal(drained, 3);
	share_set_phase(&share, PHASE_STOP, 0);
	pthread_join(thread, NULL);
	share_destroy(&share);
	arena_destroy(&slots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_behind_a_writer_are_in_both_lines),
		cmocka_unit_test(naps_of_the_storm_are_counted),
		cmocka_unit_test(a_proof_ends_with_the_drain_of_its_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
