/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Each cause is a function: facts in, sentence out. The first that applies is told, so they stand
 * in the order of how much they explain: who never came to work, what there was to work on, whose
 * calls failed, who found nothing, who else was there.
 */
#include "run/cause.h"

#include <stdio.h>
#include <string.h>

#include "run/exposed.h"
#include "system/thp.h"
#include "workers/worker.h"

struct question {
	const struct given *given;
	const struct run_record *r;
	enum exposure e;
	char *buf;
	size_t size;
};

typedef bool (*cause)(const struct question *q, unsigned group, const struct worker_ops *ops);

static const char *name_of(const struct question *q, unsigned group)
{
	return q->given->plan.group[group].name;
}

static bool still_making(const struct question *q, unsigned group, const struct worker_ops *ops)
{
	const struct group_record *g = &q->r->group[group];

	if (!worker_is_owner(ops) || !g->making || g->storm.ops)
		return false;
	snprintf(
		q->buf, q->size,
		"[%s] was still making its first huge pages (%llu of %llu slots) when the storm ended; use a longer --duration or a smaller --arena",
		name_of(q, group), (unsigned long long)g->made_so_far,
		(unsigned long long)g->to_make);
	return true;
}

static bool switched_off(const struct question *q, unsigned group, const struct worker_ops *ops)
{
	const struct worker_counts *c = &q->r->group[group].storm;

	if (!worker_is_owner(ops) || !c->made_small || !q->r->thp_switched_off)
		return false;
	snprintf(
		q->buf, q->size,
		"somebody else set transparent_hugepage/enabled to 'never' during the run; %llu of %llu slots of [%s] came out small",
		(unsigned long long)c->made_small,
		(unsigned long long)(c->made_huge + c->made_small), name_of(q, group));
	return true;
}

static bool came_out_small(const struct question *q, unsigned group, const struct worker_ops *ops)
{
	const struct worker_counts *c = &q->r->group[group].storm;
	uint64_t all = c->made_huge + c->made_small;
	bool off = memory_thp_is_off(given_memory(q->given, group), &q->r->thp);

	if (!worker_is_owner(ops) || !c->made_small || c->made_small <= all / 2)
		return false;
	snprintf(q->buf, q->size,
		 "%llu of %llu slots of [%s] came out small (%s); use a smaller --arena, or %s",
		 (unsigned long long)c->made_small, (unsigned long long)all, name_of(q, group),
		 off ? "transparent huge pages are off"
		     : "probably memory is fragmented, or the process may have no huge pages",
		 !off				  ? "free and compact memory first"
		 : q->given->machine.host.may.thp ? "have root write madvise to " THP_SYSFS
						    "/enabled"
						  : "--thp_enabled=madvise");
	return true;
}

static const char *last_error(const struct worker_counts *c)
{
	return c->last_errno ? strerror((int)MIN(c->last_errno, (uint64_t)4095)) : "no errno";
}

static bool calls_failed(const struct question *q, unsigned group, const struct worker_ops *ops)
{
	const struct worker_counts *c = &q->r->group[group].storm;

	if (c->claimed)
		return false;
	if (!c->ops && c->errors)
		snprintf(q->buf, q->size,
			 "[%s] failed %llu times before its first call, the last: %s",
			 name_of(q, group), (unsigned long long)c->errors, last_error(c));
	else if (c->errors && c->errors >= c->ops / 2)
		snprintf(q->buf, q->size, "%llu of %llu calls of [%s] failed: %s",
			 (unsigned long long)c->errors, (unsigned long long)c->ops,
			 name_of(q, group), last_error(c));
	else if (worker_is_owner(ops) && c->refused)
		snprintf(q->buf, q->size,
			 "the kernel refused or did not complete all %llu calls of [%s]",
			 (unsigned long long)c->refused, name_of(q, group));
	else
		return false;
	return true;
}

