/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A process that storms: makes the arena and the threads, lets them run as the phases say, then looks
 * at every page. Nothing here allocates or maps once the phases have begun, but for the owners of
 * slots (arena_remake()).
 */
#include "run/storm.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/textfile.h"
#include "measure/clock.h"
#include "run/footprint.h"
#include "run/nodes.h"
#include "run/site_plan.h"
#include "run/thread.h"
#include "run/verify.h"
#include "run/victim.h"
#include "system/cgroup.h"
#include "system/thp.h"
#include "system/topology.h"
#include "workers/book.h"
#include "run/segment.h"

#define FLOOR_STEPS 200000

struct storm {
	const struct given *given;
	struct share *share;
	unsigned number; /* of its site */
	struct site_share *site;
	struct victims victims;
	struct arena arena;
	struct witnesses witnesses;
	struct onlooker onlooker; /* this process's first thread */
	unsigned threads;
	struct thread *thread;
};

static struct site_share *death_notice; /* for the signal handler */

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

static void catch_fatal(struct site_share *site)
{
	static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
	struct sigaction sa = {.sa_sigaction = on_fatal, .sa_flags = SA_SIGINFO};

	death_notice = site;
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

static void prepare_thread(struct storm *storm, struct thread *t, unsigned index)
{
	const struct placement *p = &storm->given->geometry.placement;
	const struct thread_place *at = &p->thread[index];
	struct worker *w = &t->worker;

	t->group_cpus = &p->group_cpus[at->group];
	t->loop.w = w;
	t->loop.share = storm->share;
	t->loop.cpus = (unsigned)CPU_COUNT(&p->worker_cpus);
	t->loop.made_on_node = storm->site->made_on_node;
	w->plan = &storm->given->plan;
	w->group = &w->plan->group[at->group];
	w->ops = storm->given->group[at->group].worker;
	w->index = index;
	w->member = at->member;
	w->cpu = at->cpu;
	w->arena = &storm->arena;
	if (CPU_COUNT(&p->nodes.move))
		w->move_nodes = &p->nodes.move;
	w->share = share_worker(storm->share, index);
	victims_of(&storm->victims, index, w->victim, ARRAY_SIZE(w->victim));
	rng_seed_stream(&w->rng, w->plan->seed, index);
	if (storm->witnesses.active)
		onlooker_begin(&t->loop.onlooker, &storm->witnesses, &w->share->harm, &w->counts,
			       ~w->plan->seed, index);
	w->hooks = t->loop.onlooker.hooks;
}

/* Those of the groups in this process. */
static void prepare_threads(struct storm *storm)
{
	const struct placement *p = &storm->given->geometry.placement;
	unsigned owner = 0;

	for (unsigned i = 0; i < p->threads; i++) {
		struct thread *t = &storm->thread[storm->threads];

		if (storm->given->group[p->thread[i].group].site != storm->number)
			continue;
		prepare_thread(storm, t, i);
		if (worker_is_owner(t->worker.ops))
			own_range(storm, &t->worker, owner++);
		storm->threads++;
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

/* Where nobody owns the slots they are made once; so are those that victims are to find made. */
static int make_all(struct storm *storm, struct error *err)
{
	struct chore *c = &storm->site->chore;
	struct arena_made made = {
		.so_far = &c->made, .since = &c->since, .hooks = storm->onlooker.hooks};
	int ret;

	store_relaxed(&c->making, storm->arena.slots);
	chore_begin(c, CHORE_MAKE, clock_now());
	ret = arena_remake(&storm->arena, 0, storm->arena.slots, &made);
	chore_end(c);
	store_relaxed(&c->making, 0);
	return ret ? error_errno(err, -ret, "cannot make the arena's huge pages") : 0;
}

/* What this process is, before it has memory of its own. */
static int move_in(struct storm *storm, struct error *err)
{
	const struct placement *p = &storm->given->geometry.placement;
	int ret = nodes_set_policy(p->nodes.policy, &p->nodes.memory, err);

	if (!ret && storm->given->plan.memory_max)
		ret = enter_cgroup(err);
	return ret ? ret : allow_huge_pages(err);
}

static int make_arena(struct storm *storm, unsigned owners, struct error *err)
{
	const struct given *given = storm->given;
	struct site_share *site = storm->site;
	struct arena *a = &storm->arena;
	int ret = arena_create(a, given->site[storm->number].memory, given->geometry.slot_bytes,
			       given->machine.host.thp.page_bytes, (unsigned)given->geometry.slots,
			       owners, err);

	if (ret)
		return ret;
	site->arena_base = (uintptr_t)a->base;
	site->arena_bytes = a->slot_bytes * a->slots;
	a->made = &site->slots_made;
	if (!site_plan_fills(given, storm->number))
		return 0;
	site->pages = (uint64_t)a->pages * a->slots;
	witnesses_open(&storm->witnesses, a, &given->plan, site->witness_note);
	onlooker_begin(&storm->onlooker, &storm->witnesses, &site->harm, NULL, ~given->plan.seed,
		       given->geometry.placement.threads + storm->number);
	return 0;
}

static int build(struct storm *storm, struct error *err)
{
	unsigned threads = storm->given->geometry.placement.threads;
	unsigned owners = site_plan_owners(storm->given, storm->number);
	int ret = move_in(storm, err);

	if (!ret)
		ret = make_arena(storm, owners, err);
	if (ret)
		return ret;
	storm->thread = calloc(threads, sizeof(*storm->thread));
	if (!storm->thread)
		return error_set(err, ENOMEM, "no memory for %u threads", threads);
	ret = storm->number
		      ? 0
		      : loop_measure_floor(&storm->arena, FLOOR_STEPS, &storm->share->head->floor);
	if (ret)
		return error_errno(err, -ret, "cannot measure the floor");
	if ((!owners && storm->site->pages) || victims_any(&storm->victims))
		ret = make_all(storm, err);
	if (!ret && !owners && storm->site->pages)
		book_nodes(&storm->arena, 0, storm->arena.slots, storm->site->made_on_node);
	if (!ret)
		ret = victims_fork(&storm->victims, err);
	if (ret)
		return ret;
	prepare_threads(storm);
	return start_threads(storm, err);
}

int storm_main(const struct given *given, struct share *share, unsigned site)
{
	struct storm storm = {.given = given,
			      .share = share,
			      .number = site,
			      .site = share_site(share, site),
			      .victims = {.given = given, .share = share, .site = site}};
	struct error err;
	int ret;

	storm.victims.arena = &storm.arena;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	textfile_write("/proc/self/oom_score_adj", "1000");
	catch_fatal(storm.site);
	share_populate(share, storm.site);
	if (build(&storm, &err)) {
		snprintf(storm.site->failure, sizeof(storm.site->failure), "%s", err.text);
		return 1;
	}
	share_await_stop(share, NULL);
	for (unsigned i = 0; i < storm.threads; i++)
		pthread_join(storm.thread[i].id, NULL);
	ret = victims_end(&storm.victims, &err);
	if (ret)
		snprintf(storm.site->failure, sizeof(storm.site->failure), "%s", err.text);
	if (storm.witnesses.active)
		verify(&storm.arena, &storm.onlooker, storm.site);
	storm.site->memory_kib =
		footprint_kib(storm.arena.base, storm.site->arena_bytes, share->mapped);
	witnesses_close(&storm.witnesses);
	arena_destroy(&storm.arena);
	free(storm.thread);
	return ret ? 1 : 0;
}
