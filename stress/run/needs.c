/* SPDX-License-Identifier: GPL-2.0-only */
/* What a plan and its groups need of this machine, checked before anything is changed. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/textfile.h"
#include "base/rng.h"
#include "measure/clock.h"
#include "measure/evidence.h"
#include "run/exposed.h"
#include "run/memory_check.h"
#include "run/placement.h"
#include "run/refused.h"
#include "run/room.h"
#include "run/run.h"
#include "run/site_plan.h"
#include "run/weakness.h"
#include "run/wishes.h"
#include "system/cgroup.h"
#include "workers/worker.h"

#define SWAP_MIN MIB
/* What the storm uses besides the arena: stacks, page tables, tasks, the kernel's part of it. */
#define STORM_MARGIN (32 * MIB)

/* Whether one group can run: "" when it can. */
static int check_group(const struct given *given, unsigned group, struct error *why)
{
	const struct worker_ops *ops = given->group[group].worker;
	const struct group_plan *g = &given->asked.group[group];
	const struct may *may = &given->machine.host.may;
	const struct needer who = {
		.name = g->worker, .given = given, .memory = memory_of(&given->plan, g)};

	if (!ops)
		return error_set(why, EINVAL, "there is no worker '%s'", g->worker);
	if (needs_check(ops->needs, &who, why))
		return -ENOTSUP;
	if (g->nice < may->nice)
		return error_set(
			why, EPERM,
			"nice = %d: this process may set %d at the lowest (root: sudo, CAP_SYS_NICE, `ulimit -e`)",
			g->nice, may->nice);
	if ((g->sched == CLASS_FIFO || g->sched == CLASS_RR) &&
	    (int)g->rt_priority > may->rt_priority)
		return error_set(
			why, EPERM,
			"real-time priority %u: this process may set %d at the highest (root: sudo, CAP_SYS_NICE, `ulimit -r`)",
			g->rt_priority, may->rt_priority);
	return 0;
}

/* What debugfs offers; "" when it can't be read. */
static void read_models(char *buf, size_t size)
{
	if (textfile_read(PREEMPT_DEBUGFS, buf, size) < 0)
		buf[0] = '\0';
}

static int check_model(const struct run_plan *plan, const struct host_facts *h, struct error *why)
{
	const char *model = plan_preempt_model(plan);
	char offered[128];

	if (!model || !strcmp(h->preempt.model, model))
		return 0;
	if (may_set(&h->may, h->may.model))
		return refused(why, may_set(&h->may, h->may.model), "--preempt=keep",
			       "preempt = %s: this kernel runs '%s', and " PREEMPT_DEBUGFS
			       " can't be written",
			       model, h->preempt.model);
	read_models(offered, sizeof(offered));
	return preempt_can_switch(&h->preempt, offered, model, why);
}

/* The run's model is a fact of the run: what the machine was booted with is said beside it. */
static void expect_model(const struct run_plan *plan, struct host_facts *h)
{
	struct preempt_facts *p = &h->preempt;
	const char *model = plan_preempt_model(plan);
	char before[sizeof(p->model)];
	struct error why;

	if (!model || !strcmp(p->model, model) || check_model(plan, h, &why))
		return;
	memcpy(before, p->model, sizeof(before));
	snprintf(p->model, sizeof(p->model), "%s", model);
	snprintf(p->source, sizeof(p->source),
		 "debugfs sched/preempt: switched for the run from %s", before);
}

/* What this kernel counts, and whether it counts faults for this user. */
static void read_counters(struct machine_facts *m)
{
	struct vmstat_files files;
	struct evidence evidence;
	struct error why = {""};

	if (!vmstat_open(&files, 0))
		vmstat_read(&files, &m->counted);
	else
		vmstat_parse("", &m->counted);
	vmstat_close(&files);
	if (!evidence_open(&evidence, EVIDENCE_USER, &why))
		evidence_close(&evidence);
	snprintf(m->uncounted_user, sizeof(m->uncounted_user), "%.150s", why.text);
	why.text[0] = '\0';
	if (!evidence_open(&evidence, EVIDENCE_KERNEL, &why))
		evidence_close(&evidence);
	snprintf(m->uncounted_kernel, sizeof(m->uncounted_kernel), "%.150s", why.text);
}

