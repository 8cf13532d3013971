/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of a run: check, set the knobs, fork the storm, lead it through its phases, end it,
 * collect, judge, put the knobs back. See run.h.
 */
#include "run/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/textfile.h"
#include "measure/clock.h"
#include "run/footprint.h"
#include "run/knobs.h"
#include "run/storm.h"
#include "workers/worker.h"

#define SETUP_LIMIT (120 * NSEC_PER_SEC)
#define PROOF_LIMIT (60 * NSEC_PER_SEC)
#define STOP_LIMIT  (10 * NSEC_PER_SEC)
#define KILL_LIMIT  (5 * NSEC_PER_SEC)

/* Why the run can't go on, for the verdict. Only the first reason stays. */
static void broken(struct supervisor *s, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void broken(struct supervisor *s, const char *fmt, ...)
{
	struct run_record *r = s->record;
	va_list ap;

	if (r->events[EVENT_tool_failed]++)
		return;
	va_start(ap, fmt);
	vsnprintf(r->reason, sizeof(r->reason), fmt, ap);
	va_end(ap);
	stream_event(&s->stream, &(struct event){.when = clock_now(),
						  .kind = EVENT_tool_failed,
						  .cpu = -1,
						  .worker = -1});
}

static enum verdict skip(struct supervisor *s, const char *reason)
{
	snprintf(s->record->reason, sizeof(s->record->reason), "%.*s",
		 (int)sizeof(s->record->reason) - 1, reason);
	return s->record->verdict = VERDICT_SKIP;
}

static bool is_owner(const struct worker_ops *ops)
{
	return ops->role == ROLE_SPLIT || ops->role == ROLE_MIGRATE;
}

/*
 * A faulter that can't run is left out and reported; without one of its splitters or movers, or
 * with nobody left, the storm would not be what the config says.
 */
static bool leave_out_groups(struct supervisor *s)
{
	char all[ERROR_TEXT_MAX] = "no group of the plan can run here";
	struct error why;

	for (unsigned i = 0; i < s->plan.groups; i++) {
		struct group_plan *g = &s->plan.group[i];
		struct group_record *r = &s->record->group[i];

		if (!run_check_group(&s->plan, g, s->record, &why))
			continue;
		r->skipped = true;
		snprintf(r->skip_reason, sizeof(r->skip_reason), "%.*s",
			 (int)sizeof(r->skip_reason) - 1, why.text);
		g->threads = 0;
		snprintf(all, sizeof(all), "%s", why.text);
		if (is_owner(worker_find(g->worker)))
			break;
	}
	for (unsigned i = 0; i < s->plan.groups; i++) {
		if (s->record->group[i].skipped && is_owner(worker_find(s->plan.group[i].worker))) {
			skip(s, all);
			return false;
		}
	}
	if (!plan_threads(&s->plan)) {
		skip(s, all);
		return false;
	}
	return true;
}

static void note_weaknesses(struct supervisor *s)
{
	struct run_record *r = s->record;
	const struct host_facts *h = &r->host;

	if (h->hypervisor[0])
		record_note(r, "virtual machine (%s): times include the host's", h->hypervisor);
	if (s->placement.spare_cpu < 0)
		record_note(r, "no spare CPU: a lockup would take this machine");
	if (h->load1 > h->cpus_online / 2.0)
		record_note(r, "load average %.1f when the run began", h->load1);
	if (!strcmp(h->governor, "powersave"))
		record_note(r, "CPU frequency governor powersave");
	if (!h->root)
		record_note(r, "not root: knobs left as they are; no kernel log, no kernel-mode evidence");
	if (!r->clock.tsc)
		record_note(r, "%s", r->clock.why);
}

static bool prepare(struct supervisor *s)
{
	struct run_record *r = s->record;
	struct error err;
	bool skipped;
	time_t now = time(NULL);
	struct tm tm;

	strftime(r->started, sizeof(r->started), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	clock_setup(&r->clock);
	if (run_read_facts(&s->plan, r, &err)) {
		broken(s, "%s", err.text);
		return false;
	}
	/* Never 0, and within what the config file can hold. */
	if (!s->plan.seed)
		s->plan.seed = (mix64(clock_now()) >> 2) | 1;
	r->seed = s->plan.seed;
	if (s->sink->begin && s->sink->begin(s->sink->ctx, &s->plan, r) < 0) {
		broken(s, "the result directory can't be written");
		return false;
	}
	if (run_check_plan(&s->plan, r, &skipped, &err)) {
		if (skipped)
			skip(s, err.text);
		else
			broken(s, "%s", err.text);
		return false;
	}
	if (!leave_out_groups(s))
		return false;
	if (placement_make(&s->plan, &r->topology, &s->placement, &err)) {
		broken(s, "%s", err.text);
		return false;
	}
	note_weaknesses(s);
	return true;
}

/* --- the storm process --- */

static int fork_storm(struct supervisor *s, struct error *err)
{
	const struct storm_setup setup = {
		.plan = &s->plan,
		.placement = &s->placement,
		.share = &s->share,
		.slot_bytes = s->record->slot_bytes,
		.page_bytes = s->record->host.thp.page_bytes,
		.slots = (unsigned)s->record->slots,
		.seed = s->plan.seed,
	};
	short nodes[PLAN_THREADS_MAX];
	int ret;

	for (unsigned i = 0; i < s->placement.threads; i++) {
		nodes[i] = s->placement.thread[i].node;
		s->worker_group[i] = (int)s->placement.thread[i].group;
	}
	ret = share_create(&s->share, s->placement.threads, nodes, err);
	if (ret)
		return ret;
	s->evidence = calloc(s->placement.threads, sizeof(*s->evidence));
	if (!s->evidence)
		return error_set(err, ENOMEM, "no memory for %u evidence buffers",
				 s->placement.threads);
	for (unsigned i = 0; i < s->placement.threads; i++)
		s->evidence[i].fd = -1;
	s->storm = fork();
	if (s->storm < 0)
		return error_errno(err, errno, "cannot fork the storm");
	if (!s->storm)
		_exit(storm_main(&setup));
	return 0;
}

/* The observer's own mappings of the workers' evidence. Without them only ages are seen live. */
static void attach_evidence(struct supervisor *s)
{
	int pidfd = (int)syscall(SYS_pidfd_open, s->storm, 0);
	struct error why = {"pidfd_open failed"};
	unsigned wanted = 0, got = 0;

	for (unsigned i = 0; i < s->share.workers; i++) {
		int theirs = share_worker(&s->share, i)->evidence_fd, fd;

		if (theirs < 0)
			continue;
		wanted++;
		fd = pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, theirs, 0);
		if (fd >= 0 && !evidence_attach(&s->evidence[i], fd, &why))
			got++;
	}
	if (pidfd >= 0)
		close(pidfd);
	if (got < wanted)
		record_note(s->record, "faults of operations in flight seen for %u of %u workers (%.100s)",
			    got, wanted, why.text);
}

/* The watch runs where the workers do not, before them, and without page faults. */
static void become_observer(struct supervisor *s)
{
	struct sched_param param = {.sched_priority = 1};
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(s->placement.observer_cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	mlockall(MCL_CURRENT);
	textfile_write("/proc/self/oom_score_adj", "-1000");
	if (sched_setscheduler(0, SCHED_FIFO, &param))
		record_note(s->record, "the watch has no real-time priority");
}

static void cease_to_observe(struct supervisor *s)
{
	struct sched_param param = {0};

	sched_setscheduler(0, SCHED_OTHER, &param);
	sched_setaffinity(0, sizeof(s->record->topology.allowed), &s->record->topology.allowed);
	munlockall();
	textfile_write("/proc/self/oom_score_adj", "0");
}

static void explain_setup(struct supervisor *s, enum watch_end end)
{
	for (unsigned i = 0; i < s->share.workers; i++) {
		const struct worker_share *w = share_worker(&s->share, i);
		const char *group = s->plan.group[s->worker_group[i]].name;

		if (load_acquire(&w->life) == LIFE_FAILED) {
			broken(s, "[%s]: %s", group, w->message);
			return;
		}
		if (end == WATCH_TIME && load_relaxed(&w->life) != LIFE_PARKED) {
			broken(s, "[%s] did not become ready (worker %u, tid %d)", group, i, w->tid);
			return;
		}
	}
	if (end == WATCH_GONE)
		return; /* classify_end() says it */
	broken(s, "the storm did not become ready");
}

/* Lets a phase run until all workers are parked again. */
static enum watch_end settle(struct supervisor *s, uint64_t limit)
{
	enum watch_end end = watch_for(s, limit, true);

	if (end == WATCH_TIME || end == WATCH_SETUP)
		explain_setup(s, end);
	return end;
}

static enum watch_end prove_owners(struct supervisor *s)
{
	enum watch_end end = WATCH_PARKED;

	for (unsigned i = 0; i < s->plan.groups && end == WATCH_PARKED; i++) {
		struct vmstat before, after;

		if (!s->plan.group[i].threads || !is_owner(worker_find(s->plan.group[i].worker)))
			continue;
		vmstat_read(s->vmstat_fd, &before);
		share_set_phase(&s->share, PHASE_PROOF, i);
		end = settle(s, PROOF_LIMIT);
		vmstat_read(s->vmstat_fd, &after);
		collect_proof(s, i, &before, &after);
	}
	return end;
}

static enum watch_end be_quiet(struct supervisor *s)
{
	enum watch_end end = WATCH_TIME;

	if (s->plan.quiet) {
		share_set_phase(&s->share, PHASE_QUIET, 0);
		watch_note(s, EVENT_phase, "quiet");
		end = watch_for(s, s->plan.quiet, false);
	}
	if (end != WATCH_TIME)
		return end;
	share_set_phase(&s->share, PHASE_PARK, 0);
	end = settle(s, SETUP_LIMIT);
	if (end == WATCH_PARKED && collect_quiet(s) < 0)
		return WATCH_SINK;
	return end;
}

static enum watch_end storm(struct supervisor *s)
{
	struct run_record *r = s->record;
	enum watch_end end;

	share_set_phase(&s->share, PHASE_WARMUP, 0);
	watch_note(s, EVENT_phase, "warm-up");
	end = watch_for(s, s->plan.warmup, false);
	if (end != WATCH_TIME)
		return end;
	vmstat_read(s->vmstat_fd, &r->before);
	r->storm_began = clock_now();
	share_set_phase(&s->share, PHASE_STORM, 0);
	watch_note(s, EVENT_phase, "storm");
	end = watch_for(s, s->plan.duration, false);
	r->storm_ns = clock_now() - r->storm_began;
	vmstat_read(s->vmstat_fd, &r->after);
	return end;
}

static enum watch_end run_phases(struct supervisor *s)
{
	enum watch_end end = settle(s, SETUP_LIMIT);

	if (end == WATCH_PARKED) {
		attach_evidence(s);
		end = prove_owners(s);
	}
	if (end == WATCH_PARKED)
		end = be_quiet(s);
	if (end == WATCH_PARKED)
		end = storm(s);
	return end;
}

/* Ends the storm process: by the phase, then by SIGKILL. */
static void end_storm(struct supervisor *s, enum watch_end end)
{
	uint64_t began = clock_now();

	watch_note(s, EVENT_phase, "stop");
	share_set_phase(&s->share, PHASE_STOP, 0);
	while (!s->storm_reaped && end != WATCH_KILLED && clock_now() - began < STOP_LIMIT) {
		if (watch_for(s, WATCH_PERIOD, false) == WATCH_KILLED)
			end = WATCH_KILLED;
	}
	if (s->storm_reaped)
		return;
	kill(s->storm, SIGKILL);
	s->storm_killed = true;
	began = clock_now();
	while (!s->storm_reaped && clock_now() - began < KILL_LIMIT) {
		struct timespec t = {.tv_nsec = (long)WATCH_PERIOD};

		clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
		watch_for(s, 0, false);
	}
	if (!s->storm_reaped)
		watch_note(s, EVENT_stuck, "the storm process (pid %d) does not end on SIGKILL",
			   (int)s->storm);
}

/* What ended the storm: its own last line, a signal on one of its addresses, or somebody else. */
static void classify_end(struct supervisor *s)
{
	const struct share_head *h = s->share.head;
	uint64_t in_arena = h->death.addr - h->arena_base;
	uint64_t oom = vmstat_delta(&s->record->before, &s->books.vmstat, VMSTAT_oom_kill);
	int status = s->storm_status;

	if (!s->storm_reaped || s->storm_killed || (WIFEXITED(status) && !WEXITSTATUS(status)))
		return;
	if (WIFEXITED(status) && WEXITSTATUS(status) == STORM_EXIT_DIED) {
		const char *name = strsignal(h->death.signo);

		if (h->death.signo == SIGBUS &&
		    (h->death.code == BUS_MCEERR_AR || h->death.code == BUS_MCEERR_AO))
			broken(s, "a memory error of the hardware ended the storm, at %#llx",
			       (unsigned long long)h->death.addr);
		else if (in_arena < h->arena_bytes)
			watch_note(s, EVENT_storm_killed,
				   "%s (code %d) in thread %d at %#llx: page %llu of slot %llu, which is "
				   "mapped and writable",
				   name, h->death.code, h->death.tid,
				   (unsigned long long)h->death.addr,
				   (unsigned long long)(in_arena % s->record->slot_bytes /
							s->record->host.thp.page_bytes),
				   (unsigned long long)(in_arena / s->record->slot_bytes));
		else
			broken(s, "%s in the storm at %#llx, outside the arena: a fault of thpstorm",
			       name, (unsigned long long)h->death.addr);
	} else if (WIFSIGNALED(status) && oom != VMSTAT_ABSENT && oom) {
		broken(s, "the OOM killer ended the storm; use a smaller --arena");
	} else if (WIFSIGNALED(status)) {
		broken(s, "signal %d (%s) from outside ended the storm", WTERMSIG(status),
		       strsignal(WTERMSIG(status)));
	} else {
		broken(s, "%s", h->failure[0] ? h->failure : "the storm ended by itself");
	}
}

static void storm_and_collect(struct supervisor *s)
{
	struct run_record *r = s->record;
	enum watch_end end = run_phases(s);

	r->interrupted = watch_interrupts() > 0;
	if (end == WATCH_SINK)
		broken(s, "the result can't be written: %s", strerror(-s->stream.failed));
	end_storm(s, end);
	watch_finish(s);
	classify_end(s);
	if (!s->share.head->storm_done && s->plan.verify)
		record_note(r, "the storm did not end by itself: pages were not looked at afterwards");
	if (collect_storm(s) < 0)
		broken(s, "the result can't be written");
	r->memory_kib = s->share.head->memory_kib + footprint_kib(NULL, 0, NULL);
	if (s->stream.lost)
		record_note(r, "%llu events or intervals did not fit the ring",
			    (unsigned long long)s->stream.lost);
}

static void run_with_knobs(struct supervisor *s)
{
	struct error err;

	s->vmstat_fd = vmstat_open();
	if (s->vmstat_fd < 0) {
		broken(s, "cannot open /proc/vmstat: %s", strerror(-s->vmstat_fd));
		return;
	}
	vmstat_read(s->vmstat_fd, &s->record->before);
	s->books.vmstat = s->record->after = s->record->before;
	if (fork_storm(s, &err) || stream_start(&s->stream, s->sink, s->placement.observer_cpu, &err) ||
	    watch_begin(s, &err)) {
		broken(s, "%s", err.text);
		if (s->storm > 0) {
			kill(s->storm, SIGKILL);
			waitpid(s->storm, NULL, 0);
		}
	} else {
		become_observer(s);
		storm_and_collect(s);
		cease_to_observe(s);
	}
	stream_stop(&s->stream);
	if (s->stream.failed < 0)
		broken(s, "the result can't be written: %s", strerror(-s->stream.failed));
	for (unsigned i = 0; i < s->share.workers && s->evidence; i++)
		evidence_close(&s->evidence[i]);
	for (unsigned i = 0; i < s->detectors; i++)
		free(s->detector[i].state);
	free(s->evidence);
	share_destroy(&s->share);
	close(s->vmstat_fd);
}

/* The journal first, so that whatever happens later is put back; without root there is none. */
static void run_prepared(struct supervisor *s)
{
	struct journal *j = NULL;
	struct error err;
	unsigned recovered = 0;
	int e;

	if (s->record->host.root) {
		j = journal_open(NULL, &recovered, &e, &err);
		if (!j) {
			broken(s, "%s", err.text);
			return;
		}
		if (recovered)
			record_note(s->record, "put back %u knobs that a killed run had left",
				    recovered);
	}
	watch_signals_begin();
	if (j && knobs_apply(j, &s->plan, &err))
		broken(s, "%s", err.text);
	else
		run_with_knobs(s);
	if (j && journal_restore(j, &err))
		broken(s, "not all knobs are back: %s; `thpstorm restore` tries again", err.text);
	watch_signals_end();
	journal_close(j);
}

enum verdict run_storm(const struct run_plan *plan, const struct run_sink *sink,
		       struct run_record *record)
{
	struct supervisor *s = calloc(1, sizeof(*s));

	memset(record, 0, sizeof(*record));
	record->first_finding.kind = -1;
	if (!s) {
		snprintf(record->reason, sizeof(record->reason), "no memory");
		return record->verdict = VERDICT_BROKEN;
	}
	s->plan = *plan;
	s->sink = sink;
	s->record = record;
	if (prepare(s))
		run_prepared(s);
	if (record->verdict != VERDICT_SKIP)
		verdict_judge(&s->plan, record);
	free(s);
	return record->verdict;
}
