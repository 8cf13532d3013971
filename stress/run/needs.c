/* SPDX-License-Identifier: GPL-2.0-only */
/* What a plan and its groups need of this machine, checked before anything is changed. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/textfile.h"
#include "measure/evidence.h"
#include "run/exposed.h"
#include "run/placement.h"
#include "run/room.h"
#include "run/run.h"
#include "run/wishes.h"
#include "system/cgroup.h"
#include "workers/worker.h"

#define SWAP_MIN MIB
/* What the storm uses besides the arena: stacks, page tables, tasks, the kernel's part of it. */
#define STORM_MARGIN (32 * MIB)

int run_check_group(const struct run_plan *plan, const struct group_plan *group,
		    const struct run_record *facts, struct error *why)
{
	const struct worker_ops *ops = worker_find(group->worker);
	struct needer who = {.plan = plan, .facts = facts};
	int ret;

	why->text[0] = '\0';
	if (!ops)
		return error_set(why, EINVAL, "there is no worker '%s'", group->worker);
	who.name = ops->name;
	ret = needs_check(ops->needs, &who, why);
	if (ret)
		return ret;
	if (group->nice < facts->host.may.nice)
		return error_set(
			why, EPERM,
			"nice = %d: this process may set %d at the lowest (CAP_SYS_NICE, `ulimit -e`)",
			group->nice, facts->host.may.nice);
	if ((group->sched == CLASS_FIFO || group->sched == CLASS_RR) &&
	    (int)group->rt_priority > facts->host.may.rt_priority)
		return error_set(
			why, EPERM,
			"real-time priority %u: this process may set %d at the highest (CAP_SYS_NICE, `ulimit -r`)",
			group->rt_priority, facts->host.may.rt_priority);
	return 0;
}