static void measure_out(struct given *given)
{
	const struct run_plan *plan = &given->plan;
	uint64_t pmd = given->machine.host.thp.pmd_bytes;
	uint64_t slot = plan->thp_size ? plan->thp_size : pmd ? pmd : 2 * MIB;

	given->geometry.slot_bytes = slot;
	given->geometry.slots = (MAX(plan->arena_size, slot) + slot - 1) / slot;
}

int run_read_machine(struct machine_facts *machine, struct error *err)
{
	memset(machine, 0, sizeof(*machine));
	host_read(&machine->host);
	read_counters(machine);
	return topology_read(&machine->topology, err);
}

/* From the machine and the plan. */
static void take_plan(const struct run_plan *plan, struct given *given)
{
	given->asked = given->plan = *plan;
	/* Never 0, and within what the config file can hold. */
	if (!given->plan.seed)
		given->plan.seed = (mix64(clock_now()) >> 2) | 1;
	expect_model(plan, &given->machine.host);
	measure_out(given);
}

int run_read_facts(const struct run_plan *plan, struct given *given, struct error *err)
{
	int ret;

	memset(given, 0, sizeof(*given));
	ret = run_read_machine(&given->machine, err);
	take_plan(plan, given);
	return ret;
}

void run_prepare_on(const struct machine_facts *machine, const struct run_plan *plan,
		    struct given *given)
{
	memset(given, 0, sizeof(*given));
	given->machine = *machine;
	take_plan(plan, given);
	run_check(given);
}

/* -EINVAL: sizes that don't go together; -EPERM, -ENOTSUP: not supported by this machine, or not
 * for this user. */
static int check_reclaim(const struct run_plan *plan, uint64_t arena, const struct host_facts *h,
			 struct error *why)
{
	uint64_t needed = arena + STORM_MARGIN;
	char path[CGROUP_PATH_MAX];

	if (plan->swap && plan->swap < SWAP_MIN)
		return error_set(why, EINVAL, "swap = %lluK: at least 1M, or 0 for none",
				 (unsigned long long)(plan->swap / KIB));
	if (plan->memory_max && plan->memory_max < STORM_MARGIN)
		return error_set(why, EINVAL,
				 "memory_max = %lluK: at least %lluM, or 0 for no limit",
				 (unsigned long long)(plan->memory_max / KIB), STORM_MARGIN / MIB);
	if (plan->memory_max && needed > plan->memory_max + plan->swap)
		return error_set(
			why, EINVAL,
			"memory_max = %lluM: the storm needs %lluM and would be killed; use --swap=%lluM or more",
			(unsigned long long)(plan->memory_max / MIB),
			(unsigned long long)(needed / MIB),
			(unsigned long long)((needed - plan->memory_max + MIB - 1) / MIB));
	if (plan->swap && may_set(&h->may, h->may.swap))
		return refused(why, may_set(&h->may, h->may.swap), "--swap=0",
			       "swap: no swap file can be made and used here");
	if (plan->memory_max && h->may.journal)
		return refused(why, h->may.journal, "--memory_max=0",
			       "memory_max: no cgroup is made without a journal of it");
	return plan->memory_max ? cgroup_place(path, sizeof(path), why) : 0;
}

static int check_lockups(const struct run_plan *plan, struct error *why)
{
	char dangers[300];

	if (plan->on_lockup == LOCKUP_PANIC && access("/proc/sys/kernel/softlockup_panic", W_OK))
		return error_errno(
			why, errno,
			"on_lockup = leave does without, on_lockup = panic must write /proc/sys/kernel/softlockup_panic");
	if (host_dangers(dangers, sizeof(dangers)) && !plan->accept_panic &&
	    plan->on_lockup != LOCKUP_PANIC)
		return error_set(
			why, EPERM,
			"a finding would take this machine down (%s); --accept_panic=yes runs anyway",
			dangers);
	return 0;
}

/* -EINVAL is the plan's fault, any other nobody's. */
static enum readiness readiness(int ret)
{
	return !ret ? READY : ret == -EINVAL ? READY_REFUSED : READY_SKIP;
}

