/* SPDX-License-Identifier: GPL-2.0-only */
/* The processes that storm, forked, named and reaped. See site.h. */
#include "run/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure/clock.h"
#include "run/storm.h"

#define VICTIM_LIMIT (5 * NSEC_PER_SEC)

unsigned site_of(const struct supervisor *s, unsigned worker)
{
	return s->given->group[group_of(s, worker)].site;
}

pid_t site_process(const struct supervisor *s, unsigned worker)
{
	return s->placement->thread[worker].victim ? share_worker(&s->share, worker)->tid
						   : s->site[site_of(s, worker)].pid;
}

const char *site_name(const struct supervisor *s, unsigned site, char buf[SITE_NAME_MAX])
{
	int group = s->given->site[site].group;

	if (s->share.sites == 1 || group < 0)
		snprintf(buf, SITE_NAME_MAX, "the storm");
	else
		snprintf(buf, SITE_NAME_MAX, "the storm's [%s]", s->plan->group[group].name);
	return buf;
}

int sites_fork(struct supervisor *s, struct error *err)
{
	/* So that victims of a process that was killed are ours to reap. */
	if (s->placement->victims)
		prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (unsigned i = 0; i < s->share.sites; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return error_errno(err, errno, "cannot fork the storm");
		if (!pid)
			_exit(storm_main(s->given, &s->share, i));
		s->site[i].pid = pid;
	}
	return 0;
}

bool sites_reap(struct supervisor *s)
{
	bool any = false;

	for (unsigned i = 0; i < s->share.sites; i++) {
		struct site *site = &s->site[i];

		if (!site->reaped && site->pid > 0 &&
		    waitpid(site->pid, &site->status, WNOHANG) == site->pid)
			site->reaped = true;
		any |= site->reaped;
	}
	return any;
}

bool sites_gone(const struct supervisor *s)
{
	for (unsigned i = 0; i < s->share.sites; i++) {
		if (!s->site[i].reaped)
			return false;
	}
	return true;
}

void sites_signal(const struct supervisor *s, int signo)
{
	for (unsigned i = 0; i < s->share.sites; i++) {
		if (s->site[i].pid > 0 && !s->site[i].reaped)
			kill(s->site[i].pid, signo);
	}
}

/* One that its own process reaped is no child of ours, and its number may be somebody else's. */
static void end_victim(pid_t pid)
{
	uint64_t until = clock_now() + VICTIM_LIMIT;

	if (pid <= 0 || waitpid(pid, NULL, WNOHANG))
		return;
	kill(pid, SIGKILL);
	while (!waitpid(pid, NULL, WNOHANG) && clock_now() < until)
		clock_sleep(REAP_PERIOD);
}

void sites_end_victims(struct supervisor *s)
{
	if (!s->placement->victims)
		return;
	for (unsigned w = 0; w < s->share.workers; w++) {
		if (s->placement->thread[w].victim && s->site[site_of(s, w)].reaped)
			end_victim(share_worker(&s->share, w)->tid);
	}
	prctl(PR_SET_CHILD_SUBREAPER, 0);
}