/* A knob is set where it can be written and the journal can be kept: 0, or -errno. */
static int cannot_set(const struct host_facts *h, int refused)
{
	return refused ? refused : h->may.journal;
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
	if (cannot_set(h, h->may.model))
		return error_errno(why, -cannot_set(h, h->may.model),
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
static void read_counters(struct run_record *record)
{
	struct vmstat_files files;
	struct evidence evidence;
	struct error why = {""};

	if (!vmstat_open(&files, 0))
		vmstat_read(&files, &record->before);
	else
		vmstat_parse("", &record->before);
	vmstat_close(&files);
	if (!evidence_open(&evidence, EVIDENCE_USER, &why))
		evidence_close(&evidence);
	snprintf(record->uncounted_user, sizeof(record->uncounted_user), "%.150s", why.text);
	why.text[0] = '\0';
	if (!evidence_open(&evidence, EVIDENCE_KERNEL, &why))
		evidence_close(&evidence);
	snprintf(record->uncounted_kernel, sizeof(record->uncounted_kernel), "%.150s", why.text);
}

int run_read_facts(const struct run_plan *plan, struct run_record *record, struct error *err)
{
	struct placement p;
	int ret;

	host_read(&record->host);
	read_counters(record);
	expect_model(plan, &record->host);
	ret = topology_read(&record->topology, err);
	if (ret)
		return ret;
	record->spare_cpu = -1;
	record->slot_bytes = plan->thp_size		  ? plan->thp_size
			     : record->host.thp.pmd_bytes ? record->host.thp.pmd_bytes
							  : 2 * MIB;
	record->slots = MAX(plan->arena_size, record->slot_bytes) + record->slot_bytes - 1;
	record->slots /= record->slot_bytes;
	ret = placement_make(plan, &record->topology, &p, err);
	/* Too few nodes: run_check_plan() makes a SKIP of it. */
	if (ret == -ENOTSUP)
		return 0;
	if (ret)
		return ret;
	record->spare_cpu = p.spare_cpu;
	cpulist_format(&p.worker_cpus, record->worker_cpus, sizeof(record->worker_cpus));
	for (unsigned i = 0; i < plan->groups; i++)
		cpulist_format(&p.group_cpus[i], record->group[i].cpus,
			       sizeof(record->group[i].cpus));
	return 0;
}

/*
 * -EINVAL: no size for a huge page at all; another: none of it here, or none that could be proved.
 * Of a kernel without any huge pages each worker says so.
 */
static int check_size(const struct run_plan *plan, const struct host_facts *h, struct error *why)
{
	const struct thp_facts *thp = &h->thp;
	uint64_t size = plan->thp_size;
	char asked[24], there[128];

	if (!size || size == thp->pmd_bytes)
		return 0;
	thp_size_format(size, asked, sizeof(asked));
	if (size & (size - 1) || size < 2 * thp->page_bytes)
		return error_set(why, EINVAL,
				 "thp_size = %s: must be a power of two above the base page",
				 asked);
	if (!thp->present)
		return 0;
	if (!thp->sizes)
		return error_set(
			why, ENOTSUP,
			"thp_size = %s: this kernel has huge pages of %s only (no " THP_SYSFS
			"/hugepages-*kB, 6.8+)",
			asked, thp_size_format(thp->pmd_bytes, there, sizeof(there)));
	if (!(thp->sizes & size))
		return error_set(why, ENOTSUP,
				 "thp_size = %s: this kernel offers %s for anonymous memory", asked,
				 thp_sizes_format(thp, there, sizeof(there)));
	if (!(thp->counted & size))
		return error_set(why, ENOTSUP,
				 "thp_size = %s: this kernel does not count their splits (no %s)",
				 asked, thp_size_path(size, "stats/split", there, sizeof(there)));
	if (cannot_set(h, h->may.thp))
		return error_errno(why, -cannot_set(h, h->may.thp),
				   "thp_size = %s: " THP_SYSFS " can't be written", asked);
	return 0;
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
	if (plan->swap && cannot_set(h, h->may.swap))
		return error_errno(why, -cannot_set(h, h->may.swap),
				   "swap: no swap file can be made and used here");
	if (plan->memory_max && h->may.journal)
		return error_errno(why, -h->may.journal,
				   "memory_max: no cgroup is made without a journal of it");
	return plan->memory_max ? cgroup_place(path, sizeof(path), why) : 0;
}

/* What the slots are made of, where somebody touches them. */
static int check_memory(const struct run_plan *plan, const struct run_record *facts,
			struct error *why)
{
	const struct memory_ops *memory = memory_of(plan);
	char name[PLAN_NAME_MAX + 16];
	struct needer who = {.name = name, .plan = plan, .facts = facts};
	bool used = false;

	if (!memory)
		return error_set(why, EINVAL, "there is no memory '%s'", plan->memory);
	plan_for_each_group(g, plan) {
		const struct worker_ops *ops = worker_find(g->worker);

		used |= ops && ops->part != PART_DISTURBER;
	}
	snprintf(name, sizeof(name), "memory = %s", memory->name);
	return used ? needs_check(memory->needs, &who, why) : 0;
}

int run_check_plan(const struct run_plan *plan, const struct run_record *facts, bool *skip,
		   struct error *why)
{
	const struct host_facts *h = &facts->host;
	uint64_t arena = facts->slots * facts->slot_bytes;
	unsigned threads = plan_threads(plan);
	struct placement placement;
	struct wishes wishes;
	char dangers[300];
	int ret;

	ret = check_size(plan, h, why);
	if (!ret)
		ret = check_memory(plan, facts, why);
	*skip = ret && ret != -EINVAL;
	if (ret)
		return ret;
	if (threads > PLAN_THREADS_MAX)
		return error_set(why, EINVAL, "%u threads are planned; at most %d are possible",
				 threads, PLAN_THREADS_MAX);
	ret = room_check(plan, facts, why);
	*skip = ret && ret != -EINVAL;
	if (ret)
		return ret;
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
	ret = check_reclaim(plan, arena, h, why);
	*skip = ret != -EINVAL;
	if (ret)
		return ret;
	if (placement_make(plan, &facts->topology, &placement, why) == -ENOTSUP)
		return -ENOTSUP;
	if (check_model(plan, h, why))
		return -ENOTSUP;
	if (exposure_check(plan, facts, why))
		return -ENOTSUP;
	*skip = false;
	wishes_make(&wishes, plan, &h->may);
	return wishes_check(&wishes, why);
}