/* What the machine can't do, of the plan as a whole. */
static enum readiness check_plan(const struct given *given, struct error *why)
{
	const struct run_plan *plan = &given->plan;
	const struct host_facts *h = &given->machine.host;
	struct wishes wishes;
	int ret;

	if (plan_threads(plan) > PLAN_THREADS_MAX) {
		error_set(why, EINVAL, "%u threads are planned; at most %d are possible",
			  plan_threads(plan), PLAN_THREADS_MAX);
		return READY_REFUSED;
	}
	ret = weakness_refuse(given, why);
	if (!ret)
		ret = memory_check(given, why);
	if (!ret)
		ret = room_check(given, why);
	if (ret)
		return readiness(ret);
	if (check_lockups(plan, why))
		return READY_REFUSED;
	ret = check_reclaim(
		plan, site_plan_arenas(given) * given->geometry.slots * given->geometry.slot_bytes,
		h, why);
	if (!ret && (check_model(plan, h, why) || exposure_check(given, why)))
		ret = -ENOTSUP;
	if (ret)
		return readiness(ret);
	ret = wishes_make(&wishes, given, why);
	if (!ret)
		ret = wishes_check(&wishes, why);
	wishes_free(&wishes);
	return ret ? READY_REFUSED : READY;
}

static unsigned faulters(const struct given *given, const struct run_plan *plan)
{
	unsigned n = 0;

	for (unsigned i = 0; i < plan->groups; i++) {
		const struct worker_ops *ops = given->group[i].worker;

		n += ops && worker_is_faulter(ops) && plan->group[i].threads;
	}
	return n;
}

/*
 * A faulter that can't run is left out and reported; without one of its splitters or movers, or
 * with no faulter left, the storm would not be what the config says: @why.
 */
static enum readiness leave_out_groups(struct given *given, struct error *why)
{
	enum readiness ready = READY;

	error_set(why, 0, "no group of the plan can run here");
	for (unsigned i = 0; i < given->plan.groups; i++) {
		struct group_given *g = &given->group[i];
		struct error unmet = {""};

		if (!check_group(given, i, &unmet))
			continue;
		snprintf(g->left_out, sizeof(g->left_out), "%s", unmet.text);
		given->plan.group[i].threads = 0;
		if (ready == READY)
			error_set(why, 0, "[%s]: %.400s", given->plan.group[i].name, unmet.text);
		if (!g->worker || worker_is_owner(g->worker))
			ready = READY_SKIP;
	}
	if (!plan_threads(&given->plan) ||
	    (faulters(given, &given->asked) && !faulters(given, &given->plan)))
		ready = READY_SKIP;
	return ready;
}

void run_check(struct given *given)
{
	struct geometry *g = &given->geometry;
	struct error groups_why, sites_why;
	enum readiness groups;
	int ret, sites;

	for (unsigned i = 0; i < given->plan.groups; i++) {
		const struct worker_ops *ops = worker_find(given->plan.group[i].worker);

		given->group[i].worker = ops;
		given->group[i].call = ops ? ops->call : NULL;
		given->group[i].grants = ops ? ops->grants : 0;
	}
	groups = leave_out_groups(given, &groups_why);
	ret = placement_make(&given->plan, &given->machine.topology, &g->placement, &given->why);
	if (!ret)
		ret = site_plan_victims(given, &given->why);
	if (ret)
		g->placement = (struct placement){.spare_cpu = -1};
	sites = site_plan_make(given, &sites_why);
	if (!ret && sites) {
		ret = sites;
		given->why = sites_why;
	}
	given->readiness = ret ? readiness(ret) : check_plan(given, &given->why);
	/* What is missed in what is left is its consequence. */
	if (given->readiness != READY_REFUSED && groups != READY) {
		given->readiness = groups;
		given->why = groups_why;
	}
}

int run_prepare(const struct run_plan *plan, struct given *given, struct error *err)
{
	int ret = run_read_facts(plan, given, err);

	if (ret)
		return ret;
	run_check(given);
	if (given->readiness != READY_REFUSED || CPU_COUNT(&given->geometry.placement.worker_cpus))
		return 0;
	*err = given->why;
	return -EINVAL;
}
