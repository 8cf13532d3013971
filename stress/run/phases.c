/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Leads the storm process: forks it and takes it through its phases. ending.c ends it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/priority.h"
#include "base/textfile.h"
#include "detect/heartbeat.h"
#include "measure/clock.h"
#include "run/supervisor.h"
#include "system/cgroup.h"
#include "workers/worker.h"

/* How long nothing may move; see patience_begin(). */
#define SETUP_LIMIT (120 * NSEC_PER_SEC)
#define OOM_SCORE   "/proc/self/oom_score_adj"
#define PROOF_LIMIT (60 * NSEC_PER_SEC)

int storm_fork(struct supervisor *s, struct error *err)
{
	unsigned workers = s->placement->threads + s->placement->victims;
	short nodes[PLAN_THREADS_MAX];
	int ret;

	for (unsigned i = 0; i < workers; i++)
		nodes[i] = s->placement->thread[i].node;
	ret = share_create(&s->share, s->given->sites, workers, nodes, err);
	if (ret)
		return ret;
	s->evidence = calloc(workers, sizeof(*s->evidence));
	if (!s->evidence)
		return error_set(err, ENOMEM, "no memory for %u evidence buffers", workers);
	for (unsigned i = 0; i < workers; i++)
		s->evidence[i].fd = -1;
	return sites_fork(s, err);
}

/* The observer's own mappings of the evidence of a site's workers: how many of how many. */
static void attach_site(struct supervisor *s, unsigned site, unsigned *got, unsigned *wanted,
			struct error *why)
{
	int pidfd = (int)syscall(SYS_pidfd_open, s->site[site].pid, 0);

	for (unsigned i = 0; i < s->share.workers; i++) {
		int theirs = share_worker(&s->share, i)->evidence_fd, fd;

		if (theirs < 0 || site_of(s, i) != site)
			continue;
		++*wanted;
		fd = pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, theirs, 0);
		*got += fd >= 0 && !evidence_attach(&s->evidence[i], fd, why);
	}
	if (pidfd >= 0)
		close(pidfd);
}

/* Without them only ages are seen live. */
static void attach_evidence(struct supervisor *s)
{
	struct error why = {"pidfd_open failed"};
	unsigned wanted = 0, got = 0;

	for (unsigned i = 0; i < s->share.sites; i++)
		attach_site(s, i, &got, &wanted, &why);
	if (got < wanted)
		record_note(s->record,
			    "faults of operations in flight seen for %u of %u workers (%.100s)",
			    got, wanted, why.text);
}

/* Without it a lockup is seen and reported all the same. */
static void arm_rescue(struct supervisor *s)
{
	const struct detector *heartbeat = NULL;
	pid_t process[PLAN_THREADS_MAX];
	struct error why;

	for (unsigned w = 0; w < s->share.workers; w++)
		process[w] = site_process(s, w);
	for (unsigned i = 0; i < s->detectors; i++) {
		if (s->detector[i].ops == &detector_heartbeat && s->detector[i].active)
			heartbeat = &s->detector[i];
	}
	if (rescue_arm(&s->rescue, &s->watch, heartbeat, process, &why))
		record_note(s->record, "a lockup could not have been ended: %.150s", why.text);
}

