/* SPDX-License-Identifier: GPL-2.0-only */
/* See victim.h. */
#include "run/victim.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/segment.h"

static const struct thread_place *place(const struct victims *v, unsigned i)
{
	return &v->given->geometry.placement.thread[i];
}

static bool is_ours(const struct victims *v, unsigned i)
{
	return place(v, i)->victim && v->given->group[place(v, i)->group].site == v->site;
}

static void victim_main(const struct victims *v, unsigned i, pid_t parent)
{
	const struct thread_place *at = place(v, i);
	const struct worker_ops *ops = v->given->group[at->group].worker;
	struct victim victim = {
		.plan = &v->given->plan,
		.group = &v->given->plan.group[at->group],
		.number = at->member,
		.arena = v->arena,
		.share = share_worker(v->share, i),
	};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* It may have died before that. */
	if (getppid() != parent)
		_exit(1);
	victim.share->tid = getpid();
	sched_setaffinity(0, sizeof(cpu_set_t),
			  &v->given->geometry.placement.group_cpus[at->group]);
	if (ops->victim)
		ops->victim(&victim);
	share_await_stop(v->share, victim.share);
	store_release(&victim.share->life, LIFE_DONE);
	_exit(0);
}

bool victims_any(const struct victims *v)
{
	for (unsigned i = 0; i < v->share->workers; i++) {
		if (is_ours(v, i))
			return true;
	}
	return false;
}

int victims_fork(const struct victims *v, struct error *err)
{
	pid_t parent = getpid();

	for (unsigned i = 0; i < v->share->workers; i++) {
		pid_t pid;

		if (!is_ours(v, i))
			continue;
		pid = fork();
		if (!pid)
			victim_main(v, i, parent);
		if (pid < 0)
			return error_errno(err, errno, "cannot fork a process for [%s]",
					   v->given->plan.group[place(v, i)->group].name);
		share_worker(v->share, i)->tid = pid;
	}
	return 0;
}

int victims_end(const struct victims *v, struct error *err)
{
	int ret = 0;

	for (unsigned i = 0; i < v->share->workers; i++) {
		struct worker_share *w = share_worker(v->share, i);
		const char *group = v->given->plan.group[place(v, i)->group].name;
		int status = 0;

		if (!is_ours(v, i) || waitpid(w->tid, &status, 0) != w->tid)
			continue;
		if (WIFSIGNALED(status))
			ret = error_set(
				err, ECHILD,
				"signal %d (%s) ended a process that held memory for [%s] (pid %d)",
				WTERMSIG(status), strsignal(WTERMSIG(status)), group, w->tid);
		else if (WEXITSTATUS(status))
			ret = error_set(
				err, ECHILD,
				"a process that held memory for [%s] (pid %d) ended with %d", group,
				w->tid, WEXITSTATUS(status));
		store_release(&w->life, LIFE_DONE);
	}
	return ret;
}

unsigned victims_of(const struct victims *v, unsigned worker, pid_t *pid, unsigned max)
{
	unsigned n = 0;

	for (unsigned i = 0; i < v->share->workers && n < max; i++) {
		if (place(v, i)->victim && place(v, i)->of == worker)
			pid[n++] = share_worker(v->share, i)->tid;
	}
	return n;
}