/* Only what a group met that the exposure is about. */
static bool asked_of(const struct question *q, const struct worker_ops *ops)
{
	switch (q->e) {
	case EXPOSURE_kernel_faults:
	case EXPOSURE_kernel_hot_tail_faults:
		return worker_faults_in_kernel(ops);
	case EXPOSURE_user_faults:
	case EXPOSURE_user_hot_tail_faults:
		return worker_is_faulter(ops) && !worker_faults_in_kernel(ops);
	default:
		return false;
	}
}

static bool not_counted(const struct question *q, unsigned group, const struct worker_ops *ops)
{
	const struct group_record *g = &q->r->group[group];

	if (!asked_of(q, ops) || g->evidence || q->r->exposed[q->e] != VMSTAT_ABSENT)
		return false;
	snprintf(q->buf, q->size, "the faults of [%s] were not counted: %s", name_of(q, group),
		 g->evidence_note);
	return true;
}

static bool found_nothing(const struct question *q, unsigned group, const struct worker_ops *ops)
{
	const struct worker_counts *c = &q->r->group[group].storm;

	if (!asked_of(q, ops) || c->ops || !c->idle)
		return false;
	snprintf(q->buf, q->size,
		 "[%s] looked %llu times and found no huge page under split or move",
		 name_of(q, group), (unsigned long long)c->idle);
	return true;
}

static bool met_no_fault(const struct question *q, unsigned group, const struct worker_ops *ops)
{
	const struct group_record *g = &q->r->group[group];
	const char *faulted = g->storm.faulted ? "on a tail under split or move" : "at all";
	uint64_t met = g->storm.faulted ? g->storm.hot_tail_faults : g->storm.faults;

	if (!asked_of(q, ops) || !g->evidence || !g->storm.ops || met)
		return false;
	snprintf(
		q->buf, q->size,
		"%llu touches of [%s] met no fault %s: probably whoever splits or moves was too slow or too fast for them",
		(unsigned long long)g->storm.ops, name_of(q, group), faulted);
	return true;
}

/* The machine's counter was high enough; the workers' claims were not. */
static bool done_by_others(const struct question *q)
{
	uint64_t counted = q->r->counted[q->e], bound = q->r->bound[q->e];

	if (counted == VMSTAT_ABSENT || bound == VMSTAT_ABSENT ||
	    counted < q->given->plan.expose[q->e])
		return false;
	snprintf(q->buf, q->size, "the kernel counted %llu, but %s %llu of them",
		 (unsigned long long)counted,
		 exposure_is_claimed(&q->given->plan, q->e) ? "the workers claim"
							    : "this storm can account for",
		 (unsigned long long)bound);
	return true;
}

static bool load_of_others(const struct question *q)
{
	const struct host_facts *h = &q->given->machine.host;

	if (!h->cpus_online || h->load1 < (double)h->cpus_online)
		return false;
	snprintf(
		q->buf, q->size,
		"probably other load, for nothing else was seen: load average %.1f on %u CPUs before the run",
		h->load1, (unsigned)h->cpus_online);
	return true;
}

/* The first cause that holds of one of the groups from @first to before @end. */
static char *tell_first(const struct question *q, unsigned first, unsigned end)
{
	static const cause causes[] = {still_making, switched_off,  came_out_small, calls_failed,
				       not_counted,  found_nothing, met_no_fault};

	for (size_t c = 0; c < ARRAY_SIZE(causes); c++) {
		for (unsigned i = first; i < end; i++) {
			const struct worker_ops *ops = q->given->group[i].worker;

			if (ops && q->given->plan.group[i].threads && causes[c](q, i, ops))
				return q->buf;
		}
	}
	load_of_others(q);
	return q->buf;
}

char *cause_of(const struct given *given, const struct run_record *r, enum exposure e, char *buf,
	       size_t size)
{
	const struct question q = {given, r, e, buf, size};

	buf[0] = '\0';
	return done_by_others(&q) ? buf : tell_first(&q, 0, given->plan.groups);
}

char *cause_of_group(const struct given *given, const struct run_record *r, unsigned group,
		     char *buf, size_t size)
{
	const struct question q = {given, r, EXPOSURE_operations, buf, size};

	buf[0] = '\0';
	return tell_first(&q, group, group + 1);
}