/* The watch runs where the workers do not, before them, and without page faults. */
void observer_begin(struct supervisor *s)
{
	struct sched_param param = {.sched_priority = PRIORITY_WATCH};
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(s->placement->observer_cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	s->unlocked = mlockall(MCL_CURRENT) ? errno : 0;
	if (textfile_read(OOM_SCORE, s->oom_score, sizeof(s->oom_score)) < 0)
		s->oom_score[0] = '\0';
	textfile_write(OOM_SCORE, "-1000");
	if (sched_setscheduler(0, SCHED_FIFO, &param))
		record_note(
			s->record,
			"the watch has no real-time priority: run it as root (sudo), or with RLIMIT_RTPRIO");
}

void observer_end(struct supervisor *s)
{
	struct sched_param param = {0};

	sched_setscheduler(0, SCHED_OTHER, &param);
	/* Elsewhere it might come to a CPU that is locked up, and never run again. */
	if (!s->locked_at_end)
		sched_setaffinity(0, sizeof(s->given->machine.topology.allowed),
				  &s->given->machine.topology.allowed);
	munlockall();
	if (s->oom_score[0])
		textfile_write(OOM_SCORE, s->oom_score);
}

/* A worker in an operation is none of the tool's failures: the operation is judged by its age. */
static void explain_setup(struct supervisor *s, enum watch_end end)
{
	uint64_t now = clock_now();

	if (end == WATCH_TIME && (oldest_flight(s, now) || chore_stuck(s, now)))
		return;
	for (unsigned i = 0; i < s->share.workers; i++) {
		const struct worker_share *w = share_worker(&s->share, i);
		const char *group = s->plan->group[group_of(s, i)].name;

		if (load_acquire(&w->life) == LIFE_FAILED) {
			run_broken(s, "[%s]: %s", group, w->message);
			return;
		}
		if (end == WATCH_TIME && load_relaxed(&w->life) != LIFE_PARKED) {
			run_broken(s, "[%s] did not become ready (worker %u, tid %d)", group, i,
				   w->tid);
			return;
		}
	}
	if (end == WATCH_GONE)
		return; /* storm_classify_end() says it */
	run_broken(s, "the storm did not become ready");
}

/* Lets a phase run until all workers are parked again. */
static enum watch_end settle(struct supervisor *s, uint64_t limit)
{
	struct patience p;
	enum watch_end end;

	patience_begin(s, &p, limit);
	do
		end = watch_for(s, PATIENCE_PERIOD, true);
	while (end == WATCH_TIME && patience_left(s, &p));
	if (end == WATCH_TIME || end == WATCH_SETUP)
		explain_setup(s, end);
	return end;
}

static enum watch_end prove_owners(struct supervisor *s)
{
	enum watch_end end = WATCH_PARKED;

	for (unsigned i = 0; i < s->plan->groups; i++) {
		struct vmstat before, after;

		if (!s->plan->group[i].threads || !worker_is_owner(s->given->group[i].worker))
			continue;
		vmstat_read(&s->counters, &before);
		share_set_phase(&s->share, PHASE_PROOF, i);
		end = settle(s, PROOF_LIMIT);
		/* One that did not end says nothing: its round may not be drained yet. */
		if (end != WATCH_PARKED)
			return end;
		vmstat_read(&s->counters, &after);
		collect_proof(s, i, &before, &after);
	}
	return end;
}

static enum watch_end be_quiet(struct supervisor *s)
{
	enum watch_end end = WATCH_TIME;

	if (s->plan->quiet) {
		share_set_phase(&s->share, PHASE_QUIET, 0);
		watch_phase(s, PHASE_QUIET, "quiet");
		end = watch_for(s, s->plan->quiet, false);
	}
	if (end != WATCH_TIME)
		return end;
	share_set_phase(&s->share, PHASE_PARK, 0);
	end = settle(s, SETUP_LIMIT);
	if (end != WATCH_PARKED)
		return end;
	s->failed = collect_quiet(s);
	return s->failed < 0 ? WATCH_SINK : end;
}

/* Pages that the storm's own cgroup swapped out, where there is one and this kernel counts them. */
static uint64_t own_swapped_out(const struct supervisor *s)
{
	uint64_t pages;

	return s->plan->memory_max && !cgroup_swapped_out(&pages) ? pages : VMSTAT_ABSENT;
}

static uint64_t swapped_out_since(const struct supervisor *s, uint64_t before)
{
	uint64_t now = own_swapped_out(s);

	return before == VMSTAT_ABSENT || now == VMSTAT_ABSENT ? VMSTAT_ABSENT : now - before;
}

static enum watch_end storm(struct supervisor *s)
{
	struct run_record *r = s->record;
	enum watch_end end;
	uint64_t own;

	share_set_phase(&s->share, PHASE_WARMUP, 0);
	watch_phase(s, PHASE_WARMUP, "warm-up");
	end = watch_for(s, s->plan->warmup, false);
	if (end != WATCH_TIME)
		return end;
	vmstat_read(&s->counters, &r->before);
	own = own_swapped_out(s);
	collect_cost_begin(s);
	r->storm_began = clock_now();
	share_set_phase(&s->share, PHASE_STORM, 0);
	watch_phase(s, PHASE_STORM, "storm");
	end = watch_for(s, s->plan->duration, false);
	look_for_changes(s, clock_now());
	r->storm_ns = ran(s, r->storm_began, clock_now());
	collect_cost_end(s);
	vmstat_read(&s->counters, &r->after);
	r->own_swapped_out = swapped_out_since(s, own);
	collect_making(s);
	return end;
}

enum watch_end storm_lead(struct supervisor *s)
{
	enum watch_end end = settle(s, SETUP_LIMIT);

	if (end == WATCH_PARKED) {
		attach_evidence(s);
		arm_rescue(s);
		end = prove_owners(s);
	}
	if (end == WATCH_PARKED)
		end = be_quiet(s);
	if (end == WATCH_PARKED)
		end = storm(s);
	return end;
}
