/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The storm process: makes the arena and the threads, lets them run as the phases say, then looks
 * at every page. Nothing here allocates or maps once the phases have begun, but for the owners of
 * slots (arena_remake()).
 */
#include "run/storm.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/textfile.h"
#include "measure/clock.h"
#include "run/footprint.h"
#include "run/nodes.h"
#include "run/thread.h"
#include "run/verify.h"
#include "system/cgroup.h"
#include "system/thp.h"
#include "system/topology.h"
#include "workers/book.h"
#include "run/segment.h"

#define FLOOR_STEPS 200000

struct storm {
	const struct given *given;
	struct share *share;
	struct arena arena;
	struct witnesses witnesses;
	struct onlooker onlooker; /* this process's first thread */
	unsigned threads;
	struct thread *thread;
};

static struct share_head *death_notice; /* for the signal handler */

static void on_fatal(int signo, siginfo_t *info, void *context)
{
	int none = 0;

	/* Only the first: others follow while the process goes down. */
	if (__atomic_compare_exchange_n(&death_notice->death.signo, &none, signo, false,
					__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
		death_notice->death.code = info->si_code;
		death_notice->death.addr = (uintptr_t)info->si_addr;
		death_notice->death.tid = (int)syscall(SYS_gettid);
		_exit(STORM_EXIT_DIED);
	}
	for (;;)
		pause();
}

static void catch_fatal(struct share_head *head)
{
	static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
	struct sigaction sa = {.sa_sigaction = on_fatal, .sa_flags = SA_SIGINFO};

	death_notice = head;
	for (size_t i = 0; i < ARRAY_SIZE(fatal); i++)
		sigaction(fatal[i], &sa, NULL);
	interrupts_leave();
}

/* Slots are dealt out to the owners as evenly as they go. */
static void own_range(struct storm *storm, struct worker *w, unsigned owner)
{
	unsigned owners = storm->arena.owners, slots = storm->arena.slots;

	w->owner = owner;
	w->range.first = (unsigned)((uint64_t)slots * owner / owners);
	w->range.count = (unsigned)((uint64_t)slots * (owner + 1) / owners) - w->range.first;
	w->range.next = w->range.count;
}

static void prepare_threads(struct storm *storm)
{
	const struct placement *p = &storm->given->geometry.placement;
	unsigned owner = 0;

	for (unsigned i = 0; i < storm->threads; i++) {
		const struct thread_place *at = &p->thread[i];
		struct thread *t = &storm->thread[i];
		struct worker *w = &t->worker;

		t->group_cpus = &p->group_cpus[at->group];
		t->loop.w = w;
		t->loop.share = storm->share;
		t->loop.cpus = (unsigned)CPU_COUNT(&p->worker_cpus);
		w->plan = &storm->given->plan;
		w->group = &w->plan->group[at->group];
		w->ops = storm->given->group[at->group].worker;
		w->index = i;
		w->member = at->member;
		w->cpu = at->cpu;
		w->arena = &storm->arena;
		if (CPU_COUNT(&p->nodes.move))
			w->move_nodes = &p->nodes.move;
		w->share = share_worker(storm->share, i);
		rng_seed_stream(&w->rng, w->plan->seed, i);
		if (storm->witnesses.active)
			onlooker_begin(&t->loop.onlooker, &storm->witnesses, &w->share->harm,
				       &w->counts, mix64(~w->plan->seed) + i);
		w->hooks = t->loop.onlooker.hooks;
		if (worker_is_owner(w->ops))
			own_range(storm, w, owner++);
	}
}

static int start_threads(struct storm *storm, struct error *err)
{
	for (unsigned i = 0; i < storm->threads; i++) {
		struct thread *t = &storm->thread[i];
		int ret = thread_start(&t->id, thread_main, t);

		if (ret)
			return error_errno(err, -ret, "cannot start thread %u of %u", i + 1,
					   storm->threads);
	}
	return 0;
}

/* Until PHASE_STOP; the threads look at the phases themselves. */
static void wait_for_stop(struct share *share)
{
	uint32_t word;

	while (phase_of(word = load_acquire(&share->head->phase)) != PHASE_STOP)
		share_park(share, NULL, word);
}

static int enter_cgroup(struct error *err)
{
	char path[CGROUP_PATH_MAX];
	int ret = cgroup_place(path, sizeof(path), err);

	return ret ? ret : cgroup_enter(path, err);
}

/* What whoever started this program has denied it; the supervisor tells of it. */
static int allow_huge_pages(struct error *err)
{
	int ret = thp_process_read() == THP_PROCESS_NONE ? thp_process_allow() : 0;

	return ret ? error_errno(err, -ret, "cannot enable huge pages (PR_SET_THP_DISABLE)") : 0;
}

/* Where nobody owns the slots they are made once. */
static int make_all(struct storm *storm, struct error *err)
{
	struct share_head *head = storm->share->head;
	struct chore *c = &head->chore;
	struct arena_made made = {
		.so_far = &c->made, .since = &c->since, .hooks = storm->onlooker.hooks};
	int ret;

	store_relaxed(&c->making, storm->arena.slots);
	chore_begin(c, CHORE_MAKE, clock_now());
	ret = arena_remake(&storm->arena, 0, storm->arena.slots, &made);
	chore_end(c);
	store_relaxed(&c->making, 0);
	if (ret)
		return error_errno(err, -ret, "cannot make the arena's huge pages");
	book_nodes(&storm->arena, 0, storm->arena.slots, head->made_on_node);
	return 0;
}

static int build(struct storm *storm, struct error *err)
{
	const struct run_plan *plan = &storm->given->plan;
	const struct placement *p = &storm->given->geometry.placement;
	struct share_head *head = storm->share->head;
	unsigned owners = plan_owners(plan);
	int ret;

	ret = nodes_set_policy(p->nodes.policy, &p->nodes.memory, err);
	if (!ret && plan->memory_max)
		ret = enter_cgroup(err);
	if (!ret)
		ret = allow_huge_pages(err);
	if (ret)
		return ret;
	ret = arena_create(&storm->arena, storm->given->memory, storm->given->geometry.slot_bytes,
			   storm->given->machine.host.thp.page_bytes,
			   (unsigned)storm->given->geometry.slots, owners, err);
	if (ret)
		return ret;
	head->arena_base = (uintptr_t)storm->arena.base;
	head->arena_bytes = storm->arena.slot_bytes * storm->arena.slots;
	head->pages = (uint64_t)storm->arena.pages * storm->arena.slots;
	storm->arena.made = &head->slots_made;
	witnesses_open(&storm->witnesses, &storm->arena, plan, head->witness_note);
	onlooker_begin(&storm->onlooker, &storm->witnesses, &head->harm, NULL, plan->seed);
	storm->threads = p->threads;
	storm->thread = calloc(storm->threads, sizeof(*storm->thread));
	if (!storm->thread)
		return error_set(err, ENOMEM, "no memory for %u threads", storm->threads);
	ret = loop_measure_floor(&storm->arena, FLOOR_STEPS, &head->floor);
	if (ret)
		return error_errno(err, -ret, "cannot measure the floor");
	prepare_threads(storm);
	ret = owners ? 0 : make_all(storm, err);
	return ret ? ret : start_threads(storm, err);
}

int storm_main(const struct given *given, struct share *share)
{
	struct storm storm = {.given = given, .share = share};
	struct share_head *head = share->head;
	struct error err;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	textfile_write("/proc/self/oom_score_adj", "1000");
	catch_fatal(head);
	share_populate(share);
	if (build(&storm, &err)) {
		snprintf(head->failure, sizeof(head->failure), "%s", err.text);
		return 1;
	}
	wait_for_stop(share);
	for (unsigned i = 0; i < storm.threads; i++)
		pthread_join(storm.thread[i].id, NULL);
	if (storm.witnesses.active)
		verify(&storm.arena, &storm.onlooker, head);
	head->memory_kib = footprint_kib(storm.arena.base, head->arena_bytes, share->mapped);
	store_release(&head->storm_done, 1);
	witnesses_close(&storm.witnesses);
	arena_destroy(&storm.arena);
	free(storm.thread);
	return 0;
}
