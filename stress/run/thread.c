/* SPDX-License-Identifier: GPL-2.0-only */
/* See thread.h. */
#include "run/thread.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SELF_TESTS	 3
#define SELF_TEST_FAULTS 16

static int set_scheduling(struct worker *w, const cpu_set_t *group_cpus)
{
	static const int policy[] = {[CLASS_OTHER] = SCHED_OTHER,
				     [CLASS_BATCH] = SCHED_BATCH,
				     [CLASS_IDLE] = SCHED_IDLE,
				     [CLASS_FIFO] = SCHED_FIFO,
				     [CLASS_RR] = SCHED_RR};
	const struct group_plan *g = w->group;
	struct sched_param param = {0};
	cpu_set_t one;

	CPU_ZERO(&one);
	if (w->cpu >= 0)
		CPU_SET(w->cpu, &one);
	if (sched_setaffinity(0, sizeof(one), w->cpu >= 0 ? &one : group_cpus))
		return error_errno(&w->error, errno, "cannot run on CPU %d", w->cpu);
	if (g->sched == CLASS_FIFO || g->sched == CLASS_RR)
		param.sched_priority = (int)g->rt_priority;
	if (g->sched != CLASS_OTHER && sched_setscheduler(0, policy[g->sched], &param))
		return error_errno(&w->error, errno, "cannot set the scheduling class");
	/* Linux keeps nice per thread: setpriority(2), "C library/kernel differences". */
	if (g->nice && setpriority(PRIO_PROCESS, (id_t)w->share->tid, g->nice))
		return error_errno(&w->error, errno, "cannot set nice %d", g->nice);
	/* Naps are as long as asked for; the default slack of 50 us would double them. */
	prctl(PR_SET_TIMERSLACK, 1ul);
	return 0;
}

/* Without evidence the worker runs all the same; the note says why it is not counted. */
static void open_evidence(struct thread *t)
{
	struct worker *w = &t->worker;
	enum evidence_mode mode = w->ops->faults == FAULTS_PERF_KERNEL ? EVIDENCE_KERNEL
				  : w->ops->faults == FAULTS_RUSAGE    ? EVIDENCE_RUSAGE
								       : EVIDENCE_USER;
	struct error why = {"the faults happen in io_uring's worker threads"};

	t->loop.evidence.fd = -1;
	if (w->ops->faults == FAULTS_NONE)
		return;
	if (!w->plan->evidence) {
		error_set(&why, 0, "switched off (evidence = no)");
	} else if (w->ops->faults != FAULTS_ELSEWHERE &&
		   !evidence_open(&t->loop.evidence, mode, &why)) {
		/* The first try may meet faults of its own: a stack page, a symbol resolved late.
		 */
		for (int i = 0; i < SELF_TESTS; i++) {
			if (evidence_self_test(&t->loop.evidence, mode, SELF_TEST_FAULTS, &why))
				continue;
			w->share->evidence = true;
			w->share->evidence_fd = t->loop.evidence.fd;
			return;
		}
		evidence_close(&t->loop.evidence);
	}
	snprintf(w->share->evidence_note, sizeof(w->share->evidence_note), "%.*s",
		 (int)sizeof(w->share->evidence_note) - 1, why.text);
}

static void *service_main(void *arg)
{
	struct thread *t = arg;

	store_relaxed(&t->worker.share->service_tid, (int)syscall(SYS_gettid));
	t->worker.ops->service(&t->worker);
	return NULL;
}

/* It inherits the worker's scheduling, but not its one CPU: the two would take it from each other. */
static int begin_service(struct thread *t)
{
	struct worker *w = &t->worker;
	int ret;

	w->service_end = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->service_end < 0)
		return error_errno(&w->error, errno, "cannot make an eventfd");
	ret = thread_start(&t->service, service_main, t);
	if (ret)
		return error_errno(&w->error, -ret, "cannot start the thread of its service");
	t->has_service = true;
	pthread_setaffinity_np(t->service, sizeof(*t->group_cpus), t->group_cpus);
	return 0;
}

static void end_service(struct thread *t)
{
	if (t->has_service) {
		eventfd_write(t->worker.service_end, 1);
		pthread_join(t->service, NULL);
	}
	if (t->worker.service_end >= 0)
		close(t->worker.service_end);
}

static int set_up_worker(struct thread *t)
{
	struct worker *w = &t->worker;
	size_t scratch = LOOP_SCRATCH_PAGES * w->arena->page_bytes;
	int err;

	w->share->tid = (int)syscall(SYS_gettid);
	w->share->cpu = w->cpu;
	err = set_scheduling(w, t->group_cpus);
	if (err)
		return err;
	t->loop.scratch =
		mmap(NULL, scratch, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (t->loop.scratch == MAP_FAILED)
		return error_errno(&w->error, errno, "cannot map %zu bytes", scratch);
	madvise(t->loop.scratch, scratch, MADV_NOHUGEPAGE);
	memset(t->loop.scratch, 1, scratch);
	open_evidence(t);
	if (w->ops->state_size) {
		w->state = calloc(1, w->ops->state_size);
		if (!w->state)
			return error_set(&w->error, ENOMEM, "no memory for the worker's state");
	}
	err = w->ops->setup ? w->ops->setup(w) : 0;
	return err || !w->ops->service ? err : begin_service(t);
}

void *thread_main(void *arg)
{
	struct thread *t = arg;
	struct worker *w = &t->worker;
	int err;

	w->service_end = -1;
	err = set_up_worker(t);
	if (err) {
		w->share->setup_error = -err;
		snprintf(w->share->message, sizeof(w->share->message), "%.*s",
			 (int)sizeof(w->share->message) - 1, w->error.text);
		store_release(&w->share->life, LIFE_FAILED);
	} else {
		loop_run(&t->loop);
		store_release(&w->share->life, LIFE_DONE);
	}
	end_service(t);
	if (w->ops->teardown && w->state)
		w->ops->teardown(w);
	free(w->state);
	evidence_close(&t->loop.evidence);
	return NULL;
}

int thread_start(pthread_t *id, void *(*run)(void *arg), void *arg)
{
	pthread_attr_t attr;
	int e;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, THREAD_STACK);
	e = pthread_create(id, &attr, run, arg);
	pthread_attr_destroy(&attr);
	return -e;
}
